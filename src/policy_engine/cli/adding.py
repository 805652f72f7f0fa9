"""`policy-engine add …`: the beginnings of a document, subject, field, rule, parameter or term."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli.chinese import Command, OneOf
from policy_engine.cli.completing import documents, fields, flags, forces, objects, subjects
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import Day, GivenPath
from policy_engine.cli.rule_base import choose_rule_base
from policy_engine.cli.streams import write_lines
from policy_engine.cli.today import noted_today

if TYPE_CHECKING:
    from policy_engine.usecases.scaffolding import Scaffold

_WRITTEN = "\n\n先在副本上试，加上以后规则库仍能加载才写；待填的地方写成“【待填：……】”，validate 逐处列出。"


# What a shell offers for an argument; the rest are new names.
_OFFERED = {"subject": subjects, "document": documents, "field": fields}


def _adds(name: str, what: str, *arguments: tuple[str, str]) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of the group, with the option that names the rule base."""

    def made(function: Callable[..., Any]) -> click.Command:
        where = click.option(
            "--rules", type=GivenPath(), metavar="目录", help="规则库所在目录，默认取当前目录的规则库"
        )
        shown = [(word.upper(), words) for word, words in arguments]
        function = where(function)
        for word, _ in reversed(arguments):
            function = click.argument(word, metavar=word.upper(), shell_complete=_OFFERED.get(word))(function)
        return click.command(name, cls=Command, help=what + _WRITTEN, arguments=shown)(function)

    return made


@_adds(
    "document",
    "登记一份文件，还没有编写：编好以前，它管的案件会说明有这份文件。",
    ("name", "编号，例如 city-2027-1"),
)
@click.option(
    "--force",
    required=True,
    metavar="效力",
    shell_complete=forces,
    help="规范性文件、部门规章等，见 rules/registers/authority.yaml",
)
@click.option("--area", default="全国", metavar="地区", help="在哪里有效，默认全国")
@click.option(
    "--subject",
    "subjects",
    multiple=True,
    metavar="主题",
    shell_complete=subjects,
    help="管哪些主题，可写几次；默认全部",
)
@click.option("--from", "day", type=Day(), metavar="日期", help="施行日，默认今天")
def add_document(
    *, name: str, force: str, area: str, subjects: tuple[str, ...], day: int | None, rules: Path | None
) -> int:
    """Register a document."""
    from policy_engine.usecases.scaffolding import document  # noqa: PLC0415 - help needs none of it

    first = noted_today() if day is None else day
    return _add(document(name, force=force, area=area, subjects=subjects, day=first), rules)


@_adds(
    "subject",
    "新建一个主题，有一个分组、一个栏目。",
    ("name", "名称，例如 补助"),
    ("schema", "模式文件名，例如 grant"),
)
def add_subject(*, name: str, schema: str, rules: Path | None) -> int:
    """Start a subject."""
    from policy_engine.usecases.scaffolding import subject  # noqa: PLC0415 - as above

    return _add(subject(name, schema=schema), rules)


@_adds("field", "在一个主题的最后一组里加一个字段。", ("subject", "主题"), ("name", "字段名称"))
@click.option(
    "--type",
    "type_",
    type=OneOf(["boolean", "choice", "list", "number", "date", "text"]),
    default="boolean",
    help="类型，默认 boolean（是非）",
)
@click.option("--choices", default="", metavar="甲,乙", help="choice、list 的选项，用逗号隔开")
def add_field(*, subject: str, name: str, type_: str, choices: str, rules: Path | None) -> int:
    """Add a field."""
    from policy_engine.usecases.scaffolding import field  # noqa: PLC0415 - as above

    return _add(field(subject, name, type_=type_, choices=_split(choices)), rules)


@_adds(
    "rule",
    "按一个是非字段写一条规则：禁止、要求或者建议，带正、反、事实不清三个例子。",
    ("document", "文件编号"),
    ("rule_id", "规则编号，例如 art-3"),
)
@click.option("--subject", required=True, metavar="主题", shell_complete=subjects, help="管哪个主题")
@click.option("--field", required=True, metavar="字段", shell_complete=flags, help="看哪个是非字段")
@click.option(
    "--kind",
    type=OneOf(["prohibit", "require", "recommend"]),
    default="require",
    help="字段为“是”时禁止，还是要求、建议为“是”；默认 require",
)
@click.option("--no", "is_no", is_flag=True, help="反过来：字段为“否”时禁止，或者要求、建议为“否”")
@click.option(
    "--object",
    "of",
    default="",
    metavar="对象",
    shell_complete=objects,
    help="prohibit 禁止什么，见 rules/registers/objects.yaml",
)
@click.option("--cite", default="", metavar="条文", help="例如 第三条")
def add_rule(
    *,
    document: str,
    rule_id: str,
    subject: str,
    field: str,
    kind: str,
    is_no: bool,
    of: str,
    cite: str,
    rules: Path | None,
) -> int:
    """Add a rule."""
    from policy_engine.usecases.scaffolding import RuleAsked, rule  # noqa: PLC0415 - as above

    if (kind == "prohibit") is not bool(of):
        message = "prohibit 要写 --object" if not of else f"--object 只同 prohibit 用，{kind} 没有对象"
        raise click.UsageError(message, click.get_current_context())
    asked = RuleAsked(document, rule_id, subject, field, kind, not is_no, of, cite)
    return _add(rule(asked), rules)


@_adds(
    "parameter",
    "登记一个会随文件修改的数，规则里写 {parameter: 名称}。",
    ("name", "名称"),
    ("value", "现在的值"),
)
@click.option("--unit", required=True, metavar="单位", help="例如 个月、万元")
@click.option("--document", required=True, metavar="文件", shell_complete=documents, help="哪份文件规定的")
@click.option("--from", "day", type=Day(), required=True, metavar="日期", help="从哪天起是这个值")
def add_parameter(*, name: str, value: str, unit: str, document: str, day: int, rules: Path | None) -> int:
    """Register a parameter."""
    from policy_engine.usecases.scaffolding import parameter  # noqa: PLC0415 - as above

    return _add(parameter(name, value=value, unit=unit, document=document, first=day), rules)


@_adds(
    "term",
    "加一个词条：文字里有这些词，就问这个事实。",
    ("name", "编号，例如 my.budget"),
    ("subject", "主题"),
    ("field", "字段"),
    ("value", "指向的值，例如 true"),
)
@click.option("--word", "words", multiple=True, required=True, metavar="词", help="词，可写几次")
def add_term(
    *, name: str, subject: str, field: str, value: str, words: tuple[str, ...], rules: Path | None
) -> int:
    """Add a term."""
    from policy_engine.usecases.scaffolding import term  # noqa: PLC0415 - as above

    return _add(term(name, words=words, of=subject, field=field, value=value), rules)


def _add(scaffold: Scaffold, rules: Path | None) -> int:
    from policy_engine.usecases.scaffolding import add  # noqa: PLC0415 - as above

    base = choose_rule_base((), rules, None).base
    added = add(base.files, scaffold)
    verbs = {True: "新建", False: "改了"}
    lines = [f"{verbs[before is None]}：{base.located(path)}" for path, before in added.files.items()]
    write_lines([*lines, "接着：policy-engine validate 列出还有哪些待填，policy-engine test 运行例子"])
    return Exit.PERMITTED


def _split(text: str) -> tuple[str, ...]:
    return tuple(word for part in text.replace("，", ",").split(",") if (word := part.strip()))
