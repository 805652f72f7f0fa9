"""The pages of accounts, for the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from policy_engine.web.desk import Desk

if TYPE_CHECKING:  # the part may not be installed
    pass


def sign_out(desk: Desk, _request: Request, _form: FormData) -> Response:
    """End a session."""
    entrance = desk.entrance()
    assert desk.visitor is not None
    return entrance.leave(desk.visitor)


def change_password(desk: Desk, _request: Request, form: FormData) -> Response:
    """Take a new password."""
    entrance = desk.entrance()
    assert desk.visitor is not None
    return entrance.change_password(desk.visitor, form)


def add(desk: Desk, _request: Request, form: FormData) -> Response:
    """Make an account."""
    entrance = desk.entrance()
    assert desk.visitor is not None
    return entrance.add(desk.visitor, form)


def switch(desk: Desk, request: Request, form: FormData) -> Response:
    """Turn an account on or off, or change its role or password."""
    entrance, what = desk.entrance(), request.path_params["what"]
    assert desk.visitor is not None
    if what in ("role", "password"):
        return entrance.change(desk.visitor, request.path_params["name"], what, form)
    if what not in ("enable", "disable"):
        raise HTTPException(404)
    return entrance.switch(desk.visitor, request.path_params["name"], on=what == "enable")


def trail(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show what was done by whom."""
    return desk.entrance().trail(request.query_params)
