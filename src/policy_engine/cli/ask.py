"""`policy-engine ask`: an interview in the terminal. Ends in a case that is filled in, and an opinion on it."""

from __future__ import annotations

import dataclasses
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click

from policy_engine.cli.answers import Unknown, answer_hint, chosen, numbered, read_answer
from policy_engine.cli.chinese import Command
from policy_engine.cli.colour import as_page
from policy_engine.cli.completing import subjects_and_files
from policy_engine.cli.exits import Exit, exit_of
from policy_engine.cli.inputs import Day, read_input
from policy_engine.cli.output import OutputError, write_whole
from policy_engine.cli.rule_base import rule_base, rule_base_options, ruled
from policy_engine.cli.run import this_run
from policy_engine.cli.streams import fitted, is_terminal, write_out
from policy_engine.cli.today import today_in_china
from policy_engine.cli.vocabulary import beneath_here
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.condition_words import value_words
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, in_brief
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends, shown_path
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.model.cases import Case
from policy_engine.model.interviewing import Ask, Asking, Opening, Turn
from policy_engine.model.values import Known
from policy_engine.model.vocabulary import Field, Phase, Subject
from policy_engine.reporting.filled_case import filled_case
from policy_engine.reporting.interview_page import ask_item, standing
from policy_engine.reporting.json_report import plain_value
from policy_engine.reporting.page import Item
from policy_engine.reporting.render import VIEWS
from policy_engine.reporting.words import field_words
from policy_engine.usecases import check as decide
from policy_engine.usecases import interviewing
from policy_engine.usecases.reading import with_indications
from policy_engine.usecases.screening import SUBJECTS, proposals_of

_HELP = """一次问一件事，边答边存，答完给出结论和填好的案件。

SUBJECT 是主题，例如 采购事项、企业、服务合同、派员、隐患；写已有的案件文件，从没有答的接着问。
先说是什么、在哪里；文字里写到的先核对，只问还会影响结论的，每问一题都说明到目前是什么结论。
每一问可以写序号、值、不清楚（后面可以写原因）；b 回到上一问，q 先停下，以后接着答。
退出码同 check；先停下的为 3。"""
_BACK, _QUIT = ("b", "B", "回", "上一问"), ("q", "Q", "停", "先停下")
_LONGEST = 60
_PLACE = "在哪个地区，如 浙江省湖州市吴兴区（回车按全国，不看地方规定）："
# A comment that somebody wrote: headings of groups are written anew.
_NOTES = re.compile(r"#(?! [一-龥]{2,8}$)", re.MULTILINE)
_SCHEMA_LINE = "# yaml-language-server"
_KEYS = "不清楚就写 不清楚；b 回到上一问，q 先停下"
_SIGNATURE = "1 没有，署名　2 有，写明　3 先不署名"
_TRIES: Final = 100_000


@dataclass(frozen=True, slots=True)
class _State:
    """A case so far. `aside`: what whoever answers said he doesn't know."""

    case: Case
    refuses_to_sign: bool = False
    aside: frozenset[str] = frozenset()


class _StoppedError(Exception):
    """Raised where whoever answers stops, or nothing more comes."""


@click.command(cls=Command, help=_HELP, arguments=[("SUBJECT|FILE", "主题，或者要接着答的案件文件")])
@click.argument("given", metavar="SUBJECT|FILE", required=False, shell_complete=subjects_and_files)
@click.option("--name", metavar="名称", default="", help="事项名称、企业名称或合同名称")
@click.option("--text", metavar="文字", default="", help="购买内容、经营范围或者合同条款的文字")
@click.option("--as-of", type=Day(), metavar="日期", help="按哪一天的规定；不写按今天")
@click.option("--jurisdiction", metavar="地区", help="按哪个地区；不写要问")
@click.option("-o", "--output", metavar="文件", help="案件存到哪个文件；不写按主题取名，存在当前目录")
@rule_base_options
def ask(
    *,
    given: str | None,
    name: str,
    text: str,
    as_of: int | None,
    jurisdiction: str | None,
    output: str | None,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Ask until nothing is left that matters, then decide."""
    run = this_run()
    base = rule_base(rules, schemas)
    compiled = ruled(base, reads_examples=False)
    subjects = compiled.rule_set.vocabulary.subjects
    if given is None:
        names = "、".join(subjects)
        raise click.UsageError(f"缺少主题，可用的有 {names}；例如 ask 采购事项", click.get_current_context())
    defaults = CaseDefaults(today=today_in_china(), as_of=as_of, jurisdiction=jurisdiction)
    run.today = defaults.today if as_of is None else None
    is_new = given in subjects
    if not is_new and not Path(given).is_file():
        shown = both_ends(given, _LONGEST)
        told = f"没有主题或者文件 `{shown}`；{did_you_mean(given, tuple(subjects))}".rstrip("；")
        raise click.UsageError(told, click.get_current_context())
    path = _new_file(output, given) if is_new or output is not None else Path(given)
    try:
        case = (
            _new_case(compiled, subjects[given], name, text, defaults)
            if is_new
            else _resumed(given, path, compiled, defaults)
        )
    except _StoppedError:
        write_out("还没有答，没有存。")
        return Exit.OPEN
    schema = beneath_here(base.files.schemas / "case.schema.json")
    interview = _Interview(compiled, next(iter(case.subjects)), path, schema)
    return interview.hold(case, reads=is_new)


@dataclass(slots=True)
class _Interview:
    """One interview. `path`: where the case is kept after every answer."""

    compiled: CompiledRuleSet
    subject: str
    path: Path
    schema: str
    past: list[_State] = field(default_factory=list)

    def hold(self, case: Case, *, reads: bool) -> int:
        """Ask, keep what is answered, and decide at the end; the exit code is that of the verdict.

        `reads`: first have confirmed what the words of its texts state.
        """
        state = _State(case)
        try:
            self._keep(state.case)
            write_out(f"边答边存：{shown_path(str(self.path))}\n{_KEYS}")
            if reads:
                state = _State(self._confirmed(state.case))
                self._keep(state.case)
            while True:
                turn = self._turn(state)
                if turn.ask is None:
                    if not self._takes_back(turn):
                        break
                    state = self.past.pop()
                    self._keep(state.case)
                    continue
                state = self._next(dataclasses.replace(state, case=turn.case), turn)
                self._keep(state.case)
        except _StoppedError:
            path = shown_path(str(self.path))
            write_out(f"\n先停在这里，已存 {path}；接着答：policy-engine ask {path}")
            return Exit.OPEN
        decision = decide(self.compiled, state.case)
        code = exit_of(decision)
        write_out("\n" + as_page(VIEWS["official"](decision, self.compiled).text(), [code]))
        write_out(f"案件已存 {shown_path(str(self.path))}")
        return code

    def _confirmed(self, case: Case) -> Case:
        """Have confirmed what the words state, until that can be true together; what is left out is asked if it matters."""
        subject = self.compiled.rule_set.vocabulary.subjects[self.subject]
        stated = _stated(with_indications(case, self.compiled.rule_set), subject)
        if not stated:
            return case
        write_out("\n从文字读到，请核对：")
        for at, (words, asked, value) in enumerate(stated, start=1):
            write_out(
                fitted(f"  {at} {field_words(asked)}：{value_words(asked, value)}　字样 {_marked(words)}")
            )
        while True:
            typed = _typed("  回车全部采用；有不采用的写序号，如 1、2；都不采用写 无\n> ")
            left_out = _numbers(typed, len(stated))
            if left_out is None:
                continue
            try:
                confirmed = case
                for at, (words, asked, value) in enumerate(stated, start=1):
                    if at not in left_out:
                        confirmed = interviewing.answered(
                            self.compiled,
                            confirmed,
                            asked,
                            plain_value(asked, value),
                            source=f"材料字样“{words}”，经办人核对",
                        )
                self._turn(_State(confirmed))
            except DiagnosticsError as error:
                _tell(error)
                continue
            return confirmed

    def _takes_back(self, turn: Turn) -> bool:
        """Ask, once nothing is left, whether the last answer shall stand."""
        if not self.past:
            return False
        write_out(f"\n{fitted(standing(turn, self.compiled.rule_set))}")
        try:
            return _typed("  回车出具意见，b 改上一问的答案\n> ") in _BACK
        except _StoppedError:
            return False

    def _turn(self, state: _State) -> Turn:
        return interviewing.next_turn(
            self.compiled,
            state.case,
            self.subject,
            refuses_to_sign=state.refuses_to_sign,
            aside=state.aside,
        )

    def _next(self, state: _State, turn: Turn) -> _State:
        """Put one question until it is answered so that the answer can stand."""
        ask = turn.ask
        assert ask is not None
        rule_set = self.compiled.rule_set
        write_out(f"\n{fitted(standing(turn, rule_set))}\n")
        write_out(fitted("\n".join(_lines(f"第 {len(self.past) + 1} 问　", ask_item(turn, rule_set)))))
        while True:
            typed = _typed(f"  {_hint(ask)}\n> ")
            if typed in _BACK:
                if not self.past:
                    write_out("  前面没有问过的了")
                    continue
                return self.past.pop()
            try:
                answered = self._answered(state, ask, typed)
                if answered is not None and answered != state:
                    # What can't be true together is told here, where it can be answered otherwise.
                    self._turn(answered)
            except DiagnosticsError as error:
                _tell(error)
                continue
            if answered is not None:
                self.past.append(state)
                return answered

    def _answered(self, state: _State, ask: Ask, typed: str) -> _State | None:
        """Put an answer into the case; `None` where nothing was answered."""
        if ask.question is None:
            return self._signed(state, typed)
        asked = ask.question.field
        if ask.kind is Asking.REASON and not typed:
            return dataclasses.replace(state, case=interviewing.withdrawn(state.case, asked))
        if not typed:
            return None
        answer = read_answer(asked, typed)
        if isinstance(answer, Unknown):
            case = interviewing.not_known(self.compiled, state.case, asked, answer.reason)
            return dataclasses.replace(state, case=case, aside=state.aside | {asked.name})
        if ask.kind is Asking.REASON:
            return dataclasses.replace(state, case=interviewing.explained(state.case, asked, typed))
        return dataclasses.replace(
            state, case=interviewing.answered(self.compiled, state.case, asked, answer)
        )

    def _signed(self, state: _State, typed: str) -> _State | None:
        match typed:
            case "1" | "没有":
                name = _typed("  经办人姓名：")
                return (
                    dataclasses.replace(state, case=interviewing.signed(state.case, name)) if name else None
                )
            case "2" | "有":
                note = interviewing.note_of(self.compiled.rule_set.vocabulary.subjects[self.subject])
                if note is None:
                    write_out(f"  {self.subject}没有写说明的栏目：q 先停下，在案件文件里填相应的栏目")
                    return None
                told = _typed(f"  写明是什么情形（填入“{note.name}”）：")
                if not told:
                    return None
                return dataclasses.replace(
                    state, case=interviewing.answered(self.compiled, state.case, note, told)
                )
            case "3":
                return dataclasses.replace(state, refuses_to_sign=True)
            case _:
                return None

    def _keep(self, case: Case) -> None:
        _put(self.path, filled_case(case, self.compiled.rule_set, self.schema))


def _new_case(
    compiled: CompiledRuleSet, subject: Subject, name: str, text: str, defaults: CaseDefaults
) -> Case:
    """Ask what it is and where, as far as the options don't say, and read it as a case."""
    of_text, of_name = SUBJECTS.get(subject.name, ("", ""))
    if of_text:
        name = name or _typed(f"{of_name or '事项名称'}：")
        text = text or _several(f"{of_text}（可以写几行，空一行结束）：")
    opening = Opening(name=name, text=text, phase=_phase() if subject.has_phases else "")
    return _placed(compiled, subject.name, opening, defaults)


def _placed(compiled: CompiledRuleSet, subject: str, opening: Opening, defaults: CaseDefaults) -> Case:
    """Ask where it is, until that can be read, unless an option says so."""
    while True:
        if defaults.jurisdiction is None:
            opening = dataclasses.replace(opening, place=_typed(_PLACE))
        try:
            return interviewing.opened(compiled, subject, opening, defaults)
        except DiagnosticsError as error:
            if defaults.jurisdiction is not None:
                raise
            _tell(error)


def _phase() -> str:
    phases: tuple[str, ...] = tuple(phase.value for phase in Phase)
    while True:
        typed = chosen(_typed(f"到了哪个阶段：{numbered(phases)}（回车按已填的事项推定）："), phases)
        if not typed or typed in phases:
            return typed


def _resumed(name: str, path: Path, compiled: CompiledRuleSet, defaults: CaseDefaults) -> Case:
    """Read the case of a file that is gone on with, and ask where it is if it doesn't say."""
    source = read_input(name)
    this_run().given[source.path] = source.text
    cases = load_cases(source, compiled.rule_set, defaults)
    if len(cases) != 1:
        told = f"`{shown_path(name)}` 里有 {len(cases)} 个案件，接着答的一个文件只放一个案件"
        raise click.UsageError(told, click.get_current_context())
    (case,) = cases
    if path == Path(name):
        _keep_notes(path, source.text)
    if case.is_area_stated:
        return case
    placed = _placed(compiled, next(iter(case.subjects)), Opening(), defaults)
    return dataclasses.replace(case, area=placed.area, is_area_stated=True)


def _keep_notes(path: Path, text: str) -> None:
    """Keep a copy of a file with notes in it: what is kept of an interview holds facts alone."""
    copy = path.with_name(f"{path.stem}.原件{path.suffix}")
    if not _NOTES.search(text.removeprefix(_SCHEMA_LINE)) or os.path.lexists(copy):
        return
    _put(copy, text)
    write_out(f"原来的文件里有批注，先抄了一份：{shown_path(str(copy))}")


def _put(path: Path, text: str) -> None:
    try:
        write_whole(path, text)
    except OSError as error:
        raise OutputError(str(path), error) from error


def _stated(case: Case, subject: Subject) -> list[tuple[str, Field, Known]]:
    """List what the words of a case state of what nobody told: the words, what they are about, the value."""
    told = case.subjects[subject.name]
    return [
        (one.indications[0].words, subject.fields[one.field], one.value)
        for one in proposals_of(case, subject)
        if one.is_stated and one.value is not None and one.field not in told
    ]


def _marked(words: str) -> str:
    return click.style(f"“{words}”", bold=True) if is_terminal() else f"“{words}”"


def _numbers(typed: str, most: int) -> frozenset[int] | None:
    """Read which of a list are left out; `None` where that can't be read."""
    if typed == "无":
        return frozenset(range(1, most + 1))
    found = [word for word in re.split(r"[、，,\s]+", typed) if word]
    if all(word.isascii() and word.isdigit() and 1 <= int(word) <= most for word in found):
        return frozenset(map(int, found))
    write_out(f"  序号是 1 到 {most}")
    return None


def _new_file(output: str | None, subject: str) -> Path:
    if output is not None:
        path = Path(output)
        _refuse_what_is_there(path)
        return path
    for number in range(1, _TRIES):
        path = Path(f"{subject}.yaml" if number == 1 else f"{subject}-{number}.yaml")
        if not os.path.lexists(path):
            return path
    raise click.UsageError("当前目录里同名的文件太多，用 -o 写一个名字", click.get_current_context())


def _refuse_what_is_there(path: Path) -> None:
    if os.path.lexists(path):
        shown = shown_path(str(path))
        told = f"`{shown}` 已经有了，没有覆盖；换一个名字，要接着答的写 ask {shown}"
        raise click.UsageError(told, click.get_current_context())


def _hint(ask: Ask) -> str:
    if ask.question is None:
        return _SIGNATURE
    if ask.kind is Asking.REASON:
        return "写姓名和依据，如 王某：看过方案，由公司自行安排；改答案的直接回车"
    return f"{answer_hint(ask.question.field)}　或 不清楚"


def _tell(error: DiagnosticsError) -> None:
    write_out(fitted("\n".join(f"  {line}" for line in in_brief(error.diagnostics))))


def _lines(before: str, item: Item, indent: str = "") -> Iterator[str]:
    yield f"{indent}{before}{item.text}"
    for detail in item.details:
        yield from _lines("", detail, indent + "  ")


def _several(prompt: str) -> str:
    """Read lines up to an empty one."""
    lines = [_typed(f"{prompt}\n> ")]
    while lines[-1]:
        lines.append(_typed("> "))
    return "\n".join(lines).strip()


def _typed(prompt: str) -> str:
    """Read one line that somebody types, without the blanks around it."""
    try:
        typed = str(input(prompt))
    except EOFError:
        raise _StoppedError from None
    except UnicodeDecodeError:
        raise DiagnosticsError(
            [Diagnostic(code="PE002", message="读到的不是 UTF-8 文字", help="把终端或者文件的编码改成 UTF-8")]
        ) from None
    typed = typed.strip()
    if not sys.stdin.isatty():
        # What comes from a pipe is not echoed; so that the page reads as it does in a terminal.
        write_out(typed)
    if typed in _QUIT:
        raise _StoppedError
    return typed
