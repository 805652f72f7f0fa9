"""Feature files to scenarios: zh-CN Gherkin, backgrounds put in front, outlines written out, every step with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, raise_errors
from policy_engine.foundation.spans import Span
from policy_engine.loading.files import SourceText

if TYPE_CHECKING:
    from gherkin.errors import ParserException

_LANGUAGE = "zh-CN"
_KINDS = {"Context": "假如", "Action": "当", "Outcome": "那么"}
_LINES = (
    "一行以 功能:、背景:、场景:、场景大纲:、例子: 或者 假如、当、那么、并且、但是 开头；"
    "表格的一行以 | 开头和结尾；长的文字放在两行三引号之间"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureStep:
    """One step. `kind`: 假如, 当 or 那么, whatever the line begins with.

    `rows`: where the rows of the table stand; `text_at`: where the quoted text begins.
    """

    kind: str
    text: str
    span: Span
    table: tuple[tuple[str, ...], ...] = ()
    rows: tuple[Span, ...] = ()
    quoted: str | None = None
    text_at: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario, or one row of an outline; `span`: its title, or the row."""

    name: str
    tags: frozenset[str]
    span: Span
    steps: tuple[FeatureStep, ...]


def read_scenarios(source: SourceText) -> tuple[Scenario, ...]:
    """Read a feature file. Raises `DiagnosticsError`."""
    from gherkin.errors import CompositeParserException, ParserException  # noqa: PLC0415 - only for features
    from gherkin.parser import Parser  # noqa: PLC0415
    from gherkin.pickles.compiler import Compiler  # noqa: PLC0415
    from gherkin.token_matcher import TokenMatcher  # noqa: PLC0415

    try:
        document: Any = Parser().parse(source.text, TokenMatcher(_LANGUAGE))
    except CompositeParserException as error:
        raise DiagnosticsError([_misread(one, source) for one in error.errors]) from None
    except ParserException as error:
        raise DiagnosticsError([_misread(error, source)]) from None
    nodes = dict(_nodes(document))
    pickles: Any = Compiler().compile(document | {"uri": source.path})
    found = tuple(_scenario(pickle, nodes, source) for pickle in pickles)
    raise_errors([*_lost(nodes.values(), source), *([] if found else [_nothing(source)])])
    return found


def _lost(nodes: Iterable[Mapping[str, Any]], source: SourceText) -> Iterator[Diagnostic]:
    """Find what Gherkin takes for a description though it stands where steps do, and scenarios without steps."""
    for node in nodes:
        if "steps" not in node:
            continue
        span = _span(node["location"], source.path)
        described = next((line.strip() for line in node["description"].splitlines() if line.strip()), "")
        if described:
            lines = source.text.split("\n")
            at = next(n for n in range(span.line + 1, len(lines)) if lines[n].strip())
            place = _span({"line": at + 1}, source.path)
            yield Diagnostic(code="PE521", message=f"读不懂这一行：{described}", span=place, help=_LINES)
        elif not node["steps"]:
            message = f"`{node['name'] or '场景'}` 下面没有步骤"
            yield Diagnostic(code="PE521", message=message, span=span, help="写 假如、当、那么 的步骤")


def _nodes(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(value, Mapping):
        if "id" in value:
            yield value["id"], value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _nodes(each)


def _scenario(
    pickle: Mapping[str, Any], nodes: Mapping[str, Mapping[str, Any]], source: SourceText
) -> Scenario:
    *_, last = (nodes[name] for name in pickle["astNodeIds"])
    # A row of an outline is named by what stands in it.
    row = "、".join(cell["value"] for cell in last.get("cells", ()))
    return Scenario(
        name=pickle["name"] + (f"（{row}）" if row else ""),
        tags=frozenset(tag["name"].removeprefix("@") for tag in pickle["tags"]),
        span=_span(last["location"], source.path),
        steps=tuple(_step(step, nodes[step["astNodeIds"][0]], source) for step in pickle["steps"]),
    )


def _step(step: Mapping[str, Any], node: Mapping[str, Any], source: SourceText) -> FeatureStep:
    argument = step.get("argument", {})
    rows = argument.get("dataTable", {}).get("rows", ())
    at = node["docString"]["location"] if "docString" in node else {"line": 0, "column": 1}
    path = source.path
    line = source.text.split("\n")[node["location"]["line"] - 1].lstrip()
    # 假如 is a keyword with and without a blank behind it.
    skip = line.index(node["text"], len(node["keyword"]))
    return FeatureStep(
        kind=_KINDS.get(step["type"], "假如"),
        text=step["text"],
        span=_span(node["location"], path, skip, len(node["text"])),
        table=tuple(tuple(cell["value"] for cell in row["cells"]) for row in rows),
        rows=tuple(_span(row["location"], path) for row in node.get("dataTable", {}).get("rows", ())),
        quoted=argument["docString"]["content"] if "docString" in argument else None,
        text_at=(at["line"], at["column"] - 1),
    )


def _span(location: Mapping[str, int], path: str, skip: int = 0, length: int = 0) -> Span:
    line, column = location["line"] - 1, location.get("column", 1) - 1 + skip
    return Span(path=path, line=line, column=column, end_line=line, end_column=column + length)


def _misread(error: ParserException, source: SourceText) -> Diagnostic:
    from gherkin.errors import NoSuchLanguageException, UnexpectedEOFException  # noqa: PLC0415

    lines = source.text.split("\n")
    at = {"line": error.location["line"], "column": error.location.get("column", 1)}
    span = _span(at, source.path)
    written = lines[span.line].strip() if span.line < len(lines) else ""
    match error:
        case UnexpectedEOFException():
            message, hint = "文件到这里没有写完", "补上场景的步骤；标签后面要有场景"
        case NoSuchLanguageException():
            message, hint = "不认识这种语言", f"第一行写 # language: {_LANGUAGE}，或者不写"
        case _ if written.startswith("|"):
            message, hint = (
                "表格的这一行与别的行格数不同，或者位置不对",
                "补齐或者删去多的格；表格紧接在步骤或者例子下面",
            )
        case _:
            message, hint = f"读不懂这一行：{written}", _LINES
    return Diagnostic(code="PE521", message=message, span=span, help=hint)


def _nothing(source: SourceText) -> Diagnostic:
    span = Span(path=source.path, line=0, column=0, end_line=0, end_column=0)
    return Diagnostic(
        code="PE521", message="文件里没有场景", span=span, help="写 场景: 和它的步骤；" + _LINES
    )
