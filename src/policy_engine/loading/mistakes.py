"""What people do that makes a text no YAML, each found where it was done. To know another, add it to `MISTAKES`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

Place = tuple[int, int]
FULL_WIDTH = {
    "：": ":", "，": ",", "［": "[", "］": "]", "｛": "{", "｝": "}", "“": '"', "”": '"', "－": "-",
}  # fmt: skip
_BLANKS = {"\t": "制表符", "\u3000": "全角空格", "\xa0": "不换行空格（U+00A0）"}
_WIDE_BLANK = "\t\u3000\xa0\u1680\u2000-\u200a\u202f\u205f"
_INDENT = re.compile(f"[ {_WIDE_BLANK}]*")
_ODD_BLANK = re.compile(f"[{_WIDE_BLANK}]")
_BLANK_AFTER_COLON = re.compile(f":(?=[{_WIDE_BLANK[1:]}])")
_ITEM = r"\s*(?:- +)*"
_GLUED = re.compile(rf"({_ITEM})([^\s:：#\"'{{}}\[\],&*!|>%@`-][^:：#\"'{{}}\[\],]*):(?=[^\s:/])(\S+)")
_WIDE_COLON = re.compile(rf"{_ITEM}[^\s:：#\"'，。；][^:：#\"'，。；]{{0,29}}(：)")
_WIDE_OPENING = re.compile(rf"(?:^{_ITEM}|: +|[\[{{,] *)([｛［“])")
_CONFLICT = (re.compile(r"<{7}(?: |$)"), re.compile(r"(?:={7}|>{7})(?: |$)"))
_BRACKETS = {"[": ("方括号", "]"), "{": ("花括号", "}")}
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^'\n]*'|(?<=\s)#[^\n]*")
_MOST_LINES = 10


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the parser ran into. `at`: where it noticed; `start`: where the unfinished thing began, if it said so."""

    lines: list[str]
    problem: str
    at: Place
    start: Place | None
    opened: Place | None
    is_cut: bool

    @property
    def near(self) -> tuple[int, ...]:
        """Number the lines on which the mistake may stand: of the unfinished thing, of the notice, the one before."""
        line = min(self.at[0], len(self.lines) - 1)
        before = next((n for n in range(line - 1, -1, -1) if self.lines[n].strip()), line)
        begun = () if self.start is None else (self.start[0],)
        return tuple(n for n in dict.fromkeys((*begun, line, before)) if 0 <= n < len(self.lines))

    @property
    def is_balanced(self) -> bool:
        """Tell whether every bracket of the text has its other half, quoted ones aside."""
        bare = _QUOTED.sub("", "\n".join(self.lines))
        return all(bare.count(mark) == bare.count(other) for mark, (_, other) in _BRACKETS.items())

    @property
    def is_at_end(self) -> bool:
        """Tell whether the parser had read everything."""
        return all(not line.strip() for line in self.lines[self.at[0] + 1 :]) and (
            self.at[0] >= len(self.lines) or not self.lines[self.at[0]][self.at[1] :].strip()
        )


@dataclass(frozen=True, slots=True)
class Mistake:
    """What was done where, and how it is mended."""

    place: Place
    message: str
    help: str
    code: str = "PE002"


def half_width(wide: Iterable[str]) -> str:
    """Say of full-width marks which half-width ones to write."""
    found = list(wide)
    colon = "，冒号后加一个空格" if "：" in found else ""
    return "、".join(f"全角 `{c}` 改为半角 `{FULL_WIDTH[c]}`" for c in found) + colon


def blank_name(character: str) -> str:
    """Name a blank that is not the space bar's."""
    return _BLANKS.get(character, f"特殊的空白（U+{ord(character):04X}）")


def glued_help(text: str) -> str:
    """Say how to part key and value where no space follows the colon; empty where that isn't so."""
    found = _GLUED.match(text)
    return f"冒号后面加一个空格，写成 `{_short(found[2])}: {_short(found[3])}`" if found else ""


def odd_blank(text: str) -> str:
    """Find the first blank in a text that looks like a space and is none; empty where there is none."""
    found = _ODD_BLANK.search(text)
    return found[0] if found else ""


def _conflict(trouble: Trouble) -> Mistake | None:
    begins = [n for n, line in enumerate(trouble.lines) if _CONFLICT[0].match(line)]
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
            return Mistake((number, found.end()), f"冒号后面是{name}", "改为半角空格")
    return None


def _glued_colon(trouble: Trouble) -> Mistake | None:
    for number in trouble.near:
        found = _GLUED.match(trouble.lines[number])
        if found:
            place = (number, found.end(2))
            return Mistake(place, "冒号后面少了空格", f"写成 `{_short(found[2])}: {_short(found[3])}`")
    return None


def _wide_colon(trouble: Trouble) -> Mistake | None:
    marks = dict(_wide_colons(trouble.lines))
    number = next((n for n in trouble.near if n in marks), None)
    if number is None:
        return None
    wide = [c for c in FULL_WIDTH if c not in "“”－，" and any(c in trouble.lines[n] for n in marks)]
    return Mistake((number, marks[number]), f"冒号是全角的{_on_lines(marks)}", half_width(wide))


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


def _wide_comma(trouble: Trouble) -> Mistake | None:
    number, column = trouble.at
    if trouble.opened is None or number >= len(trouble.lines):
        return None
    before = trouble.lines[number][:column]
    start = max(before.rfind(c) for c in ",[{") + 1
    found = before.find("，", start)
    if found < 0:
        return None
    return Mistake((number, found), "两项之间的逗号是全角的", half_width("，"))


def _cut_off(trouble: Trouble) -> Mistake | None:
    if not trouble.is_cut or not trouble.is_at_end or trouble.start is None:
        return None
    last = len(trouble.lines) - 1
    place = (last, max(0, len(trouble.lines[last]) - 1))
    help_text = "文件可能没有写完、没有保存或者没有传完，对照原件补全"
    if trouble.opened is not None:
        line, column = trouble.opened
        name, closing = _BRACKETS[trouble.lines[line][column]]
        where = f"第 {line + 1} 行的{name}" if line != last else name
        return Mistake(place, f"文件到这里就断了，{where}没有配对", f"补上 `{closing}`；{help_text}")
    return Mistake(place, "文件到这里就断了，最后一项没有写完", help_text)


def _unclosed(trouble: Trouble) -> Mistake | None:
    if trouble.opened is None:
        return None
    line, column = trouble.opened
    if not trouble.is_at_end and trouble.at[0] == line:
        return None
    mark = trouble.lines[line][column]
    name, closing = _BRACKETS[mark]
    return Mistake(trouble.opened, f"{name} `{mark}` 没有配对", f"补上 `{closing}`，或者两项之间的 `,`")


def _missing_comma(trouble: Trouble) -> Mistake | None:
    number, column = trouble.at
    if trouble.opened is None or trouble.is_at_end or not trouble.is_balanced:
        return None
    text = trouble.lines[number][:column].rstrip()
    while not text and number > trouble.opened[0]:
        number -= 1
        text = trouble.lines[number].rstrip()
    if not text or text[-1] in ",[{:":
        return None
    return Mistake((number, len(text) - 1), "两项之间少了逗号", "在这一项后面补上 `,`")


def _dash(trouble: Trouble) -> Mistake | None:
    if trouble.problem != "block sequence entries are not allowed in this context":
        return None
    number, column = trouble.at
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
    if ": " in line[:column]:
        return Mistake(trouble.at, "一行里有两处“冒号加空格”", "值里有冒号的，把整个值放进引号")
    before = next((n for n in range(number - 1, -1, -1) if trouble.lines[n].strip()), None)
    depth = len(_indent(line))
    if before is not None and depth > len(_indent(trouble.lines[before])):
        above = len(_indent(trouble.lines[before]))
        help_text = f"上一行缩进 {above} 格，已经写了值；同一层的键缩进相同"
        return Mistake((number, depth), "这一行的缩进与上面不齐", help_text)
    return None


def _no_colon(trouble: Trouble) -> Mistake | None:
    if trouble.problem != "could not find expected ':'" or trouble.start is None:
        return None
    return Mistake(trouble.start, "这一行没有写成“键: 值”", "冒号用半角，后面加一个空格")


MISTAKES: tuple[Callable[[Trouble], Mistake | None], ...] = (
    _conflict,
    _odd_indent,
    _wide_comma,
    _wide_colon,
    _wide_opening,
    _odd_blank_after_colon,
    _glued_colon,
    _dash,
    _cut_off,
    _missing_comma,
    _unclosed,
    _second_colon,
    _no_colon,
)


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
