"""One desk: what is shared by all its pages, and what each of them may ask of it."""

from __future__ import annotations

import errno
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from jinja2 import Environment
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from policy_engine.accounts.roles import Act
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import EngineBrokeError, EnginesDisagreeError
from policy_engine.foundation.diagnostics import in_brief
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision
from policy_engine.model.interviewing import Turn
from policy_engine.model.vocabulary import Field
from policy_engine.reporting.filled_case import filled_case
from policy_engine.usecases import check, interviewing
from policy_engine.usecases.checking import engine_fault
from policy_engine.usecases.sources import Sources
from policy_engine.web.drafts import Draft, Drafts, NoSuchDraftError
from policy_engine.web.gate import Gate, Visitor, form_token, now
from policy_engine.web.library import Library

if TYPE_CHECKING:  # the part may not be installed
    from policy_engine.web.entrance import Entrance
    from policy_engine.web.ledgers import Ledgers
    from policy_engine.web.records import Records

TITLE: Final = "政府购买服务审核台"
# What can be looked into, in the order of the menu: the subject, what the menu calls it, and the question it answers.
MENU: Final = (
    ("采购事项", "查事项", "这件事能不能作为政府购买服务？"),
    ("企业", "查企业", "这家企业是不是重点对象？"),
    ("派员", "查派员", "这次排查至少要派几名专家？"),
    ("服务合同", "查合同", "这份合同符不符合要求？"),
)
# A contract is looked at when it is about to be signed, unless somebody says otherwise.
SEE_OTHER, UNPROCESSABLE, UNAVAILABLE = 303, 422, 503
NOT_KNOWN: Final = "不清楚"
_MOST_KEPT: Final = 64


class NoAnswerError(Exception):
    """Raised where the engines gave no answer that counts; `told` says why, `is_away` that one gave none at all."""

    def __init__(self, told: tuple[str, ...], *, is_away: bool) -> None:
        super().__init__(*told)
        self.told, self.is_away = told, is_away


@dataclass(frozen=True, slots=True)
class Desk:
    """What is shared by all pages, and who asks for one."""

    compiled: CompiledRuleSet
    sources: Sources
    drafts: Drafts
    templates: Environment
    place: str | None
    gate: Gate
    # Who asks; `None` where somebody should sign in first. Each request has a desk of its own, which shares the rest.
    visitor: Visitor | None = None
    # The turns found last, by what they were found from: a page is often asked for again right after an answer.
    turns: OrderedDict[tuple[object, ...], Turn] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    kept: list[Ledgers] = field(default_factory=list)
    libraries: list[Library] = field(default_factory=list)

    def turn(self, draft: Draft) -> Turn:
        """Find where a draft stands. What was told as unknown isn't asked again, unless somebody opens it."""
        facts = draft.case.subjects[draft.subject]
        aside = frozenset(name for name in draft.order if name in facts and facts[name].reason)
        # A case without a day is one of today.
        text = filled_case(draft.case, self.compiled.rule_set, "")
        key = (text, draft.subject, draft.refuses, aside, draft.case.as_of)
        with self.lock:
            if key in self.turns:
                self.turns.move_to_end(key)
                return self.turns[key]
        turn = interviewing.next_turn(
            self.compiled, draft.case, draft.subject, refuses_to_sign=draft.refuses, aside=aside
        )
        with self.lock:
            self.turns[key] = turn
            while len(self.turns) > _MOST_KEPT:
                self.turns.popitem(last=False)
        return turn

    def page(self, name: str, status: int = 200, **told: object) -> HTMLResponse:
        """Fill a template."""
        account = self.visitor.account if self.visitor is not None else None
        shared = {
            "desk": TITLE,
            "menu": MENU if self.may(Act.PREPARE) else (),
            "can": lambda act: self.may(Act[act]),
            "account": account,
            "has_accounts": self.gate.door is not None,
            "must_change": account is not None and account.must_change,
            "csrf": form_token(self.visitor.key) if account is not None and self.visitor is not None else "",
            "version": self.compiled.rule_set.words,
            "current": "",
            "errors": (),
        }
        return HTMLResponse(self.templates.get_template(name).render(shared | told), status)

    def may(self, act: Act) -> bool:
        """Say whether whoever asks may do something."""
        return self.visitor is not None and self.visitor.may(act)

    @property
    def owner(self) -> str:
        """Name whose a draft is that is begun now; "" where nobody signs in."""
        account = self.visitor.account if self.visitor is not None else None
        return account.name if account is not None else ""

    @property
    def person(self) -> str:
        """Name the person who is signed in, "" for nobody."""
        account = self.visitor.account if self.visitor is not None else None
        return account.person if account is not None else ""

    def tell(self, event: str, about: str) -> None:
        """Note in the trail what was done, by the name of its event. Raises `DiagnosticsError`."""
        if self.gate.door is not None and self.visitor is not None:
            from policy_engine.accounts.trail import Event, noted  # noqa: PLC0415 - the part may be absent

            noted(self.gate.door.store, now(), self.visitor.actor, Event[event], about)

    def ledgers(self) -> Ledgers:
        """Give the ledgers. Raises `ImportError` where the part that writes them isn't installed."""
        if not self.kept:
            from policy_engine.usecases.aggregating import aggregates_of  # noqa: PLC0415 - rarely wanted
            from policy_engine.web.ledgers import Ledgers  # noqa: PLC0415 - the part may be absent

            aggregates = aggregates_of(self.sources, self.compiled.rule_set)
            with self.lock:
                # Another may have made them meanwhile: what is under way is known to one of them alone.
                if not self.kept:
                    self.kept.append(Ledgers(self.drafts.folder / "ledgers", self.compiled, aggregates))
        return self.kept[0]

    def library(self) -> Library:
        """Give the rule library."""
        if not self.libraries:
            self.libraries.append(Library(self.compiled.rule_set, self.sources))
        return self.libraries[0]

    def entrance(self) -> Entrance:
        """Give the pages of those who sign in, which aren't there where nobody does."""
        if self.gate.door is None:
            raise HTTPException(404)
        from policy_engine.web.entrance import Entrance  # noqa: PLC0415 - the part may be absent

        return Entrance(self.gate, self.gate.door, self.page)

    def records(self) -> Records:
        """Give the records. Raises `ImportError` where that part isn't installed, `DiagnosticsError`."""
        from policy_engine.records.locating import place_of  # noqa: PLC0415 - the part may be absent
        from policy_engine.web.records import Records  # noqa: PLC0415

        return Records(place_of(self.place), self.compiled, self.sources, self.page)


View = Callable[[Desk, Request, FormData], Response]


def all_said(form: FormData, key: str) -> list[str]:
    """List what was sent under a name, without what was sent empty."""
    return [value for value in form.getlist(key) if isinstance(value, str) and value.strip()]


def unkept(error: OSError) -> str:
    """Say that the disk took nothing, why, and what to do."""
    why = {
        errno.ENOSPC: "磁盘满了，腾出空间",
        errno.EDQUOT: "磁盘配额用完了，腾出空间",
        errno.EFBIG: "文件到了允许的大小",
        errno.EACCES: "没有写的权限",
        errno.EPERM: "没有写的权限",
        errno.EROFS: "磁盘是只读的",
        errno.EIO: "磁盘读写不了",
    }.get(error.errno or 0, error.strerror or type(error).__name__)
    return f"{why}。这一步没有存下，以前答过的都在；管机器的人处理好以后，回到上一页再提交。"


def said(form: FormData, key: str) -> str:
    """Give what was sent under a name, "" for nothing."""
    value = form.get(key)
    return value.strip() if isinstance(value, str) else ""


def draft_of(desk: Desk, request: Request) -> Draft:
    """Read the draft that an address names. Raises `NoSuchDraftError`, for those of others too."""
    draft = desk.drafts.read(request.path_params["draft"])
    if draft.owner != desk.owner and not desk.may(Act.SEE_ALL):
        raise NoSuchDraftError(draft.name)
    return draft


def field_of(desk: Desk, draft: Draft, name: str) -> Field:
    """Give a field of the subject of a draft."""
    fields = desk.compiled.rule_set.vocabulary.subjects[draft.subject].fields
    if name not in fields:
        raise HTTPException(404)
    return fields[name]


def decision_of(desk: Desk, case: Case) -> Decision:
    """Decide a case with both engines. Raises `NoAnswerError` where they gave no answer that counts."""
    try:
        return check(desk.compiled, case)
    except (EnginesDisagreeError, EngineBrokeError) as error:
        raise NoAnswerError(
            in_brief((engine_fault(error, case),)), is_away=isinstance(error, EngineBrokeError)
        ) from None
