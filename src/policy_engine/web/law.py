"""The rule library: documents by force, and each as continuous text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from policy_engine.usecases.documents import NoSuchDocumentError, find_document, read_aloud
from policy_engine.web.desk import Desk
from policy_engine.web.views import (
    shelves,
)

if TYPE_CHECKING:  # the part may not be installed
    pass


def rules(desk: Desk, _request: Request, _form: FormData) -> Response:
    """Show the documents by force."""
    return desk.page("rules.html", current="规则库", shelves=shelves(desk.compiled.rule_set))


def document(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show one document."""
    documents = desk.compiled.rule_set.documents.values()
    try:
        document = find_document(request.path_params["document"], documents)
    except NoSuchDocumentError:
        raise HTTPException(404) from None
    (copy,) = read_aloud([document], desk.sources, desk.compiled.rule_set)
    return desk.page("document.html", current="规则库", copy=copy)
