"""Read a term's regular expression: what it may be made of, how much work it can make, which words it can't do without.

Only part of Python's language is taken, so that everything can be said of a pattern without running it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Final

from policy_engine.foundation.records import dataclass

# Three stretches of up to twenty characters.
MOST_WAYS: Final = 10_000
# A class of more characters tells nothing apart.
_MOST_ALTERNATIVES: Final = 400
_COUNTED = re.compile(r"\{(\d*)(,?)(\d*)\}")
_OPENINGS: Final = ("(?:", "(?=", "(?!", "(?<=", "(?<!")
# A list of words, as every set is: read in one step, for they are most of what is written.
_WORDS = re.compile(r"\((\?[:=!])([^()\[\]{}|*+?.^$\\]+(?:\|[^()\[\]{}|*+?.^$\\]+)*)\)")
_NAMED = re.compile(r"\(\?P<(\w+)>")
# Python may give these a meaning of their own within a class.
_RESERVED: Final = ("[", "--", "&&", "~~", "||")
_CLASSES: Final = frozenset("dDsSwW")
_MARKS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


Needs = frozenset[frozenset[frozenset[str]]]
# So many ways are told apart.
_MOST_NEEDS: Final = 64


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of a part of a pattern.

    `ways`: how the characters of a text can be shared out among its repeats. `least`, `most`: how many characters it
    takes. `anchors`: words of which one stands in everything that it finds; empty where there are none to name. `needs`:
    the ways in which something is found, each as sets of words of each of which one stands in it then.
    """

    ways: int = 1
    holds_repeat: bool = False
    least: int = 0
    most: int = 0
    anchors: frozenset[str] = frozenset()
    needs: Needs = frozenset({frozenset()})


class PatternError(Exception):
    """What is wrong with a pattern, and what to write instead."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend


def plain_pattern(written: str) -> str:
    """Put the full-width marks of a pattern into the plain form that the normal text has."""
    if unicodedata.is_normalized("NFKC", written):
        return written
    return "".join(map(_plain, written))


@lru_cache(maxsize=1024)
def _plain(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    if plain == character or len(plain) != 1:
        return character
    return re.escape(plain) if not plain.isalnum() else plain


def read_pattern(pattern: str) -> Shape:
    """Say what a pattern is like. Raises `PatternError` where it isn't written as it should be, or is too much work.

    A repeat has an upper bound, none stands inside another, and the ways they can be combined are few: what a search
    costs is then at most so many steps a character.
    """
    reader = _Reader(pattern)
    shape = reader.choice()
    if reader.at < len(pattern):
        raise PatternError("多了右括号", "删去，或者写成 `\\)`")
    if not shape.least:
        raise PatternError("连空的文字也符合，处处都会找到", "至少有一个字是必须有的")
    if shape.ways > MOST_WAYS:
        msg = f"可以有 {shape.ways:,} 种拆法，太多"
        raise PatternError(msg, f"减少重复的个数或者上限，相乘不超过 {MOST_WAYS:,}")
    return shape


@dataclass(slots=True)
class _Reader:
    """Goes through a pattern once, from left to right."""

    pattern: str
    at: int = 0
    names: set[str] = field(default_factory=set)

    def choice(self) -> Shape:
        """Read alternatives up to the bracket that closes them."""
        shapes = [self._sequence()]
        while self._take("|"):
            shapes.append(self._sequence())
        if len(shapes) == 1:
            return shapes[0]
        # Those without a choice of their own count for nothing.
        ways = sum(shape.ways for shape in shapes if shape.ways > 1)
        anchors = _any_of(shape.anchors for shape in shapes)
        return Shape(
            ways=max(1, ways),
            holds_repeat=any(shape.holds_repeat for shape in shapes),
            least=min(shape.least for shape in shapes),
            most=max(shape.most for shape in shapes),
            anchors=anchors,
            needs=_bounded(frozenset().union(*(shape.needs for shape in shapes)), anchors),
        )

    def _sequence(self) -> Shape:
        ways, holds_repeat, least, most = 1, False, 0, 0
        known: list[frozenset[str]] = []
        needs: list[Needs] = []
        run = ""
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            part, letter = self._atom()
            low, high = self._repeat(part, letter)
            # Parts behind one another multiply: a search may try each share of one with each of the other.
            ways *= part.ways * (high - low + 1)
            holds_repeat = holds_repeat or part.holds_repeat or (low, high) != (1, 1)
            least, most = least + part.least * low, most + part.most * high
            # Letters that stand together once are one word, which is rarer in a text than any of them.
            if letter and (low, high) == (1, 1):
                run += letter
                continue
            known.append(frozenset({run} - {""}))
            # What may be left out promises nothing.
            known.append(part.anchors if low else frozenset())
            needs += [part.needs] if low else []
            run = ""
        known.append(frozenset({run} - {""}))
        best = _best(known)
        return Shape(ways, holds_repeat, least, most, best, _bounded(_together(needs, known), best))

    def _atom(self) -> tuple[Shape, str]:
        """Read one character, class or bracket; give the character where it is one."""
        character = self.pattern[self.at]
        if character == "(":
            return self._group(), ""
        if character == "[":
            return self._class(), ""
        if character in "*+?" or (character == "{" and _counts(_COUNTED.match(self.pattern, self.at))):
            msg = f"`{character}` 前面没有可以重复的"
            raise PatternError(msg, f"要找这个符号本身，写成 `\\{character}`")
        self.at += 1
        if character in "^$":
            return Shape(), ""
        if character == ".":
            return Shape(least=1, most=1), ""
        if character == "\\":
            return self._escaped()
        return _letter(character)

    def _escaped(self) -> tuple[Shape, str]:
        character = self.pattern[self.at : self.at + 1]
        self.at += 1
        if character in _CLASSES and character:
            return Shape(least=1, most=1), ""
        if character in ("b", "B"):
            return Shape(), ""
        return _letter(_meant(character))

    def _group(self) -> Shape:
        listed = _WORDS.match(self.pattern, self.at)
        if listed is not None:
            self.at = listed.end()
            return _one_of(listed[2]) if listed[1] == "?:" else Shape()
        opening = self._opening()
        inside = self.choice()
        if not self._take(")"):
            raise PatternError("少了右括号", "补上 `)`；要找括号本身，写成 `\\(`")
        if not opening.startswith(_OPENINGS[1:]):
            return inside
        if opening.startswith("(?<") and inside.least != inside.most:
            raise PatternError("往前看的部分长短不一", "`(?<=…)`、`(?<!…)` 里面每种写法一样长，或者分开写")
        # A look around takes no characters, and of a denied one nothing need stand in the text.
        return Shape(ways=inside.ways, holds_repeat=inside.holds_repeat)

    def _opening(self) -> str:
        for opening in _OPENINGS:
            if self._take(opening):
                return opening
        named = _NAMED.match(self.pattern, self.at)
        if named is not None and named[1].isidentifier() and named[1].isascii():
            if named[1] in self.names:
                msg = f"`{named[1]}` 这个名字用了两次"
                raise PatternError(msg, "一个式子里只写一次")
            self.names.add(named[1])
            self.at = named.end()
            return named[0]
        self.at += 1
        if self.pattern.startswith("?", self.at):
            written = self.pattern[self.at - 1 : self.at + 3]
            msg = f"不认识 `{written}`"
            raise PatternError(msg, "用 (?:…)、(?P<words>…)、(?=…)、(?!…)、(?<=…)、(?<!…)")
        return "("

    def _class(self) -> Shape:
        self.at += 1
        is_negated = self._take("^")
        members: list[str] = []
        is_list = True
        while True:
            if self.at >= len(self.pattern):
                raise PatternError("少了右方括号", "补上 `]`；要找方括号本身，写成 `\\[`")
            # A bracket that comes first is a member, as in Python.
            if self.pattern[self.at] == "]" and members:
                break
            if self.pattern.startswith(_RESERVED, self.at):
                msg = "的方括号里有可能另有含义的符号"
                raise PatternError(msg, "`[`、`--`、`&&`、`~~`、`||` 前面加反斜杠")
            low = self._member()
            members.append(low)
            if self._range_follows():
                self.at += 1
                high = self._member()
                if len(low) != 1 or len(high) != 1 or high < low:
                    msg = f"`{low}-{high}` 不是一段字符"
                    raise PatternError(msg, "小的写在前面；要找 `-` 本身，写成 `\\-`")
                is_list = False
            is_list = is_list and len(low) == 1
        self.at += 1
        listed = frozenset(members) if is_list and not is_negated else frozenset()
        return Shape(least=1, most=1, anchors=_few(listed))

    def _member(self) -> str:
        """Read one member of a class: a character, or a class of its own as it is written."""
        character = self.pattern[self.at : self.at + 1]
        self.at += 1
        if character != "\\":
            return character
        escaped = self.pattern[self.at : self.at + 1]
        self.at += 1
        return f"\\{escaped}" if escaped in _CLASSES and escaped else _meant(escaped)

    def _range_follows(self) -> bool:
        rest = self.pattern[self.at : self.at + 2]
        return len(rest) > 1 and rest[0] == "-" and rest[1] != "]"

    def _repeat(self, part: Shape, letter: str) -> tuple[int, int]:
        """Read how often a part is repeated, a lazy or possessive mark included."""
        start = self.at
        low, high = self._bounds()
        if self.at == start:
            return 1, 1
        if not part.most and not letter:
            raise PatternError("重复的是没有长度的部分", "去掉这个重复")
        if high is None:
            raise PatternError("的重复没有上限", "`*`、`+` 改成有上限的，例如 `[^,。]{0,20}`")
        if high < low or high > MOST_WAYS:
            raise PatternError("的重复上限不对", f"上限不小于下限，不超过 {MOST_WAYS:,}")
        if part.holds_repeat and high > 1:
            raise PatternError("在重复里面又有重复", "拆成几个词条，或者把里面的重复写开")
        if self.pattern.startswith(("?", "+"), self.at):
            self.at += 1
        end = self.at
        self._bounds()
        if self.at != end:
            raise PatternError("的重复后面又是重复", "只留一个")
        return low, high

    def _bounds(self) -> tuple[int, int | None]:
        if self._take("*") or self._take("+"):
            return 0, None
        if self._take("?"):
            return 0, 1
        found = _COUNTED.match(self.pattern, self.at)
        if found is None or not _counts(found):
            return 1, 1
        self.at = found.end()
        low = int(found[1] or 0)
        if not found[2]:
            return low, low
        return low, int(found[3]) if found[3] else None

    def _take(self, text: str) -> bool:
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True


# Many patterns name the same sets.
@lru_cache(maxsize=256)
def _one_of(written: str) -> Shape:
    words = written.split("|")
    return Shape(least=min(map(len, words)), most=max(map(len, words)), anchors=_few(frozenset(words)))


def _counts(found: re.Match[str] | None) -> bool:
    return found is not None and any(found.groups())


def _letter(character: str) -> tuple[Shape, str]:
    return Shape(least=1, most=1, anchors=frozenset({character})), character


def _meant(escaped: str) -> str:
    """Give the character that a backslash and another stand for."""
    if escaped in _MARKS:
        return _MARKS[escaped]
    if not escaped:
        raise PatternError("末尾多了反斜杠", "删去，或者写成 `\\\\`")
    if escaped.isascii() and escaped.isalnum():
        msg = f"不认识 `\\{escaped}`"
        raise PatternError(msg, "可以用 \\d、\\w、\\s、\\b、\\n；其他字直接写")
    return escaped


def _any_of(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    """Join the anchors of alternatives; without any in one of them there are none."""
    found: set[str] = set()
    for anchors in parts:
        if not anchors:
            return frozenset()
        found |= anchors
    return _few(frozenset(found))


def _together(parts: Iterable[Needs], known: Iterable[frozenset[str]]) -> Needs:
    """Join the needs of parts that stand one behind the other: of one part every way, of the others what all ways need."""
    ways = max(parts, key=len, default=frozenset({frozenset[frozenset[str]]()}))
    always = {words for words in known if words}.union(*(next(iter(one)) for one in parts if len(one) == 1))
    return frozenset(way | always for way in ways)


def _bounded(needs: Needs, anchors: frozenset[str]) -> Needs:
    """Leave out ways that need what another needs and more; of too many, keep what all of them need."""
    if len(needs) > _MOST_NEEDS:
        return frozenset({frozenset({anchors} - {frozenset()})})
    # Ways of one set each are one way: a word of any of the sets.
    if len(needs) > 1 and all(len(way) == 1 for way in needs):
        words = _few(frozenset[str]().union(*(words for way in needs for words in way)))
        return frozenset({frozenset({words} - {frozenset()})})
    return frozenset(way for way in needs if not any(other < way for other in needs))


def _best(known: Sequence[frozenset[str]]) -> frozenset[str]:
    """Choose the anchors that are rarest in a text: the longest, then the fewest."""
    return max(known, key=lambda anchors: (min(map(len, anchors), default=0), -len(anchors)))


def _few(anchors: frozenset[str]) -> frozenset[str]:
    return anchors if len(anchors) <= _MOST_ALTERNATIVES else frozenset()
