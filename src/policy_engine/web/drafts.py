"""Work that isn't finished: each draft is a case file, kept after every answer, and what was answered in which order."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, Final

from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.in_place import put_in_place
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.cases import Case
from policy_engine.reporting.filled_case import filled_case
from policy_engine.usecases.today import today_in_china

# Enough that nobody guesses one.
_BYTES: Final = 12
_NAME = re.compile(r"[A-Za-z0-9_-]{16}")
_MOST_LISTED: Final = 8
_LOCKS: Final = 64


class NoSuchDraftError(Exception):
    """Raised where there is no draft of that name, or none that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A case so far. `order`: the fields answered, the last one last; `refuses`: nobody wants to sign yet.

    `owner`: the account that began it, "" where nobody signs in.
    """

    name: str
    case: Case
    subject: str
    order: tuple[str, ...] = ()
    refuses: bool = False
    owner: str = ""


def new_draft(case: Case, subject: str, owner: str = "") -> Draft:
    """Give a case that nobody has kept yet a name."""
    return Draft(name=secrets.token_urlsafe(_BYTES), case=case, subject=subject, owner=owner)


@dataclass(frozen=True, slots=True)
class Drafts:
    """The drafts of one folder. Each file is written whole or not at all."""

    folder: Path
    compiled: CompiledRuleSet = field(repr=False)
    # A few for all drafts: a name that somebody makes up costs nothing.
    _locks: tuple[Lock, ...] = field(default_factory=lambda: tuple(Lock() for _ in range(_LOCKS)), repr=False)

    def held(self, name: str) -> Lock:
        """Give what whoever changes a draft holds meanwhile, so that of two who change it at once neither is lost."""
        return self._locks[hash(name) % _LOCKS]

    def keep(self, draft: Draft) -> None:
        """Write a draft in place of what was there. Raises `OSError` where that fails."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        case = filled_case(draft.case, self.compiled.rule_set, "")
        about = {"subject": draft.subject, "order": list(draft.order), "refuses": draft.refuses}
        about |= {"owner": draft.owner} if draft.owner else {}
        put_in_place(self._case(draft.name), case.encode(), is_private=True)
        put_in_place(self._about(draft.name), json.dumps(about, ensure_ascii=False).encode(), is_private=True)

    def read(self, name: str) -> Draft:
        """Read a draft. Raises `NoSuchDraftError`; `DiagnosticsError` where somebody wrote something else into its case."""
        text = self.text(name)
        try:
            about = json.loads(self._about(name).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise NoSuchDraftError(name) from error
        defaults = CaseDefaults(today=today_in_china())
        cases = load_cases(SourceText("案件", text), self.compiled.rule_set, defaults)
        if len(cases) != 1 or not isinstance(about, dict):
            raise NoSuchDraftError(name)
        case, subject = cases[0], str(about.get("subject", ""))
        if subject not in case.subjects:
            raise NoSuchDraftError(name)
        answered = about.get("order")
        order = tuple(one for one in answered if isinstance(one, str)) if isinstance(answered, list) else ()
        return Draft(
            name=name,
            case=case,
            subject=subject,
            order=order,
            refuses=about.get("refuses") is True,
            owner=_owner(about),
        )

    def text(self, name: str) -> str:
        """Give the case file of a draft. Raises `NoSuchDraftError`."""
        if not _NAME.fullmatch(name):
            raise NoSuchDraftError(name)
        try:
            return self._case(name).read_text("utf-8")
        except (OSError, ValueError) as error:
            raise NoSuchDraftError(name) from error

    def latest(self, owner: str | None = None) -> Iterator[Draft]:
        """Go through the drafts that were worked on last, the newest first; those that can't be read are left out.

        `owner`: only those of an account; "" those of nobody.
        """
        try:
            found = sorted(self.folder.glob("*.yaml"), key=lambda path: path.stat().st_mtime, reverse=True)
        except OSError:
            return
        own = (path for path in found if owner is None or self._owner(path.stem) == owner)
        for path in islice(own, _MOST_LISTED):
            try:
                yield self.read(path.stem)
            except Exception:  # noqa: S112 - one that was spoilt hides no other
                continue

    def _owner(self, name: str) -> str | None:
        try:
            return _owner(json.loads(self._about(name).read_text("utf-8")))
        except (OSError, ValueError):
            return None

    def _case(self, name: str) -> Path:
        return self.folder / f"{name}.yaml"

    def _about(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def _owner(about: Any) -> str:  # noqa: ANN401 - any JSON
    found = about.get("owner") if isinstance(about, dict) else None
    return found if isinstance(found, str) else ""
