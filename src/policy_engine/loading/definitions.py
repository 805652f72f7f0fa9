"""Names that a rule file gives to conditions and to members of a field: said once, and read wherever they are used.

A name stands for what is written under it, nothing more; so names are looked up while conditions are read, and no later
stage knows of them but those that speak to people.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from types import MappingProxyType

from policy_engine.foundation.spans import Span
from policy_engine.language.keys import CONDITION_WORDS, DEFINITION_KEYS, Word
from policy_engine.loading.problems import Problems
from policy_engine.loading.syntax import full_width_help
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, is_empty

MEETS = Word.MEETS.value
# A name of names of names is no longer read aloud; and what is said once must not grow without bound where it is used.
DEEPEST, LARGEST, _LONGEST_NAME = 5, 200, 40


@dataclass(frozen=True, slots=True)
class Written:
    """A definition as it was written. `of`: the field whose members it names; empty for a condition.

    `means` is empty where it was forgotten, which was told.
    """

    name: str
    locator: str
    basis: str
    of: str
    means: Node
    entry: Mapping

    @property
    def span(self) -> Span:
        """Say where it stands."""
        return self.entry.span


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions of one file that can be used, by name. `broken`: those that were complained of already."""

    conditions: MappingOf[str, Written] = field(default_factory=dict)
    members: MappingOf[str, tuple[Written, tuple[Scalar, ...]]] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """List the names that can be used."""
        return (*self.conditions, *self.members)

    def condition(self, name: Scalar, problems: Problems) -> Written | None:
        """Find the condition of a name; where there is none, say so."""
        found = self.conditions.get(name.text)
        if found is None and name.text not in self.broken:
            hint = full_width_help(name.text)
            if name.text in self.members:
                of = self.members[name.text][0].of
                message = f"`{name.text}` 是 `{of}` 的几个取值，不是条件"
                problems.error("PE315", message, name.span, f"写成 {of}: {{any_of: {name.text}}}")
            elif hint:
                problems.error("PE012", f"名称 `{name.text}` 含有全角标点", name.span, hint)
            else:
                message = f"这个文件的 definitions 里没有 `{name.text}`"
                new = "先在 definitions 里写明它指什么"
                problems.unknown("PE315", message, name.span, name.text, self.names, new)
        return found

    def spelt_out(self, of: str, node: Node) -> tuple[tuple[Node, ...], tuple[Written, ...]]:
        """Put the members of names in place of the names among the values of a field, and say which names they were."""
        spelt: list[Node] = []
        used: dict[str, Written] = {}
        for item in node.items if isinstance(node, Sequence) else (node,):
            name = item.text if isinstance(item, Scalar) else ""
            written, words = self.members.get(name, (None, ()))
            if written is not None and written.of == of:
                used[name] = written
                spelt += words
            else:
                spelt.append(item)
        return tuple(spelt), tuple(used.values())


def written_definitions(owner: Mapping, problems: Problems) -> Iterator[Written]:
    """Go through the entries of `definitions` that can be read, each name once."""
    node = owner.get("definitions")
    seen: set[str] = set()
    for item in problems.sequence(node, "`definitions`", owner.span) if node is not None else ():
        entry = problems.mapping(item, "定义", item.span)
        if entry is None:
            continue
        problems.keys(entry, tuple(DEFINITION_KEYS), "定义")
        name, means = problems.text(entry, "name"), entry.get("means") or Scalar("", False, entry.span)
        basis = problems.text(entry, "basis", fallback="")
        locator = problems.text(entry, "cite", fallback="" if basis else None)
        if is_empty(means):
            problems.missing(entry, "means")
        if name in seen:
            problems.error("PE209", f"定义 `{name}` 重复", item.span, "一个名称只定义一次")
        elif _is_good_name(name, entry, problems):
            seen.add(name)
            of = problems.text(entry, "of", fallback="")
            yield Written(name, locator, basis, of, means, entry)


def _is_good_name(name: str, entry: Mapping, problems: Problems) -> bool:
    node = entry.get("name")
    span = node.span if node is not None else entry.span
    if name in CONDITION_WORDS or len(name) > _LONGEST_NAME or any(map(str.isspace, name)):
        message = f"`{name[:_LONGEST_NAME]}` 不能作名称"
        hint = f"用不超过 {_LONGEST_NAME} 个字、没有空格的中文词，不用 {'、'.join(CONDITION_WORDS)}"
        problems.error("PE315", message, span, hint)
        return False
    return bool(name)


def used_names(written: Written, names: MappingOf[str, Written]) -> dict[str, Scalar]:
    """Find the names that a definition uses itself, each where it is first used."""
    found: dict[str, Scalar] = {}
    for word in _words(written.means) if written.of else _met(written.means):
        other = names.get(word.text)
        if other is not None and (written.of or other.of == ""):
            found.setdefault(word.text, word)
    return found


def _words(node: Node) -> Iterator[Scalar]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Scalar):
            yield item


def _met(node: Node) -> Iterator[Scalar]:
    match node:
        case Mapping(pairs=pairs):
            for key, value in pairs:
                yield from _words(value) if key.text == MEETS else _met(value)
        case Sequence(items=items):
            for item in items:
                yield from _met(item)
        case Scalar():
            pass


def size_of(node: Node) -> int:
    """Count the words of a definition, what it is when it is spelt out aside."""
    match node:
        case Mapping(pairs=pairs):
            return sum(size_of(value) for _, value in pairs)
        case Sequence(items=items):
            return sum(map(size_of, items))
        case Scalar():
            return 1


def in_order(written: MappingOf[str, Written], problems: Problems) -> tuple[Written, ...]:
    """Order definitions so that each comes after those it uses. Cycles, and what grows too deep or too large, are reported.

    Iterative: a file may chain as many names as it likes.
    """
    uses = {name: used_names(one, written) for name, one in written.items()}
    depth: dict[str, int] = {}
    size: dict[str, int] = {}
    done: list[Written] = []
    waiting = {name: len(used) for name, used in uses.items()}
    users: dict[str, list[str]] = {}
    for name, used in uses.items():
        for other in used:
            users.setdefault(other, []).append(name)
    ready = deque(name for name, count in waiting.items() if count == 0)
    while ready:
        name = ready.popleft()
        one, used = written[name], uses[name]
        depth[name] = 1 + max((depth[other] for other in used), default=0)
        times = _times(one, used)
        size[name] = size_of(one.means) + sum(size[other] * times[other] for other in used)
        if depth[name] > DEEPEST or size[name] > LARGEST:
            what = f"套了 {depth[name]} 层名称" if depth[name] > DEEPEST else f"写全了有 {size[name]} 个词"
            hint = f"最多 {DEEPEST} 层、{LARGEST} 个词；拆成几个各自使用的定义"
            problems.error("PE315", f"定义 `{name}` {what}", one.span, hint)
            # Told once: what uses it shall not be called too large for the same reason.
            size[name] = 0
        else:
            done.append(one)
        for user in users.get(name, ()):
            waiting[user] -= 1
            if waiting[user] == 0:
                ready.append(user)
    circular = [name for name in written if waiting[name] > 0]
    if circular:
        _report_cycle(circular, uses, problems)
    return tuple(done)


def _times(one: Written, used: MappingOf[str, Scalar]) -> dict[str, int]:
    found = dict.fromkeys(used, 0)
    for word in _words(one.means) if one.of else _met(one.means):
        if word.text in found:
            found[word.text] += 1
    return found


def _report_cycle(
    circular: list[str],
    uses: MappingOf[str, MappingOf[str, Scalar]],
    problems: Problems,
) -> None:
    # From any name that waits, going on to another that waits must come round.
    at, seen = set(circular), {circular[0]: 0}
    following = circular[0]
    while True:
        following = next(other for other in uses[following] if other in at)
        if following in seen:
            break
        seen[following] = len(seen)
    path = [*[*seen][seen[following] :], following]
    message = f"定义互相引用成环：{' → '.join(path)}"
    problems.error("PE315", message, uses[path[0]][path[1]].span, "一个名称不能用自己来说明；把其中一处写全")


NO_DEFINITIONS = Definitions(MappingProxyType({}), MappingProxyType({}))
