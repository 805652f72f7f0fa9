"""Short ways to make the diagnostics that every loader needs, and the checks of written structure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from policy_engine.foundation.diagnostics import Diagnostic, Related, Tally
from policy_engine.foundation.fixes import Fix, respelling
from policy_engine.foundation.patterns import pattern
from policy_engine.foundation.records import dataclass, field, replace
from policy_engine.foundation.spans import Span
from policy_engine.foundation.suggestions import did_you_mean, did_you_mean_or, fixes_of, may_mean
from policy_engine.loading.numerals import half_width
from policy_engine.loading.spellings import day_text
from policy_engine.loading.syntax import full_width_help
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, is_empty
from policy_engine.model.calendar import day_number

BOOLEAN_WORDS = {
    "是": "true", "否": "false", "有": "true", "无": "false", "yes": "true", "no": "false",
    "on": "true", "off": "false", "True": "true", "False": "false", "TRUE": "true", "FALSE": "false",
    "Yes": "true", "No": "false", "YES": "true", "NO": "false", "y": "true", "n": "false", "对": "true",
    "1": "true", "0": "false", "√": "true", "×": "false",
}  # fmt: skip
_DAY_LIKE = pattern(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
DAY_HELP = "年写四位，按年、月、日的次序，写成 2026-01-15"
_LONGEST_WORD, _LONGEST_MESSAGE = 40, 400


def short(text: str) -> str:
    """Cut a written word for a message."""
    return text if len(text) <= _LONGEST_WORD else text[:_LONGEST_WORD] + "…"


def _clipped(message: str) -> str:
    return message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "…"


@dataclass(slots=True)
class Problems:
    """Collects the diagnostics of one stage."""

    found: list[Diagnostic] = field(default_factory=list)
    tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        self.tally = Tally(self.found)

    def error(
        self,
        code: str,
        message: str,
        span: Span | None,
        help_text: str = "",
        fixes: tuple[Fix, ...] = (),
        related: tuple[Related, ...] = (),
    ) -> None:
        """Note an error and go on."""
        self.tally.add(
            Diagnostic(
                code=code,
                message=_clipped(message),
                span=span,
                help=help_text,
                related=related,
                fixes=fixes,
            )
        )

    def unknown(
        self,
        code: str,
        message: str,
        span: Span,
        word: str,
        choices: Collection[str],
        otherwise: str = "",
    ) -> None:
        """Note a name that doesn't exist, with the nearest that do, which are costly to find.

        `otherwise`: what to do where the name is a new one.
        """
        if self.tally.is_full(code, span):
            self.error(code, message, span)
            return
        from policy_engine.language.keys import KEYWORDS  # noqa: PLC0415 - a case without a mistake needs none of it

        near = did_you_mean_or(word, choices, otherwise) if otherwise else did_you_mean(word, choices)
        fixes = fixes_of(word, choices, span)
        if word in KEYWORDS:
            # It is spelt rightly, and stands in the wrong place.
            fixes = tuple(replace(fix, is_sure=False) for fix in fixes)
        self.error(code, message, span, near, fixes)

    def mapping(self, node: Node | None, what: str, span: Span) -> Mapping | None:
        """Demand a mapping."""
        if isinstance(node, Mapping):
            return node
        from policy_engine.loading.mistakes import glued_help  # noqa: PLC0415 - most files have none

        place = node.span if node is not None else span
        wide = full_width_help(node.text) if isinstance(node, Scalar) else ""
        glued = glued_help(node.text) if isinstance(node, Scalar) else ""
        code = "PE012" if wide else "PE009"
        last = place.end_line + (place.end_column > 0)
        lines = f"，这 {last - place.line} 行都是全角标点" if wide and last > place.line + 1 else ""
        hint = wide or glued or "逐行写成 `键: 值`"
        self.error(code, f"{what}应为“键: 值”的映射{lines}", place, hint)
        return None

    def sequence(self, node: Node | None, what: str, span: Span) -> tuple[Node, ...]:
        """Demand a list."""
        if isinstance(node, Sequence):
            return node.items
        place = node.span if node is not None else span
        self.error("PE009", f"{what}应为列表", place, "写成 `[甲, 乙]` 或每项一行以 `- ` 开头")
        return ()

    def text(
        self, owner: Mapping, key: str, *, fallback: str | None = None, may_be_blank: bool = False
    ) -> str:
        """Read a text under a key; without a fallback the key must be there.

        `may_be_blank`: quotes with nothing between them say nothing, as people leave a cell empty; else that is an error.
        """
        node = owner.get(key)
        if is_empty(node):
            if fallback is None:
                self.missing(owner, key)
            return fallback or ""
        if isinstance(node, Scalar):
            if not node.text.strip() and not may_be_blank:
                self.blank(node, key)
            return node.text
        assert node is not None
        self.error("PE009", f"`{key}` 应为一个值", node.span, "写成一个词或一句话")
        return ""

    def texts(self, owner: Mapping, key: str) -> tuple[Scalar, ...]:
        """Read a list of texts, or one text standing for a list of one. Absent is empty."""
        node = owner.get(key)
        if is_empty(node):
            return ()
        if isinstance(node, Scalar):
            items: tuple[Node, ...] = (node,)
        else:
            assert node is not None
            items = self.sequence(node, f"`{key}`", owner.span)
        for item in items:
            if not isinstance(item, Scalar):
                self.error("PE009", f"`{key}` 的每一项应为一个值", item.span, "写成一个词")
            elif not item.text.strip():
                self.blank(item, key)
        return tuple(item for item in items if isinstance(item, Scalar))

    def flag(self, owner: Mapping, key: str, *, fallback: bool) -> bool:
        """Read `true` or `false` under a key."""
        node = owner.get(key)
        if is_empty(node):
            return fallback
        if isinstance(node, Scalar) and node.text in ("true", "false"):
            return node.text == "true"
        assert node is not None
        meant = BOOLEAN_WORDS.get(node.text) if isinstance(node, Scalar) else None
        self.error(
            "PE102" if meant else "PE101",
            f"`{key}` 应为 true 或 false",
            node.span,
            f"写 {meant or 'true 或 false'}",
            respelling(node.span, node.text, meant, is_sure=True)
            if isinstance(node, Scalar) and meant
            else (),
        )
        return fallback

    def day(self, owner: Mapping, key: str) -> int | None:
        """Read a day under a key; absent is `None`."""
        node = owner.get(key)
        if is_empty(node):
            return None
        if isinstance(node, Scalar) and (day := day_number(node.text)) is not None:
            return day
        assert node is not None
        self.bad_day(node, key)
        return None

    def bad_day(self, node: Node, name: str, hint: str = DAY_HELP) -> None:
        """Note why something isn't a day: no such day, a day written otherwise, or no day at all."""
        text = node.text if isinstance(node, Scalar) else ""
        plain = day_text(text)
        like = _DAY_LIKE.fullmatch(half_width(text).strip())
        if plain is not None:
            fixes = respelling(node.span, text, plain, is_sure=True)
            self.error(
                "PE106", f"`{name}` 的日期写法不对：`{short(text)}`", node.span, f"写成 {plain}", fixes
            )
        elif like is not None:
            self.error("PE107", f"`{name}` 的日期不存在：`{text}`", node.span, "检查年、月、日")
        else:
            wrote = f"，写的是 `{short(text)}`" if text else ""
            self.error("PE106", f"`{name}` 应为日期{wrote}", node.span, hint)

    def blank(self, node: Scalar, key: str) -> None:
        """Note that a text was written that says nothing."""
        self.error("PE011", f"`{key}` 写的是空的", node.span, "写上内容；可以没有的，连这个键一起删去")

    def missing(self, owner: Mapping, key: str) -> None:
        """Note that a key must be there and isn't, unless it was told as misspelt."""
        if not self.is_misspelt(owner, (key,)):
            self.error("PE011", f"缺少 `{key}`", owner.span, f"补上 `{key}: …`")

    def is_misspelt(self, owner: Mapping, keys: Collection[str]) -> bool:
        """Tell whether a key of a mapping was told as unknown and as likely meant to be one of these."""
        told = {d.span for d in self.found if d.code == "PE010"}
        return any(key.span in told and may_mean(key.text, keys) for key, _ in owner.pairs)

    def keys(self, owner: Mapping, allowed: Collection[str], what: str, code: str = "PE010") -> None:
        """Demand that every key is one of the allowed."""
        for key in unknown_keys(owner, allowed):
            wide = full_width_help(key.text)
            if wide:
                self.error("PE012", f"{what}的键 `{key.text}` 含有全角标点", key.span, wide)
            else:
                self.unknown(code, f"{what}没有 `{key.text}`", key.span, key.text, allowed)

    def one_of(self, owner: Mapping, key: str, allowed: Iterable[str], fallback: str) -> str:
        """Read a word under a key that must be one of a closed list."""
        choices = tuple(allowed)
        word = self.text(owner, key, fallback=fallback)
        node = owner.get(key)
        if word in choices:
            return word
        if node is not None and not isinstance(node, Scalar):
            return fallback
        span = node.span if node else owner.span
        self.unknown("PE013", f"`{key}` 不能是 `{short(word)}`", span, word, choices)
        return fallback


def unknown_keys(owner: Mapping, allowed: Collection[str]) -> Iterator[Scalar]:
    """Go through the keys that are not allowed."""
    return (key for key, _ in owner.pairs if key.text not in allowed)
