"""Rules that were parsed before are not parsed again, and the tree is that of the whole text for all that."""

import random

import pytest

from effort import examples
from loading.places import settled_in
from policy_engine.foundation.memory import Memory
from policy_engine.loading import pieces
from policy_engine.loading.pieces import parse_by_pieces, settled
from policy_engine.loading.tree import parse
from policy_engine.usecases.rule_base import new_memory
from policy_engine.usecases.sources import read_sources, shipped_rules

TEXT = """# 说明
document: toy-2020

usual:
  - {subject: 采购事项, as_of: 2024-01-01, given: {含工程: true}}

rules:
  # 第一条
  - id: art-1
    title: 工程不得购买
    when: {含工程: true}

  - id: art-2
    note: |
      一行
        - 不是规则
    examples:
      - {name: 甲, expect: 违反}

  # 最后一条
  - {id: art-3, title: "三",
     cite: 第三条}
"""
INSERTED = (
    "", "# 注", "  # 注", "  - id: new", "  - x", "      - y", "    note: >", "'", '"', "{", "}", "rules:", "other: 1", "---",
    "...", "\t", "    a: &x 1", "    a: *x", "    id: again", "  - - z", " - w", "\u2028", "\ufeff", "  -", "  - |", "    甲",
)  # fmt: skip


@pytest.fixture(scope="module")
def longest() -> str:
    return max((source.text for source in read_sources(shipped_rules()).rules), key=len)


def by_pieces(text: str, path: str, memory: Memory) -> object:
    return settled_in(parse_by_pieces(text, path, memory), memory)


def edited(text: str, chance: random.Random) -> str:
    """Leave lines out, put lines in, cut the end off, move a rule, change indentation or take a character away."""
    lines = text.split("\n")
    at, other = sorted((chance.randrange(len(lines)), chance.randrange(len(lines))))
    match chance.randrange(7):
        case 0:
            del lines[at]
        case 1 | 2:
            lines.insert(at, chance.choice(INSERTED))
        case 3:
            return text[: chance.randrange(len(text))]
        case 4:
            lines[at:other] = reversed(lines[at:other])
        case 5:
            lines[at] = (
                chance.choice(("  ", " ")) + lines[at] if chance.random() < 0.5 else lines[at].lstrip()
            )
        case _:
            place = chance.randrange(len(text))
            return text[:place] + text[place + 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(examples(40)))
def test_a_text_parsed_by_pieces_is_the_tree_of_the_whole(seed) -> None:
    chance = random.Random(seed)
    memory = new_memory(keeps_parts=True)
    text = TEXT
    for _ in range(25):
        assert parse(text, "rules/a.yaml") == by_pieces(text, "rules/a.yaml", memory), text
        text = edited(TEXT if chance.random() < 0.3 else text, chance) or TEXT


def test_rules_that_read_the_same_have_each_their_own_place() -> None:
    rule = "  - id: a\n    title: 甲\n"
    memory = new_memory(keeps_parts=True)
    for text in ("rules:\n" + rule * 3, "rules:\n# 注\n" + rule * 2, "rules:\n" + rule * 4):
        assert parse(text, "a.yaml") == by_pieces(text, "a.yaml", memory)


def test_a_rule_that_is_gone_is_where_it_last_was() -> None:
    memory = new_memory(keeps_parts=True)
    rules = parse_by_pieces(TEXT, "a.yaml", memory).documents[0].get("rules").items
    parse_by_pieces(
        TEXT.replace("第三条", "第四条").replace("# 说明\n", "# 说明\n# 再说\n"), "a.yaml", memory
    )
    lines = TEXT.split("\n")
    assert "id: art-3" in lines[settled(rules[2].span, memory).line]
    assert "id: art-2" in lines[settled(rules[1].span, memory).line - 1]


def test_the_longest_file_parsed_by_pieces_is_the_tree_of_the_whole(longest) -> None:
    memory = new_memory(keeps_parts=True)
    lines = longest.split("\n")
    for at in (0, 1, len(lines) // 2, len(lines) - 1):
        text = "\n".join([*lines[:at], "# 注", *lines[at:]])
        assert parse(text, "a.yaml") == by_pieces(text, "a.yaml", memory)


@pytest.mark.parametrize(
    "end", ["", " ", "    ", "\n\n", "\n ", "\n# 注", "\n    - 甲", "\n  -", "\nother: 1"]
)
def test_a_text_may_end_in_any_way(end) -> None:
    text = f"rules:\n  - a: 甲\n  - b: {{c: [乙]}}{end}"
    memory = new_memory(keeps_parts=True)
    assert parse(text, "a.yaml") == by_pieces(text, "a.yaml", memory)


def test_only_the_rule_that_was_edited_is_parsed_again(monkeypatch) -> None:
    memory, parsed = new_memory(keeps_parts=True), list[str]()
    real = pieces.parse_flawless
    monkeypatch.setattr(pieces, "parse_flawless", lambda text, path: parsed.append(text) or real(text, path))
    before = parse_by_pieces(TEXT, "a.yaml", memory).documents[0].get("rules").items
    assert 4 == len(parsed)
    del parsed[:]
    after = (
        parse_by_pieces(TEXT.replace("不是规则", "仍不是"), "a.yaml", memory).documents[0].get("rules").items
    )
    assert ["仍不是" in text for text in parsed] == [True]
    assert [True, False, True] == [one is other for one, other in zip(before, after, strict=True)]
    del parsed[:]
    # A line above moves those below, which stay what they are: only their places are told anew.
    moved = TEXT.replace("    title: 工程不得购买\n", "    title: 工程不得购买\n    note: 甲\n")
    later = parse_by_pieces(moved, "a.yaml", memory).documents[0].get("rules").items
    assert ["note: 甲" in text for text in parsed] == [True, False]
    assert later[2] is before[2]
    assert "  - {id: art-3" in moved.split("\n")[settled(later[2].span, memory).line]
