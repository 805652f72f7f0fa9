"""Decide a recorded case again: with the rule base of its day, or with another, and tell what differs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError
from policy_engine.evaluation.consulting import consult
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_given
from policy_engine.loading.catalogue import load_catalogue
from policy_engine.loading.files import SourceText
from policy_engine.model.calendar import day_number
from policy_engine.model.decisions import Decision
from policy_engine.records.attachments import unpacked, written_out
from policy_engine.records.content import case_of, decision_content
from policy_engine.records.losing import LostError
from policy_engine.records.store import Filed, Store, filed
from policy_engine.usecases.checking import check, engine_fault
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import read_sources

# What the words of the program are, not what was found.
_WORDS: Final = ("headline", "label", "paper")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise: where, what the record says, what came of it now; `None` for not there."""

    where: tuple[str, ...]
    then: object
    now: object


@dataclass(frozen=True, slots=True)
class Replayed:
    """A case decided again. `differences`: of what was found; `is_reworded`: the same findings, put in other words."""

    record: Filed
    decision: Decision
    compiled: CompiledRuleSet
    differences: tuple[Difference, ...]
    is_reworded: bool


@dataclass(slots=True)
class Replayer:
    """Decides records again; a rule base is compiled once for the records that were made by it. `bases`: those at hand, by digest."""

    store: Store
    bases: dict[str, CompiledRuleSet] = field(default_factory=dict)

    def replay(
        self, record: Filed, compiled: CompiledRuleSet | None = None, day: int | None = None
    ) -> Replayed:
        """Decide again: `compiled`: by another rule base than that of the record; `day`: by the law of another day.

        Raises `DiagnosticsError` where the rule base of the record isn't there, or the case can't be decided by another.
        """
        content = record.content
        used = compiled or self.base(record)
        as_of = day_number(content["as_of"])
        assert as_of is not None
        case = load_given(case_of(content), used.rule_set, CaseDefaults(today=as_of, as_of=day))
        if content["catalogue"] is not None:
            case = consult(
                load_catalogue(self._catalogue(record), used.rule_set.areas), case, used.rule_set.areas
            )
        try:
            decision = check(used, case, Engine(content["engine"]))
        except (EnginesDisagreeError, EngineBrokeError) as error:
            raise DiagnosticsError([engine_fault(error, case)]) from error
        now = decision_content(decision, used.rule_set)
        then = content["decision"]
        found = tuple(_differences((), _found(then), _found(now)))
        return Replayed(record, decision, used, found, not found and then != now)

    def all(
        self, compiled: CompiledRuleSet | None = None, day: int | None = None
    ) -> Iterator[Replayed | DiagnosticsError]:
        """Decide all records again, those by one rule base after another; what of each can't be decided comes in its place.

        One rule base at a time is held, and no record longer than until the next is asked for.
        """
        at_hand = dict(self.bases)
        for digest in self.store.bases():
            for row in self.store.rows(digest):
                try:
                    yield self.replay(filed(row), compiled, day)
                except LostError:
                    raise
                except DiagnosticsError as error:
                    yield error
            self.bases = dict(at_hand)

    def base(self, record: Filed) -> CompiledRuleSet:
        """Load the rule base of a record from its own files. Raises `DiagnosticsError`."""
        told = record.content["rule_base"]
        digest = told["digest"]
        if digest not in self.bases:
            with written_out(self._texts(record, digest)) as files:
                sources = read_sources(files)
            rule_set = load_rule_set(sources, reads_examples=False)
            self.bases[digest] = compile_rules(dataclasses.replace(rule_set, name=told["name"]))
        return self.bases[digest]

    def _catalogue(self, record: Filed) -> SourceText:
        ((path, text),) = self._texts(record, record.content["catalogue"]).items()
        return SourceText(path, text)

    def _texts(self, record: Filed, digest: str) -> Mapping[str, str]:
        one = self.store.attachment(digest)
        texts = unpacked(one) if one is not None else None
        if texts is None:
            wrong = Diagnostic(
                code="PE544",
                message=f"第{record.number}号记录当时的规则库或者目录不在了，或者被改过，不能照当时的规则重审",
                help="运行 policy-engine records verify；从备份恢复",
            )
            raise DiagnosticsError([wrong])
        return texts


def _found(content: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in _WORDS}


def _differences(where: tuple[str, ...], then: object, now: object) -> Iterator[Difference]:
    if isinstance(then, Mapping) and isinstance(now, Mapping) and not _is_leaf(then, now):
        for key in dict.fromkeys((*then, *now)):
            yield from _differences((*where, str(key)), then.get(key), now.get(key))
    elif then != now:
        yield Difference(where, then, now)


def _is_leaf(then: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    # A fact is told whole: its value, and where it is from.
    return "origin" in then or "origin" in now
