"""Text of others on a page: it stays in its line, and nothing in it is hidden or moves anything.

Every line that the program writes for people goes through `one_line`, all data through `json_text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from policy_engine.foundation.patterns import pattern

# What nobody sees, or what moves the cursor, reorders or hides what is shown: controls, formats, separators,
# fillers, characters that are none, halves of characters. A character class; line feed and tab are left to each use.
UNSEEN = (
    "\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
)
_LONGEST_PATH = 240
# A run of blanks this long would push what follows onto a line of its own on the screen.
_BLANK = " \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BLANKS = f"(?<=[^{_BLANK}])[{_BLANK}]{{12,}}|^[{_BLANK}]{{40,}}"
# What a build service takes for a command to itself, at the start of a line or anywhere.
_COMMAND = rf"^[{_BLANK}]*::|##\["
_UNFIT = pattern(f"\r\n|[\t\n{UNSEEN}]|{_BLANKS}|{_COMMAND}")
# Where YAML counts a new line.
LINE_END = pattern("\r\n|[\n\r\x85\u2028\u2029]")
# Nearly every text is fit; these look-ups are several times faster than the alternatives above.
_ANY_UNFIT, _LONG_BLANK = pattern(f"[\t\n{UNSEEN}]"), pattern(f"[{_BLANK}]{{12}}")
_ANY_UNSEEN = pattern(f"[{UNSEEN}]")


def one_line(text: str) -> str:
    """Write a text so that it stays in one line and everything in it is seen: `␤` for a line's end, ⟨U+202E⟩."""
    if not (_ANY_UNFIT.search(text) or _LONG_BLANK.search(text) or "::" in text or "##[" in text):
        return text
    return _UNFIT.sub(_shown, text.rstrip("\r\n"))


def _shown(match: re.Match[str]) -> str:
    found = match[0]
    if found in ("\n", "\r", "\r\n"):
        return "␤"
    if found == "\t":
        return " "
    if found.isspace() and len(found) > 1:
        return f"⟨空白×{len(found)}⟩"
    if len(found) > 1:
        return "⟨::⟩" if found.endswith("::") else "⟨##⟩["
    return f"⟨U+{ord(found):04X}⟩"


def seen(line: str) -> str:
    """Show what is unseen in a line that otherwise stays as it is, blanks included."""
    return _ANY_UNSEEN.sub(_shown, line.replace("\n", "␤"))


def joined(lines: Iterable[str]) -> str:
    """Write lines, each of which stays one."""
    return "\n".join(map(one_line, lines))


def split_lines(text: str) -> list[str]:
    """Split a text where YAML counts a new line; the end of the last line begins no other."""
    lines = LINE_END.split(text)
    return lines if lines[-1] else lines[:-1]


def shown_path(path: str) -> str:
    """Write a path in one line; of one that goes on and on, both ends."""
    return both_ends(path, _LONGEST_PATH)


def both_ends(text: str, most: int) -> str:
    """Write a text in one line; of one that is longer than `most`, both ends."""
    cut = text if len(text) <= most else f"{text[: most // 2]}…{text[-(most // 2) :]}"
    return one_line(cut)


# Where a text may be cut so that nobody reads half a word: behind a mark or a blank.
_MARKS = frozenset("，。；：、！？,;:!? \t）)】」”》")
_FARTHEST = 12


def head_of(text: str, most: int) -> str:
    """Give the beginning of a text, up to the last mark at which it may be cut; else `most` of it, but no half number."""
    if len(text) <= most:
        return text
    near = range(most, max(most - _FARTHEST, 0), -1)
    at = next((n for n in near if _is_mark(text, n)), 0)
    return text[: at or next((n for n in near if not _is_one_word(text, n)), most)]


def tail_of(text: str, most: int) -> str:
    """Give the end of a text, from the first mark at which it may be cut; else `most` of it, but no half number."""
    if len(text) <= most:
        return text
    start = len(text) - most
    near = range(start, min(start + _FARTHEST, len(text)))
    at = next((n for n in near if _is_mark(text, n - 1)), 0)
    return text[at or next((n for n in near if not _is_one_word(text, n)), start) :]


def cut_middle(text: str, most: int) -> str:
    """Write a text in one line; of one that is longer than `most`, both ends, cut between words where that can be seen."""
    if len(text) <= most:
        return one_line(text)
    return one_line(f"{head_of(text, most // 2)}…{tail_of(text, most // 2)}")


def _is_mark(text: str, at: int) -> bool:
    """Tell a mark from one within a number or an hour: 486,000, 8:30."""
    return text[at] in _MARKS and not (text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit())


def _is_one_word(text: str, at: int) -> bool:
    before, behind = text[at - 1], text[at]
    is_latin = before.isascii() and behind.isascii() and before.isalnum() and behind.isalnum()
    return is_latin or (before in "年月0123456789.,%" and behind in "年月日万亿元%.,0123456789")


def json_text(data: object) -> str:
    """Write data as JSON for people and programs: Chinese as it is, whatever is unseen escaped."""
    import json  # noqa: PLC0415 - where help is shown nothing is dumped

    return _ANY_UNSEEN.sub(_escaped, json.dumps(data, ensure_ascii=False, indent=2))


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
