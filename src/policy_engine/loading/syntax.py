"""Explain text that is no YAML: in Chinese, at the place that is to be mended."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial

import yaml

from policy_engine.foundation.diagnostics import Diagnostic
from policy_engine.foundation.fixes import Edit, Fix
from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.spans import Span
from policy_engine.foundation.text import UNSEEN, split_lines
from policy_engine.loading.trouble import (
    FULL_WIDTH,
    Mistake,
    Place,
    Trouble,
    blank_name,
    half_width,
    odd_blank,
)

# What nobody sees is refused; a carriage return ends a line.
HIDDEN = pattern(f"(?![\r])[{UNSEEN}\U0010fffd]")
# Some editors write it at the very beginning. It is no fault there, and no column is counted for it.
BYTE_ORDER_MARK = "\ufeff"
# What the YAML reader would stop at; a private character stands in for it, so that the rest can be read.
_UNREADABLE = pattern("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_STAND_IN = "\U0010fffd"
Shortened = Mapping[int, Sequence[int]]
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# As long as the escape it replaces, so that places stay.
_HALF = "\\uffff"
_PARTS = pattern("(\r\n|[\n\r\x85\u2028\u2029])")
_JSON_STRING = pattern(r'"(?:[^"\\]|\\.)*"')
_SURROGATES = pattern(
    r"\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|(?P<escape>\\.)"
)
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
        "是文字的，放进半角引号；要引用别处的，照写一遍",
    ),
    "did not find expected node content": ("这里缺少一个值，或者多了一个括号", _LAYOUT),
    "did not find expected comment or line break": ("`|` 和 `>` 后面应换行", "文字另起一行"),
    "did not find expected <document start>": ("内容已经结束，这里多出了文字", _LAYOUT),
    "found unknown escape character": ("双引号里的反斜杠写法不认识", "改用单引号，或去掉反斜杠"),
    "found invalid Unicode character escape code": ("双引号里的字符编号不存在", "直接写出这个字"),
}


def full_width_help(text: str) -> str:
    """Suggest half-width punctuation where a text holds a full-width colon or bracket, or an odd blank at its start."""
    # Between full-width brackets a full-width comma parts items; elsewhere it is a comma of the text.
    of_text = "“”－" if any(c in text for c in "｛｝［］") else "“”－，"
    wide = [c for c in FULL_WIDTH if c in text and c not in of_text]
    if wide:
        return half_width(wide)
    blank = odd_blank(text[: len(text) - len(text.lstrip())]) or ("\u3000" if "\u3000" in text else "")
    return f"去掉{blank_name(blank)}，缩进用半角空格" if blank else ""


def stand_in(text: str) -> str:
    """Replace each character that YAML refuses to read by one that it reads and `HIDDEN` finds."""
    return _UNREADABLE.sub(_STAND_IN, text)


def hidden_character(character: str, span: Span) -> Diagnostic:
    """Refuse a character nobody sees: two texts that look the same must be the same."""
    if character == "\uffff":
        message = "有不成字的编号：`\\ud800` 一类的编号要成对，才是一个字"
        return Diagnostic(code="PE014", message=message, span=span, help="直接写出这个字")
    message = f"含有不可见的字符 U+{ord(character):04X}"
    fixes = (Fix("删去这个字符", (Edit(span, ""),), is_sure=True),)
    return Diagnostic(
        code="PE014", message=message, span=span, help="删去这个字符，或重新输入这一行", fixes=fixes
    )


def respell_json(text: str) -> tuple[str, Shortened]:
    """Spell the halves of characters that JSON escapes as YAML does, one half alone as what is refused.

    Also tell by line before which columns of the new text it is two characters shorter than the old.
    """
    if not text.lstrip(" \t\r\n").startswith(("{", "[")):
        return text, {}
    shortened: dict[int, list[int]] = {}
    parts = _PARTS.split(text)
    for at in range(0, len(parts), 2):
        ends: list[int] = []
        parts[at] = _JSON_STRING.sub(partial(_respelt, ends=ends), parts[at])
        if ends:
            shortened[at // 2] = ends
    return "".join(parts), shortened


def _respelt(string: re.Match[str], ends: list[int]) -> str:
    def whole(found: re.Match[str]) -> str:
        if found["high"] is None:
            return found[0] if found["escape"] else _HALF
        # In columns of the new text: each pair before has made it two characters shorter.
        ends.append(string.start() + found.start() - 2 * len(ends))
        code = 0x10000 + (int(found["high"], 16) - 0xD800) * 0x400 + int(found["low"], 16) - 0xDC00
        return f"\\U{code:08x}"

    return _SURROGATES.sub(whole, string[0])


def explain_syntax(error: yaml.YAMLError | UnicodeError, text: str, path: str) -> Diagnostic:
    """Turn the parser's error into a diagnostic: what people do first, each at its place, else what was expected."""
    from policy_engine.loading.mistakes import MISTAKES  # noqa: PLC0415 - most texts have none

    lines = split_lines(text)
    trouble = _trouble(error, text, lines)
    # Before all else: what nobody can see would make any other explanation look wrong.
    hidden = _hidden_near(trouble, lines)
    if hidden is not None:
        line, column = hidden
        return hidden_character(lines[line][column], character_span(path, line, column))
    found = next((m for m in (detect(trouble) for detect in MISTAKES) if m is not None), None)
    mistake = found if found is not None else _ordinary(trouble)
    message = mistake.message if mistake.code != "PE002" else f"语法错误：{mistake.message}"
    span = character_span(path, *mistake.place)
    fixes = (
        () if mistake.instead is None else (Fix(mistake.help, (Edit(span, mistake.instead),), is_sure=True),)
    )
    return Diagnostic(code=mistake.code, message=message, span=span, help=mistake.help, fixes=fixes)


def _trouble(error: Exception, text: str, lines: list[str]) -> Trouble:
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    noticed, start = ((mark.line, mark.column) if mark is not None else None for mark in marks)
    at = noticed or (0, 0)
    return Trouble(
        lines=lines,
        problem=str(getattr(error, "problem", "")),
        at=at,
        start=start,
        opened=_open_bracket(text, at) if "flow" in str(getattr(error, "context", "")) else None,
        is_cut=not text.rstrip(" \t").endswith(("\n", "\r")),
    )


def _open_bracket(text: str, at: Place) -> Place | None:
    """Find the innermost bracket that is still open where the parser gave up."""
    opened: list[Place] = []
    try:
        for token in yaml.scan(stand_in(text), Loader=_Loader):
            place = (token.start_mark.line, token.start_mark.column)
            if place >= at:
                break
            if isinstance(token, yaml.FlowSequenceStartToken | yaml.FlowMappingStartToken):
                opened.append(place)
            elif opened and isinstance(token, yaml.FlowSequenceEndToken | yaml.FlowMappingEndToken):
                opened.pop()
    # It fails where it failed before; what was opened until then is all that is wanted.
    except yaml.YAMLError:
        pass
    return opened[-1] if opened else None


def _hidden_near(trouble: Trouble, lines: list[str]) -> Place | None:
    for number in trouble.near:
        found = HIDDEN.search(lines[number])
        if found is not None:
            return number, found.start()
    return None


def _ordinary(trouble: Trouble) -> Mistake:
    message, help_text = _PROBLEMS.get(trouble.problem, ("写法不通", _LAYOUT))
    # Where the parser noticed, else where the unfinished thing began; past the end there is nothing to show.
    places = [
        place
        for place in (trouble.at, trouble.start)
        if place is not None and _is_inside(place, trouble.lines)
    ]
    last = max(0, len(trouble.lines) - 1)
    end = (last, max(0, len(trouble.lines[last]) - 1) if trouble.lines else 0)
    return Mistake(places[0] if places else end, message, help_text)


def _is_inside(place: Place, lines: list[str]) -> bool:
    return place[0] < len(lines) and place[1] < max(1, len(lines[place[0]]))


def character_span(path: str, line: int, column: int) -> Span:
    """Point at one character."""
    return Span(path=path, line=line, column=column, end_line=line, end_column=column + 1)
