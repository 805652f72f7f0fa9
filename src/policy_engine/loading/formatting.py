"""Format rule files: key order, indents, blank lines. Comments stay, meaning stays, twice is once."""

from __future__ import annotations

import io
import re
from collections import Counter

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from policy_engine.foundation.diagnostics import Diagnostic, raise_errors
from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, parse

# The order most rules were written in: what it is, when it holds, what it says, what to do, what shows it.
KEY_ORDER = (
    "id", "title", "cite", "subject", "strength", "justified_by", "dated_by", "in_force", "when", "unless", "doubt",
    "prohibit", "require", "recommend", "permit", "classify", "table", "derive", "overrides", "conflicts_with", "due",
    "remedy", "advice", "quote", "note", "accept", "examples",
)  # fmt: skip
_RULE_START = re.compile(r"^  - \S")
_KEY = re.compile(r"^(?:    |  - )([A-Za-z_]+):")
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def format_rules(source: SourceText) -> str:
    """Give the formatted text of a rule file. Raises `DiagnosticsError` where it can't be read or kept whole."""
    parsed = parse(source.text, source.path)
    raise_errors(parsed.diagnostics)
    if not all(isinstance(root, Mapping) for root in parsed.documents):
        return source.text
    formatted = _spaced(_ordered(_dumped(source)))
    again = parse(formatted, source.path)
    is_kept = [_data(node) for node in parsed.documents] == [_data(node) for node in again.documents]
    if again.diagnostics or not is_kept or _comments(source.text) != _comments(formatted):
        message = "这个文件不能在保持注释和含义不变的前提下排版，没有改动"
        help_text = "把夹在一个值中间的注释移到行首再试"
        raise_errors([Diagnostic(code="PE831", message=message, span=file_span(source.path), help=help_text)])
    return formatted


def _dumped(source: SourceText) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    try:
        root = yaml.load(source.text)
        out = io.StringIO()
        yaml.dump(root, out)
    except (YAMLError, AttributeError, TypeError) as error:
        message = f"排版时读不懂这个文件：{type(error).__name__}"
        raise_errors([Diagnostic(code="PE831", message=message, span=file_span(source.path))])
        raise AssertionError from error
    return out.getvalue()


def _ordered(text: str) -> str:
    """Put the keys of every rule into their order; comment lines stay with the key they stand above."""
    lines: list[str] = []
    rule: list[str] = []
    for line in text.split("\n"):
        starts = bool(_RULE_START.match(line))
        # What stands at the margin of a rule or further out ends the rule before it.
        if starts or (rule and line.strip() and not line.startswith("    ")):
            lines += _rule(rule)
            rule = []
        (rule if starts or rule else lines).append(line)
    return "\n".join([*lines, *_rule(rule)])


def _rule(lines: list[str]) -> list[str]:
    if not lines:
        return []
    tail: list[str] = []
    while lines and (not lines[-1].strip()):
        tail.insert(0, lines.pop())
    blocks: list[tuple[str, list[str]]] = []
    waiting: list[str] = []
    for line in lines:
        key = _KEY.match(line)
        if key is not None:
            blocks.append((key[1], [*waiting, line]))
            waiting = []
        elif line.startswith("    #"):
            waiting.append(line)
        else:
            blocks[-1][1].extend([*waiting, line])
            waiting = []
    blocks[-1][1].extend(waiting)
    first = blocks[0][0]
    # Only a rule that begins with its id can be turned without moving the dash.
    if first == "id" or "id" not in (key for key, _ in blocks):
        rank = {key: n for n, key in enumerate(KEY_ORDER)}
        blocks.sort(key=lambda block: rank.get(block[0], len(rank)))
    return [line for _, block in blocks for line in block] + tail


def _spaced(text: str) -> str:
    """Put one blank line before every rule but the first, and none at the end of a line or of the file."""
    lines: list[str] = []
    for line in text.split("\n"):
        stripped = line.rstrip()
        if _RULE_START.match(stripped) and lines:
            lead: list[str] = []
            while lines and (not lines[-1] or lines[-1].lstrip().startswith("#")):
                lead.insert(0, lines.pop())
            is_first = bool(lines) and lines[-1] == "rules:"
            lines += [] if is_first and not any(lead) else [""] if not is_first else []
            lines += [part for part in lead if part]
        lines.append(stripped)
    while lines and not lines[-1]:
        lines.pop()
    return "\n".join(lines) + "\n"


def _comments(text: str) -> Counter[str]:
    # A `#` inside quotes counts on both sides alike.
    return Counter(m.group().strip() for line in text.splitlines() if (m := _COMMENT.search(line)))


def _data(node: Node) -> object:
    match node:
        case Scalar(text=text, is_quoted=is_quoted):
            return text, is_quoted
        case Sequence(items=items):
            return tuple(_data(item) for item in items)
        case Mapping(pairs=pairs):
            return frozenset((key.text, _data(value)) for key, value in pairs)
