"""Answer programs as commands answer people: what is asked arrives as data, the answer is the envelope of every command.

The HTTP API and the assistant's door are two ways to here. Nothing is kept between two questions.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from json import JSONDecodeError
from typing import Any, Final

from policy_engine.analysis.acceptance import Sifted
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.exits import Exit, exit_of, worst
from policy_engine.foundation.spans import file_span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends
from policy_engine.foundation.waiting import OutOfTimeError
from policy_engine.loading.cases import CaseDefaults, CaseFile, Row, load_given, load_rows
from policy_engine.loading.files import decode
from policy_engine.loading.spellings import day_text
from policy_engine.model.calendar import day_number
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision
from policy_engine.model.interviewing import Opening
from policy_engine.reporting.findings import Report
from policy_engine.reporting.findings.envelope import envelope
from policy_engine.reporting.interview_json import turn_json
from policy_engine.reporting.json_report import rule_json
from policy_engine.reporting.ordering import in_order
from policy_engine.reporting.render import Entry, decision_data, summary_words
from policy_engine.reporting.screen_json import screening_json
from policy_engine.reporting.sources_page import documents_json
from policy_engine.reporting.told import Input, Json, RuleBaseUsed, Status
from policy_engine.usecases import interviewing
from policy_engine.usecases.checking import check, engine_fault
from policy_engine.usecases.screening import MOST_CHARACTERS, SUBJECTS, Screener
from policy_engine.usecases.today import today_in_china

# What stands for the file that a command would have been given.
_FILE: Final = "请求"
_LONGEST: Final = 60
# So that one question is answered in seconds, and the others with it.
_MOST_CASES: Final = 100
_HOW: Final = "见接口的说明"
_log = logging.getLogger(__name__)


class Fate(Enum):
    """What became of a question."""

    ANSWERED = "answered"
    # It is no data at all; it asks for what isn't there; what it tells can't be read or can't be.
    GARBLED = "garbled"
    NOT_FOUND = "not found"
    REFUSED = "refused"
    BROKEN = "broken"
    # Nothing is wrong with it: what answers is away, or has too much to do.
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Answer:
    """The envelope, what became of the question, and the decisions in it."""

    envelope: Json
    fate: Fate
    decided: tuple[Decision | None, ...] = ()


class _BadRequestError(Exception):
    """Raised where a question can't be understood."""

    def __init__(self, message: str, help_text: str, fate: Fate = Fate.REFUSED) -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code="PE903", message=message, help=help_text)
        self.fate = fate


@dataclass(frozen=True, slots=True)
class Service:
    """Answers by one rule base. Any number of threads may ask at a time; never raises."""

    compiled: CompiledRuleSet

    def check(
        self, case: bytes, *, as_of: str | None = None, place: str | None = None, engine: str = "both"
    ) -> Answer:
        """Decide the cases of a file."""
        return self._answered("check", lambda: _check(self, case, as_of, place, engine))

    def screen(self, request: bytes) -> Answer:
        """Read a text."""
        return self._answered("screen", lambda: _screen(self, request))

    def ask(self, request: bytes) -> Answer:
        """Go one step on in an interview."""
        return self._answered("ask", lambda: _ask(self, request))

    def rules(self, *, document: str | None = None, subject: str | None = None) -> Answer:
        """List rules."""
        return self._answered("rules list", lambda: _rules(self, document, subject))

    def rule(self, name: str) -> Answer:
        """Tell one rule."""
        return self._answered("rules list", lambda: _rule(self, name))

    def documents(self) -> Answer:
        """List the documents."""
        return self._answered(
            "sources list",
            lambda: self.told("sources list", results=documents_json(self.compiled.rule_set)),
        )

    def health(self) -> Answer:
        """Tell that it is there, and by which rules it answers."""
        return self.told("health", sentence="可以使用")

    def refused(self, command: str, problems: Sequence[Diagnostic], fate: Fate) -> Answer:
        """Say what is wrong with a question as a whole."""
        code = Exit.BROKEN if fate in (Fate.BROKEN, Fate.UNAVAILABLE) else Exit.BAD_INPUT
        return self.told(command, problems=problems, code=code, fate=fate)

    def _answered(self, command: str, ask: Callable[[], Answer]) -> Answer:
        try:
            return ask()
        except _BadRequestError as error:
            return self.refused(command, (error.diagnostic,), error.fate)
        except DiagnosticsError as error:
            return self.refused(command, error.diagnostics, Fate.REFUSED)
        except EnginesDisagreeError as error:
            return self._broken(command, "PE901", f"内部错误：{error}，未作出结论")
        except EngineBrokeError as error:
            wrong = Diagnostic(
                code="PE902",
                message=f"第二引擎未能完成复核：{error}，未作出结论",
                help="过一会儿再试；一直这样的，报告给维护人员",
            )
            return self.refused(command, (wrong,), Fate.UNAVAILABLE)
        except OutOfTimeError as error:
            return self.refused(command, (out_of_time(error),), Fate.UNAVAILABLE)
        except Exception as error:  # noqa: BLE001 - whoever asks must have an answer
            # Of what went wrong inside, who asks learns the kind; the rest is in the log of the service.
            _log.exception("%s failed", command)
            return self._broken(command, "PE904", f"内部错误（{type(error).__name__}），没有作出结论")

    def _broken(self, command: str, code: str, told: str) -> Answer:
        wrong = Diagnostic(code=code, message=told, help="报告给维护人员")
        return self.refused(command, (wrong,), Fate.BROKEN)

    def told(
        self,
        command: str,
        *,
        results: Iterable[Json] = (),
        inputs: tuple[Input, ...] = (),
        problems: Sequence[Diagnostic] = (),
        owners: Mapping[Any, int] | None = None,
        code: Exit = Exit.PERMITTED,
        fate: Fate = Fate.ANSWERED,
        sentence: str = "",
        today: int | None = None,
        texts: Mapping[str, str] | None = None,
        decided: tuple[Decision | None, ...] = (),
    ) -> Answer:
        """Put an answer into the shape of the commands."""
        rule_set = self.compiled.rule_set
        report = Report(
            command=command,
            exit=int(code),
            findings=Sifted(tuple(problems), ()),
            sources=texts or {},
            rule_base=RuleBaseUsed(
                name=rule_set.name, path="", digest=rule_set.version, rules=len(rule_set.rules)
            ),
            inputs=inputs,
            results=tuple(results),
            of_input=owners or {},
            today=today,
            sentence=sentence,
            is_complete=fate not in (Fate.BROKEN, Fate.UNAVAILABLE) and code is not Exit.BROKEN,
        )
        return Answer(envelope(report), fate, decided)


# ---------------------------------------------------------------- check


def _check(service: Service, body: bytes, as_of: str | None, place: str | None, engine: str) -> Answer:
    chosen = _engine(engine)
    defaults = _with_day(as_of, place)
    source = decode(body, _FILE)
    found = load_rows(source, service.compiled.rule_set, defaults)
    if len(found.rows) > _MOST_CASES:
        message = f"一次最多 {_MOST_CASES} 件，这里有 {len(found.rows):,} 件"
        raise _BadRequestError(message, "分几次发；成批的用命令行")
    rows = found.rows if not found.diagnostics else (_whole(found), *found.rows)
    entries = tuple(_entry(at, row, service, chosen) for at, row in enumerate(rows, start=1))
    code = worst(exit_of(e.decision) if e.decision is not None else _exit(e.input.status) for e in entries)
    is_of_today = any(e.decision is not None and not e.decision.case.is_day_stated for e in entries)
    # Some were decided: the request was answered, and each of the others has its own place and reasons.
    is_answered = any(entry.decision is not None for entry in entries)
    is_away = any(one.code == "PE902" for entry in entries for one in entry.diagnostics)
    return service.told(
        "check",
        results=(
            {"input": entry.input.index, **decision_data(entry.decision, service.compiled)}
            for entry in entries
            if entry.decision is not None
        ),
        inputs=tuple(entry.input for entry in entries),
        problems=[d for entry in entries for d in entry.diagnostics],
        owners={(d.span, d.code, d.message): e.input.index for e in entries for d in e.diagnostics},
        code=code,
        fate=Fate.ANSWERED if is_answered else Fate.UNAVAILABLE if is_away else _fate(code),
        sentence=summary_words(entries),
        today=defaults.today if is_of_today else None,
        texts={_FILE: source.text},
        decided=tuple(entry.decision for entry in entries),
    )


def out_of_time(error: OutOfTimeError) -> Diagnostic:
    """Say that there was no answer in time."""
    return Diagnostic(
        code="PE908",
        message=f"{error.seconds:g}秒里没有办完，停下了，没有作出结论",
        help="过一会儿再试；几件一起发的，分几次；材料字样很长的，只写要点",
    )


def _fate(code: Exit) -> Fate:
    return Fate.BROKEN if code is Exit.BROKEN else Fate.REFUSED


def _exit(status: Status) -> Exit:
    return Exit.BROKEN if status is Status.FAILED else Exit.BAD_INPUT


def _whole(found: CaseFile) -> Row:
    return Row(index=0, name="", span=file_span(_FILE), case=None, diagnostics=found.diagnostics)


def _entry(at: int, row: Row, service: Service, engine: Engine) -> Entry:
    decision: Decision | None = None
    problems, status = row.diagnostics, Status.REFUSED
    if row.case is not None:
        try:
            decision, problems, status = check(service.compiled, row.case, engine), (), Status.DECIDED
        except DiagnosticsError as error:
            problems = error.diagnostics
        except (EnginesDisagreeError, EngineBrokeError) as error:
            problems, status = (engine_fault(error, row.case),), Status.FAILED
    given = Input(
        index=at, file=_FILE, row=row.index or None, place=row.span.place, name=row.name, status=status
    )
    return Entry(input=given, decision=decision, diagnostics=problems)


def _engine(word: str) -> Engine:
    if word not in [one.value for one in Engine]:
        names = "、".join(one.value for one in Engine)
        message = f"engine 没有 `{both_ends(word, _LONGEST)}`"
        raise _BadRequestError(message, f"可用：{names}")
    return Engine(word)


def _with_day(written: object, place: str | None) -> CaseDefaults:
    as_of = None
    if written is not None:
        as_of = day_number(day_text(str(written)) or str(written))
        if as_of is None:
            message = f"as_of 的 `{both_ends(str(written), _LONGEST)}` 不是日期"
            raise _BadRequestError(message, "写成 2026-01-15")
    return CaseDefaults(today=today_in_china(), as_of=as_of, jurisdiction=place)


# ---------------------------------------------------------------- screen


def _screen(service: Service, body: bytes) -> Answer:
    given = _object(body, ("text", "name", "subject", "as_of", "jurisdiction"))
    subject = _word(given, "subject") or "采购事项"
    subjects = service.compiled.rule_set.vocabulary.subjects
    known = [name for name in SUBJECTS if name in subjects]
    if subject not in known:
        message = f"`{both_ends(subject, _LONGEST)}` 的文字不能读"
        raise _BadRequestError(message, f"可用：{'、'.join(known)}")
    text = _word(given, "text")
    if not text.strip():
        message = "没有要读的文字"
        raise _BadRequestError(message, "写在 text 里")
    if len(text) > MOST_CHARACTERS:
        message = f"文字超过 {MOST_CHARACTERS:,} 字"
        raise _BadRequestError(message, "分段读")
    defaults = _with_day(given.get("as_of"), _word(given, "jurisdiction") or None)
    blank = load_given({subject: {}}, service.compiled.rule_set, defaults)
    screener = Screener(service.compiled, blank, subjects[subject])
    found = screener.screen(text, _word(given, "name"), searches_questions=True)
    return service.told(
        "screen",
        results=({"input": 1, "case_file": None, **screening_json(found, (), service.compiled.rule_set)},),
        inputs=(_one(_word(given, "name") or _FILE, Status.READ),),
        code=Exit.OPEN if found.proposals else Exit.PERMITTED,
        today=defaults.today if defaults.as_of is None else None,
    )


def _one(name: str, status: Status) -> Input:
    return Input(index=1, file=_FILE, row=None, place=f"{_FILE}:1:1", name=name, status=status)


# ---------------------------------------------------------------- ask


def _ask(service: Service, body: bytes) -> Answer:
    given = _object(body, ("subject", "opening", "case", "answer", "aside", "refuses_to_sign"))
    subjects = service.compiled.rule_set.vocabulary.subjects
    subject = _word(given, "subject") or "采购事项"
    if subject not in subjects:
        message = f"没有主题 `{both_ends(subject, _LONGEST)}`"
        raise _BadRequestError(message, did_you_mean(subject, subjects))
    case = _opened(service, given, subject)
    if subject not in case.subjects:
        message = f"案件里没有 `{subject}`"
        raise _BadRequestError(message, f"case 里写 {subject}，可以是空的")
    aside = given.get("aside", [])
    if not isinstance(aside, list) or not all(isinstance(name, str) for name in aside):
        message = "aside 不是栏目的列表"
        raise _BadRequestError(message, '写成 ["栏目"]')
    refuses = given.get("refuses_to_sign", False)
    if not isinstance(refuses, bool):
        message = "refuses_to_sign 不是 true 或 false"
        raise _BadRequestError(message, "写 true 或者不写")
    if given.get("answer") is not None:
        case = _with_answer(service, case, subject, given["answer"])
    turn = interviewing.next_turn(
        service.compiled, case, subject, refuses_to_sign=refuses, aside=frozenset(aside)
    )
    code = Exit.OPEN if turn.ask is not None else exit_of(turn.decision)
    return service.told(
        "ask",
        results=({"input": 1, **turn_json(turn, subject, service.compiled.rule_set)},),
        inputs=(_one(case.name or subject, Status.READ),),
        code=code,
        today=today_in_china() if not case.is_day_stated else None,
    )


def _opened(service: Service, given: Mapping[str, object], subject: str) -> Case:
    defaults = CaseDefaults(today=today_in_china())
    case = given.get("case")
    if case is not None:
        return load_given(case, service.compiled.rule_set, defaults)
    opening = given.get("opening", {})
    if not isinstance(opening, dict):
        message = "opening 不是对象"
        raise _BadRequestError(message, "写 name、text、place、day、phase")
    known = ("name", "text", "place", "day", "phase")
    _check_keys(opening, known, "opening")
    written = Opening(**{key: _word(opening, key) for key in known})
    return interviewing.opened(service.compiled, subject, written, defaults)


def _with_answer(service: Service, case: Case, subject: str, answer: object) -> Case:
    if not isinstance(answer, dict):
        message = "answer 不是对象"
        raise _BadRequestError(message, "写 field 和 value，或者 unknown、source，或者 by")
    _check_keys(answer, ("field", "value", "source", "unknown", "by"), "answer")
    if "by" in answer:
        return interviewing.signed(case, _signature(answer))
    fields = service.compiled.rule_set.vocabulary.subjects[subject].fields
    name = _word(answer, "field")
    if name not in fields:
        message = f"{subject}没有栏目 `{both_ends(name, _LONGEST)}`"
        raise _BadRequestError(message, did_you_mean(name, fields))
    field, source = fields[name], _word(answer, "source")
    if "unknown" in answer:
        return interviewing.not_known(service.compiled, case, field, _word(answer, "unknown"))
    if "value" in answer:
        return interviewing.answered(service.compiled, case, field, answer["value"], source=source)
    if name not in case.subjects[subject]:
        message = f"`{name}` 还没有答案，不能只写来源"
        raise _BadRequestError(message, "先写 value")
    return interviewing.explained(case, field, source)


def _signature(answer: Mapping[str, object]) -> str:
    name = _word(answer, "by").strip()
    if not name:
        message = "没有写姓名的声明不作数"
        raise _BadRequestError(message, "by 写经办人的姓名")
    return name


# ---------------------------------------------------------------- rules, documents


def _rules(service: Service, document: str | None, subject: str | None) -> Answer:
    rule_set = service.compiled.rule_set
    for word, known, what in (
        (document, rule_set.documents, "文件"),
        (subject, rule_set.vocabulary.subjects, "主题"),
    ):
        if word is not None and word not in known:
            message = f"没有{what} `{both_ends(word, _LONGEST)}`"
            raise _BadRequestError(message, did_you_mean(word, known))
    shown = [
        rule
        for rule in in_order(rule_set.rules, rule_set)
        if document in (None, rule.citation.document.id) and (subject is None or subject in rule.subjects)
    ]
    return service.told(
        "rules list", results=(rule_json(rule, rule_set) for rule in shown), sentence=f"共 {len(shown)} 条"
    )


def _rule(service: Service, name: str) -> Answer:
    rule_set = service.compiled.rule_set
    by_id = {rule.id: rule for rule in rule_set.rules}
    if name not in by_id:
        message = f"没有规则 `{both_ends(name, _LONGEST)}`"
        raise _BadRequestError(message, did_you_mean(name, by_id), Fate.NOT_FOUND)
    # One rule is told here as in a list of rules: the page that `rules show` makes of it is for people.
    return service.told("rules list", results=(rule_json(by_id[name], rule_set),), sentence="共 1 条")


# ---------------------------------------------------------------- what requests are made of


def _object(body: bytes, known: tuple[str, ...]) -> dict[str, object]:
    try:
        found = json.loads(body, object_pairs_hook=_once)
    except (JSONDecodeError, UnicodeDecodeError, RecursionError):
        message = "请求不是 JSON"
        raise _BadRequestError(message, _HOW, Fate.GARBLED) from None
    if not isinstance(found, dict):
        message = "请求不是 JSON 对象"
        raise _BadRequestError(message, f"写 {'、'.join(known)}")
    _check_keys(found, known, "请求")
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse what JSON itself would let the last of two win in silence."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        message = f"`{both_ends(twice, _LONGEST)}` 写了两次"
        raise _BadRequestError(message, "留一个")
    return found


def _check_keys(found: Mapping[str, object], known: Sequence[str], what: str) -> None:
    strange = next((key for key in found if key not in known), None)
    if strange is not None:
        message = f"{what}没有 `{both_ends(strange, _LONGEST)}` 这一项"
        raise _BadRequestError(message, did_you_mean(strange, known))


def _word(given: Mapping[str, object], key: str) -> str:
    found = given.get(key)
    if found is None:
        return ""
    if not isinstance(found, str):
        message = f"{key} 不是文字"
        raise _BadRequestError(message, "写成字符串")
    return found
