"""`policy-engine check`: decide the cases of one file."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path

import click

from policy_engine.cli.catalogue import read_catalogue
from policy_engine.cli.chinese import Command, OneOf
from policy_engine.cli.colour import coloured
from policy_engine.cli.exits import Exit, exit_of, worst
from policy_engine.cli.inputs import read_input
from policy_engine.cli.rule_base import rule_base, rule_base_options, ruled
from policy_engine.cli.streams import can_hold, write_error, write_out
from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.consulting import consult
from policy_engine.foundation.diagnostics import DiagnosticsError, render_all
from policy_engine.loading.cases import CaseDefaults, load_sound_cases
from policy_engine.loading.files import SourceText
from policy_engine.loading.spellings import day_text
from policy_engine.model.calendar import day_number
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision
from policy_engine.reporting.render import FORMATS, VIEWS, Addition, render_decisions
from policy_engine.usecases import Engine, EngineBrokeError, EnginesDisagreeError
from policy_engine.usecases import check as decide

_HELP = """审查一个文件里的案件，说明结论和依据。

CASE 是 YAML 或 JSON 文件，写 - 从标准输入读取；一个文件可以有几个案件。
有的案件填写有误时，指出错误，其余的照常审查。"""


class Day(click.ParamType[int]):
    """A day written as 2026-01-15."""

    name = "日期"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a day."""
        if isinstance(value, int):
            return value
        day = day_number(day_text(str(value)) or str(value))
        return day if day is not None else self.fail(f"`{value}` 不是日期，写成 2026-01-15", param, ctx)


@click.command(cls=Command, help=_HELP, arguments=[("CASE", "案件文件，或 -")])
@click.argument("case", metavar="CASE")
@click.option("--as-of", type=Day(), metavar="日期", help="按哪一天的规定审查（优先于文件里写的）")
@click.option("--jurisdiction", metavar="地区", help="按哪个地区审查（优先于文件里写的）")
@click.option(
    "--engine", type=OneOf(e.value for e in Engine), default="both", help="用哪个引擎；both 为双引擎复核"
)
@click.option("--view", type=OneOf(VIEWS), default="official", help="给谁看：审核人员、审计、规则作者")
@click.option("--format", "format_", type=OneOf(FORMATS), default="text", help="输出格式")
@click.option(
    "--catalogue", metavar="文件", help="本级指导性目录（YAML 或 CSV）；写 中央本级 用自带的中央目录"
)
@click.option("--what-if", is_flag=True, help="不能实施的，说明怎样调整项目才能实施")
@click.option("--reasons", is_flag=True, help="不能实施的，列出足以得出这一结论的各组事实")
@rule_base_options
def check(
    *,
    case: str,
    as_of: int | None,
    jurisdiction: str | None,
    engine: str,
    view: str,
    format_: str,
    catalogue: str | None,
    what_if: bool,
    reasons: bool,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Decide and print; the exit code is the worst verdict's."""
    base = rule_base(rules, schemas)
    compiled = ruled(base, reads_examples=False)
    defaults = CaseDefaults(today=date.today().toordinal(), as_of=as_of, jurisdiction=jurisdiction)  # noqa: DTZ011
    source = SourceText(case, "")
    try:
        source = read_input(case)
        cases, problems = load_sound_cases(source, compiled.rule_set, defaults)
        if catalogue is not None:
            listed = read_catalogue(catalogue, compiled.rule_set.areas, base)
            cases = tuple(consult(listed, case, compiled.rule_set.areas) for case in cases)
    except DiagnosticsError as error:
        write_error(render_all(error.diagnostics, {source.path: source.text}))
        return Exit.BAD_INPUT
    if problems:
        write_error(render_all(DiagnosticsError(problems).diagnostics, {source.path: source.text}))
    decisions, codes = _decide_all(cases, compiled, Engine(engine), source)
    if problems:
        codes.append(Exit.BAD_INPUT)
    if decisions:
        explored = _explore(decisions, compiled, ways=what_if, reasons=reasons)
        shown = render_decisions(decisions, compiled, view, format_, explored)
        write_out(_readable(shown, format_, [exit_of(decision) for decision in decisions]))
    return worst(codes)


def _explore(
    decisions: list[Decision], compiled: CompiledRuleSet, *, ways: bool, reasons: bool
) -> list[tuple[Addition, ...]]:
    if not ways and not reasons:
        return []
    from policy_engine.reporting.explorations import additions_of  # noqa: PLC0415 - rarely wanted
    from policy_engine.usecases.exploring import Aim, explore  # noqa: PLC0415

    aims = [aim for aim, is_wanted in ((Aim.REASONS, reasons), (Aim.WAYS, ways)) if is_wanted]
    return [
        additions_of(decision, explore(compiled, decision, aims), compiled.rule_set) for decision in decisions
    ]


def _readable(shown: str, format_: str, codes: list[Exit]) -> str:
    if format_ == "json" and not can_hold(sys.stdout, shown):
        return json.dumps(json.loads(shown), indent=2)
    return coloured(shown, codes) if format_ == "text" else shown


def _decide_all(
    cases: tuple[Case, ...], compiled: CompiledRuleSet, engine: Engine, source: SourceText
) -> tuple[list[Decision], list[Exit]]:
    decisions: list[Decision] = []
    codes: list[Exit] = []
    for case in cases:
        try:
            decision = decide(compiled, case, engine)
        except DiagnosticsError as error:
            write_error(render_all(error.diagnostics, {source.path: source.text}))
            codes.append(Exit.BAD_INPUT)
        except EnginesDisagreeError as error:
            write_error(f"内部错误[PE901]: {error}，未作出结论\n  修改: 请把案件文件报告给规则库维护人员")
            codes.append(Exit.BROKEN)
        except EngineBrokeError as error:
            write_error(
                f"内部错误[PE902]: 第二引擎未能完成复核：{error}，未作出结论\n  修改: 可用 --engine compiled 重试"
            )
            codes.append(Exit.BROKEN)
        else:
            decisions.append(decision)
            codes.append(exit_of(decision))
    return decisions, codes
