"""What people do that makes a text no YAML, each found where it was done. To know another, add it to `MISTAKES`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from policy_engine.loading.trouble import (
    BRACKETS,
    FULL_WIDTH,
    ODD_BLANKS,
    Mistake,
    Trouble,
    blank_name,
    half_width,
    odd_blank,
)

_INDENT = re.compile(f"[ {ODD_BLANKS}]*")
_BLANK_AFTER_COLON = re.compile(f":(?=[{ODD_BLANKS[1:]}])")
_ITEM = r"\s*(?:- +)*"
_GLUED = re.compile(rf"({_ITEM})([^\s:：#\"'{{}}\[\],&*!|>%@`-][^:：#\"'{{}}\[\],]*):(?=[^\s:/])(\S+)")
_WIDE_COLON = re.compile(rf"{_ITEM}[^\s:：#\"'，。；][^:：#\"'，。；]{{0,29}}(：)")
_WIDE_OPENING = re.compile(rf"(?:^{_ITEM}|: +|[\[{{,] *)([｛［“])")
_WIDE_CLOSING = re.compile("[｝］]")
_CHINESE_OPENING = re.compile(rf"(?:^{_ITEM}|: +)(【)[^】]*(?:】|$)")
_WIDE_COMMA = re.compile(r"，(?=\s*[^\s，]+$)")
_SEPARATOR = re.compile("[；;、](?=\\s*[^\\s；;、]+$)")
_QUOTED_KEY = re.compile(r"\s*(\"[^\"]*\"|'[^']*')\s*")
_GLUED_DASH = re.compile(r"\s*(-)((?![-\s\d]).*:(?:\s.*)?)$")
_CLOSED_VALUE = re.compile(r".*?: +((?:\[[^\]]*\]|\{[^}]*\}|\"[^\"]*\"|'[^']*')(?=[^\s,#]))")
_NO_KEY = ("did not find expected key", "did not find expected '-' indicator")
_BLOCK_TEXT = re.compile(r":\s+[|>][-+0-9]*\s*(?:#.*)?$")
_CONFLICT = (re.compile(r"<{7}(?: |$)"), re.compile(r"(?:={7}|>{7})(?: |$)"))
_MOST_LINES = 10


def glued_help(text: str) -> str:
    """Say how to part key and value where no space follows the colon; empty where that isn't so."""
    found = _GLUED.match(text)
    return f"冒号后面加一个空格，写成 `{_short(found[2])}: {_short(found[3])}`" if found else ""


def _conflict(trouble: Trouble) -> Mistake | None:
    begins = [n for n, line in enumerate(trouble.lines) if _CONFLICT[0].match(line)]
    # A single `<<<<<<<` may be text; with its counterpart below it is git's.
    if not begins or not any(_CONFLICT[1].match(line) for line in trouble.lines[begins[0] :]):
        return None
    message = f"没有合并完：两个版本的冲突标记还在{_on_lines(begins)}"
    help_text = "选定要保留的内容，删去 `<<<<<<<`、`=======`、`>>>>>>>` 三种行"
    return Mistake((begins[0], 0), message, help_text, "PE016")


def _odd_indent(trouble: Trouble) -> Mistake | None:
    for number in trouble.near:
        blank = odd_blank(_indent(trouble.lines[number]))
        if blank:
            same = [n for n, line in enumerate(trouble.lines) if blank in _indent(line)]
            message = f"缩进里有{blank_name(blank)}{_on_lines(same)}"
            return Mistake((number, trouble.lines[number].index(blank)), message, "缩进用半角空格")
    return None


def _odd_blank_after_colon(trouble: Trouble) -> Mistake | None:
    for number in trouble.near:
        found = _BLANK_AFTER_COLON.search(trouble.lines[number])
        if found:
            name = blank_name(trouble.lines[number][found.end()])
            return Mistake((number, found.end()), f"冒号后面是{name}", "改为半角空格", instead=" ")
    return None


def _glued_colon(trouble: Trouble) -> Mistake | None:
    for number in trouble.near:
        found = _GLUED.match(trouble.lines[number])
        if found:
            place = (number, found.end(2))
            help_text = f"写成 `{_short(found[2])}: {_short(found[3])}`"
            return Mistake(place, "冒号后面少了空格", help_text, instead=": ")
    return None


def _wide_colon(trouble: Trouble) -> Mistake | None:
    marks = dict(_wide_colons(trouble.lines))
    number = next((n for n in trouble.near if n in marks), None)
    if number is None:
        return None
    wide = [c for c in FULL_WIDTH if c not in "“”－，" and any(c in trouble.lines[n] for n in marks)]
    place, behind = (number, marks[number]), trouble.lines[number][marks[number] + 1 :]
    instead = ":" if not behind or behind.startswith(" ") else ": "
    return Mistake(place, f"冒号是全角的{_on_lines(marks)}", half_width(wide), instead=instead)


def _wide_colons(lines: list[str]) -> Iterator[tuple[int, int]]:
    for number, line in enumerate(lines):
        found = _WIDE_COLON.match(line)
        if found:
            yield number, found.start(1)


def _wide_opening(trouble: Trouble) -> Mistake | None:
    for number in trouble.near:
        line = trouble.lines[number]
        found = _WIDE_OPENING.search(line)
        if found:
            kinds = "“”" if found[1] == "“" else "｛｝［］"
            what = "引号" if found[1] == "“" else "括号"
            return Mistake(
                (number, found.start(1)), f"{what}是全角的", half_width(c for c in kinds if c in line)
            )
    return None


def _chinese_opening(trouble: Trouble) -> Mistake | None:
    for number in trouble.near:
        # Only with a key behind it: 【】 around a heading is text.
        found = _CHINESE_OPENING.search(trouble.lines[number])
        if found and ": " in found[0][2:]:
            return Mistake((number, found.start(1)), "括号是中文的", "`【】` 改为半角 `{}`，列表用 `[]`")
    return None


def _wide_comma(trouble: Trouble) -> Mistake | None:
    number, column = trouble.at
    if trouble.opened is None or number >= len(trouble.lines):
        return None
    before = trouble.lines[number][:column]
    start = max(before.rfind(c) for c in ",[{") + 1
    # What follows it up to the colon is one word, a key; else it is a comma of the text.
    found = _WIDE_COMMA.search(before, start)
    if found is None:
        return None
    behind = trouble.lines[number][found.end() :]
    return Mistake(
        (number, found.start()), "两项之间的逗号是全角的", half_width("，"), instead=_comma_before(behind)
    )


def _cut_off(trouble: Trouble) -> Mistake | None:
    if not trouble.is_cut or not trouble.is_at_end or trouble.start is None:
        return None
    last = len(trouble.lines) - 1
    place = (last, max(0, len(trouble.lines[last]) - 1))
    help_text = "文件可能没有写完、没有保存或者没有传完，对照原件补全"
    if trouble.opened is not None:
        line, column = trouble.opened
        name, closing = BRACKETS[trouble.lines[line][column]]
        where = f"第 {line + 1} 行的{name}" if line != last else name
        return Mistake(place, f"文件到这里就断了，{where}没有配对", f"补上 `{closing}`；{help_text}")
    return Mistake(place, "文件到这里就断了，最后一项没有写完", help_text)


def _unclosed(trouble: Trouble) -> Mistake | None:
    if trouble.opened is None:
        return None
    line, column = trouble.opened
    # Noticed on the line where it was opened, the bracket is hardly what is wrong.
    if not trouble.is_at_end and trouble.at[0] == line:
        return None
    mark = trouble.lines[line][column]
    name, closing = BRACKETS[mark]
    return Mistake(trouble.opened, f"{name} `{mark}` 没有配对", f"补上 `{closing}`，或者两项之间的 `,`")


def _wide_closing(trouble: Trouble) -> Mistake | None:
    if trouble.opened is None or trouble.is_balanced:
        return None
    first, column = trouble.opened
    for number in range(first, min(trouble.at[0] + 1, len(trouble.lines))):
        found = _WIDE_CLOSING.search(trouble.lines[number], column if number == first else 0)
        if found:
            return Mistake((number, found.start()), "括号是全角的", half_width(found[0]))
    return None


def _comma_before(behind: str) -> str:
    return "," if behind.startswith(" ") else ", "


def _other_separator(trouble: Trouble) -> Mistake | None:
    """Find what stands between two items or a key and its value in place of a comma or a colon."""
    number, column = trouble.at
    if trouble.opened is None or number >= len(trouble.lines):
        return None
    line = trouble.lines[number]
    start = max(line.rfind(c, 0, column) for c in ",[{") + 1
    if line.startswith("//", column):
        return Mistake(trouble.at, "注释不能以 `//` 开头", "注释写在 `#` 后面，`#` 前面空一格")
    separator = _SEPARATOR.search(line, start, column)
    if separator:
        message, instead = f"两项之间写的是 `{separator[0]}`", _comma_before(line[separator.end() :])
        return Mistake((number, separator.start()), message, "改为半角 `,`", instead=instead)
    opening = trouble.lines[trouble.opened[0]][trouble.opened[1]]
    key = _QUOTED_KEY.fullmatch(line, start, column)
    if opening == "{" and key:
        return Mistake((number, key.end(1) - 1), "键后面少了冒号", f"写成 `{_short(key[1])}: 值`")
    return None


def _missing_comma(trouble: Trouble) -> Mistake | None:
    number, column = trouble.at
    if trouble.opened is None or trouble.is_at_end or not trouble.is_balanced:
        return None
    text = _before_comment(trouble.lines[number][:column])
    # Not above the line where the bracket was opened: it stands in the text there.
    while not text:
        number -= 1
        text = _before_comment(trouble.lines[number])
    if text[-1] in ",[{:":
        return None
    return Mistake((number, len(text) - 1), "两项之间少了逗号", "在这一项后面补上 `,`")


def _dash(trouble: Trouble) -> Mistake | None:
    if trouble.problem != "block sequence entries are not allowed in this context":
        return None
    number, column = trouble.at
    # People write `-` for 'nothing', as in a table.
    if trouble.lines[number][column:].split(" #")[0].strip() == "-":
        return Mistake(trouble.at, "单独一个 `-` 不是值", "没有填的空着；说不清的写 {unknown: 原因}")
    return Mistake(trouble.at, "`-` 开头的列表要另起一行", "每项一行以 `- ` 开头，或写成 [甲, 乙]")


def _second_colon(trouble: Trouble) -> Mistake | None:
    if trouble.problem != "mapping values are not allowed in this context" or trouble.at[0] >= len(
        trouble.lines
    ):
        return None
    number, column = trouble.at
    line = trouble.lines[number]
    # Told before the indentation: two colons in one line are the commoner slip.
    if ": " in line[:column]:
        return Mistake(trouble.at, "一行里有两处“冒号加空格”", "值里有冒号的，把整个值放进引号")
    before = next((n for n in range(number - 1, -1, -1) if trouble.lines[n].strip()), None)
    depth = len(_indent(line))
    if before is not None and depth > len(_indent(trouble.lines[before])):
        above = len(_indent(trouble.lines[before]))
        help_text = f"上一行缩进 {above} 格，已经写了值；同一层的键缩进相同"
        return Mistake((number, depth), "这一行的缩进与上面不齐", help_text)
    return None


def _glued_dash(trouble: Trouble) -> Mistake | None:
    for number in trouble.near:
        found = _GLUED_DASH.match(trouble.lines[number])
        if found:
            help_text = f"写成 `- {_short(found[2])}`"
            return Mistake((number, found.start(1)), "`-` 后面少了空格", help_text, instead="- ")
    return None


def _text_after_value(trouble: Trouble) -> Mistake | None:
    number, column = trouble.at
    if trouble.problem not in _NO_KEY or number >= len(trouble.lines):
        return None
    # `[2026]文件` opens a list to YAML, and what follows the bracket is then too much.
    found = _CLOSED_VALUE.match(trouble.lines[number])
    if not found or not found.start(1) < column <= len(trouble.lines[number]):
        return None
    message = f"值以 `{trouble.lines[number][found.start(1)]}` 开头，后面还有文字"
    return Mistake((number, found.start(1)), message, "是文字的，把整个值放进半角引号")


def _text_not_deeper(trouble: Trouble) -> Mistake | None:
    if trouble.start is None or trouble.problem != "could not find expected ':'":
        return None
    number = trouble.start[0]
    if not any(map(_BLOCK_TEXT.search, trouble.lines[number - 1 : number])):
        return None
    return Mistake(trouble.start, "`|`、`>` 下面的文字没有缩进", "文字每行比上面的键多空两格")


def _line_without_colon(trouble: Trouble) -> Mistake | None:
    if trouble.problem != "mapping values are not allowed in this context":
        return None
    line = min(trouble.at[0], len(trouble.lines) - 1)
    before = next((n for n in range(line - 1, -1, -1) if trouble.lines[n].strip()), None)
    if (
        before is None
        or ":" in trouble.lines[before]
        or trouble.lines[before].lstrip().startswith(("-", "#"))
    ):
        return None
    depth = len(_indent(trouble.lines[before]))
    if depth != len(_indent(trouble.lines[line])):
        return None
    key, sign, value = trouble.lines[before].strip().partition("=")
    help_text = f"写成 `{_short(key.strip())}: {_short(value.strip()) if sign else '值'}`"
    return Mistake((before, depth), "这一行没有写成“键: 值”", help_text)


def _no_colon(trouble: Trouble) -> Mistake | None:
    if trouble.problem != "could not find expected ':'" or trouble.start is None:
        return None
    return Mistake(trouble.start, "这一行没有写成“键: 值”", "冒号用半角，后面加一个空格")


# In this order: the first that answers is the one that is told.
MISTAKES: tuple[Callable[[Trouble], Mistake | None], ...] = (
    _conflict,
    _odd_indent,
    _wide_comma,
    _wide_closing,
    _other_separator,
    _wide_colon,
    _wide_opening,
    _chinese_opening,
    _odd_blank_after_colon,
    _glued_colon,
    _glued_dash,
    _text_not_deeper,
    _text_after_value,
    _dash,
    _cut_off,
    _missing_comma,
    _unclosed,
    _line_without_colon,
    _second_colon,
    _no_colon,
)


def _before_comment(line: str) -> str:
    """Cut off the comment and the blanks before it; a `#` in quotes or right behind a word begins none."""
    quote = ""
    for at, character in enumerate(line):
        if character in "\"'" and quote in ("", character):
            quote = "" if quote else character
        elif character == "#" and not quote and (at == 0 or line[at - 1] in " \t"):
            return line[:at].rstrip()
    return line.rstrip()


def _indent(line: str) -> str:
    found = _INDENT.match(line)
    return found[0] if found else ""


def _on_lines(numbers: Iterable[int]) -> str:
    shown = [str(n + 1) for n in numbers]
    if len(shown) < 2:
        return ""
    rest = f"等 {len(shown)} 行" if len(shown) > _MOST_LINES else " 行"
    return f"，在第 {'、'.join(shown[:_MOST_LINES])}{rest}"


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:20] + "…"
