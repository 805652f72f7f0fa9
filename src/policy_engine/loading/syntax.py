"""Explain text that is no YAML: in Chinese, at the place that is to be mended."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml

from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.spans import Span
from policy_engine.foundation.text import UNSEEN, split_lines

_FULL_WIDTH = {
    "：": ":", "，": ",", "［": "[", "］": "]", "｛": "{", "｝": "}", "“": '"', "”": '"', "－": "-",
}  # fmt: skip
# What nobody sees is refused; a carriage return ends a line.
HIDDEN = re.compile(f"(?![\r])[{UNSEEN}\U0010fffd]")
# What the YAML reader would stop at; a private character stands in for it, so that the rest can be read.
_UNREADABLE = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_STAND_IN = "\U0010fffd"
_TAB_INDENT = re.compile(r"\s*\t")
_LAYOUT = "检查这一行的缩进、冒号后的空格和括号是否成对"
_PROBLEMS = {
    "did not find expected ',' or '}'": ("花括号没有配对，或者两项之间少了逗号", "补上 `}` 或 `,`"),
    "did not find expected ',' or ']'": ("方括号没有配对，或者两项之间少了逗号", "补上 `]` 或 `,`"),
    "mapping values are not allowed in this context": ("这里不能再写“键: 值”", _LAYOUT),
    "could not find expected ':'": ("这一行没有写成“键: 值”", "冒号用半角，后面加一个空格"),
    "did not find expected '-' indicator": ("列表里有一行不以 `- ` 开头", _LAYOUT),
    "did not find expected key": ("这一行的缩进与上面不齐", _LAYOUT),
    "found unexpected end of stream": ("引号没有配对", "补上另一半引号"),
    "found character that cannot start any token": ("值不能以这个符号开头", "把这个词放进半角引号"),
    "did not find expected alphabetic or numeric character": (
        "`&`、`*` 开头的写法是锚点和别名，不支持",
        "把要用的内容照写一遍",
    ),
    "did not find expected node content": ("这里缺少一个值，或者多了一个括号", _LAYOUT),
    "did not find expected comment or line break": ("`|` 和 `>` 后面应换行", "文字另起一行"),
    "did not find expected <document start>": ("内容已经结束，这里多出了文字", _LAYOUT),
    "found unknown escape character": ("双引号里的反斜杠写法不认识", "改用单引号，或去掉反斜杠"),
    "found invalid Unicode character escape code": ("双引号里的字符编号不存在", "直接写出这个字"),
}


def full_width_help(text: str) -> str:
    """Suggest half-width punctuation where a text holds a full-width colon or bracket; empty where it does not."""
    wide = [c for c in _FULL_WIDTH if c in text and c not in "“”－，"]
    if wide:
        return _half_width(wide)
    return "去掉全角空格，缩进用半角空格" if "\u3000" in text else ""


def stand_in(text: str) -> str:
    """Replace each character that YAML refuses to read by one that it reads and `HIDDEN` finds."""
    start = 1 if text.startswith("\ufeff") else 0
    return text[:start] + _UNREADABLE.sub(_STAND_IN, text[start:])


def hidden_character(character: str, span: Span) -> Diagnostic:
    """Refuse a character nobody sees: two texts that look the same must be the same."""
    message = f"含有不可见的字符 U+{ord(character):04X}"
    return Diagnostic(code="PE014", message=message, span=span, help="删去这个字符，或重新输入这一行")


def explain_syntax(error: yaml.YAMLError | UnicodeError, text: str, path: str) -> Diagnostic:
    """Turn the parser's error into a diagnostic: full-width punctuation and tabs first, else what was expected."""
    hidden = HIDDEN.search(text, 1 if text.startswith("\ufeff") else 0)
    if hidden is not None:
        before = split_lines(text[: hidden.start()] + ".")
        line, column = len(before) - 1, len(before[-1]) - 1
        return hidden_character(hidden[0], character_span(path, line, column))
    lines = split_lines(text)
    problem = str(getattr(error, "problem", ""))
    message, help_text = _PROBLEMS.get(problem, ("写法不通", _LAYOUT))
    marks = list(_marks(error, lines))
    for line, _ in marks + [(line - 1, 0) for line, _ in marks if line > 0]:
        wide = [c for c in _FULL_WIDTH if c in lines[line]]
        if wide:
            column = min(lines[line].index(c) for c in wide)
            return _diagnostic(message, path, line, column, _half_width(wide))
    line, column = marks[0] if marks else (0, 0)
    if lines and _TAB_INDENT.match(lines[line]):
        message, help_text = "缩进里有制表符", "缩进用空格，不用制表符"
    return _diagnostic(message, path, line, column, help_text)


def _marks(error: Exception, lines: list[str]) -> Iterator[tuple[int, int]]:
    # Where the parser noticed, then where the unfinished thing began; past the end there is nothing to show.
    for name in ("problem_mark", "context_mark"):
        mark = getattr(error, name, None)
        if mark is not None and mark.line < len(lines) and mark.column < max(1, len(lines[mark.line])):
            yield mark.line, mark.column


def _half_width(wide: list[str]) -> str:
    colon = "，冒号后加一个空格" if "：" in wide else ""
    return "、".join(f"全角 `{c}` 改为半角 `{_FULL_WIDTH[c]}`" for c in wide) + colon


def _diagnostic(message: str, path: str, line: int, column: int, help_text: str) -> Diagnostic:
    span = character_span(path, line, column)
    return Diagnostic(code="PE002", message=f"语法错误：{message}", span=span, help=help_text)


def character_span(path: str, line: int, column: int) -> Span:
    """Point at one character."""
    return Span(path=path, line=line, column=column, end_line=line, end_column=column + 1)
