"""The rule library: documents by force on a day and in a place, and each as continuous text."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from policy_engine.loading.spellings import day_text
from policy_engine.model.area_codes import NATION
from policy_engine.model.calendar import chinese_day, day_number
from policy_engine.usecases.documents import NoSuchDocumentError, find_document
from policy_engine.usecases.today import today_in_china
from policy_engine.web.desk import UNPROCESSABLE, Desk
from policy_engine.web.library import Standing

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class _Asked:
    """On which day and where the law is looked at, and which words are looked for; `errors`: what can't be read."""

    day: int
    area: str
    day_written: str
    place_written: str
    words: str
    everything: bool
    errors: tuple[str, ...]

    @property
    def query(self) -> dict[str, str]:
        """Give what was asked as it is sent on."""
        found = {"d": self.day_written, "p": self.place_written, "all": "1" if self.everything else ""}
        return {key: value for key, value in found.items() if value}


def rules(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show the documents by force; where words are looked for, where they stand."""
    asked, library = _asked(desk, request.query_params), desk.library()
    hits, more = (
        library.found(asked.words, asked.day, asked.area, everything=asked.everything)
        if asked.words and not asked.errors
        else ((), False)
    )
    shelves = library.shelves(asked.day, asked.area, everything=asked.everything)
    return desk.page(
        "rules.html",
        UNPROCESSABLE if asked.errors else 200,
        current="规则库",
        asked=asked,
        shown_day=chinese_day(asked.day),
        place=desk.compiled.rule_set.areas.name(asked.area or NATION),
        shelves=shelves,
        count=sum(len(shelf.documents) for shelf in shelves),
        rules=sum(one.rules for shelf in shelves for one in shelf.documents),
        hits=hits,
        more=more,
        errors=asked.errors,
    )


def document(desk: Desk, request: Request, _form: FormData) -> Response:
    """Show one document: its course, and its text, with what the day and the place make of it."""
    asked, library = _asked(desk, request.query_params), desk.library()
    try:
        found = find_document(request.path_params["document"], desk.compiled.rule_set.documents.values())
    except NoSuchDocumentError:
        raise HTTPException(404) from None
    shown = library.shown(found, asked.day, asked.area)
    return desk.page(
        "document.html",
        UNPROCESSABLE if asked.errors else 200,
        current="规则库",
        asked=asked,
        shown=shown,
        is_told=shown.standing is not Standing.IN_FORCE,
        shown_day=chinese_day(asked.day),
        place=desk.compiled.rule_set.areas.name(asked.area or NATION),
        course=library.course(found, asked.day),
        copy=library.copy(found),
        examples=library.examples(found),
        norms=library.norms.get(found.id, ()),
        errors=asked.errors,
    )


def _asked(desk: Desk, query: QueryParams) -> _Asked:
    written, place = query.get("d", "").strip(), query.get("p", "").strip()
    errors = []
    day = day_number(day_text(written) or written) if written else today_in_china()
    if day is None:
        errors.append(f"“{written[:_LONGEST]}”不是日期：写成 2026年1月15日")
    areas = desk.compiled.rule_set.areas.find(place) if place else (NATION,)
    if len(areas) != 1:
        names = "、".join(map(desk.compiled.rule_set.areas.name, areas[:5]))
        told = f"可能是{names}，写全" if areas else "写全称，例如 浙江省湖州市"
        errors.append(f"“{place[:_LONGEST]}”不知道是哪里：{told}")
    return _Asked(
        day=day if day is not None else today_in_china(),
        area=areas[0] if place and len(areas) == 1 else "",
        day_written=written,
        place_written=place,
        words=query.get("q", "").strip(),
        everything=bool(query.get("all")),
        errors=tuple(errors),
    )
