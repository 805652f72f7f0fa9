"""What a pattern may be made of, how much work it can make, and which words it can't do without."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples
from policy_engine.loading.patterns import PatternError, plain_pattern, read_pattern


@pytest.mark.parametrize(
    "pattern",
    [
        "a*",
        "(?:a{0,90}|b{0,90})c{0,90}d",
        "a+b",
        "a{2,}",
        "a{,}b",
        "(a{1,3}b){1,3}",
        "(a?b){2}",
        "a{0,200}b{0,200}c",
        ".{1,9}" * 5,
        r"\*+",
        "[*]+",
        "a(?=a{1,2}){2}",
        "a{3,20000}",
    ],
)
def test_too_much_work_is_refused(pattern):
    re.compile(pattern)
    with pytest.raises(PatternError):
        read_pattern(pattern)


@pytest.mark.parametrize("pattern", ["", "a?", "(?=a)", "a{0}", "^$", r"\b", "(?:a|)", "a{,3}"])
def test_what_finds_the_empty_text_is_refused(pattern):
    re.compile(pattern)
    with pytest.raises(PatternError, match="连空的文字也符合"):
        read_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a",
        "a)",
        "[a",
        "[]",
        "[^]",
        "a\\",
        "*a",
        "?",
        "a{2}{3}",
        "a??+",
        "[b-a]",
        r"[a-\d]",
        r"\q",
        r"(?P<x>a)(?P<x>b)",
        "(?<=a|bc)d",
        "(?<!a{1,2})d",
        "a{3,2}",
        "(?P<1>a)",
        "^{2}a",
        "(?a",
    ],
)
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(re.error):
        re.compile(pattern)
    with pytest.raises(PatternError):
        read_pattern(pattern)


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?i)a", "(?#b)a", "(?P=x)a", r"\x41", "(?>a)b"])
def test_what_is_not_needed_is_not_taken(pattern):
    with pytest.raises(PatternError, match="不认识"):
        read_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "anchors"),
    [
        ("ab?", {"a"}),
        ("a[^,。]{0,20}bcd", {"bcd"}),
        (r"\*\+\{", {"*+{"}),
        ("[*+]", {"*", "+"}),
        ("[^*+]", set()),
        ("[a-c]", set()),
        ("(a|b){2}", {"a", "b"}),
        ("(?:ab|cd)?e", {"e"}),
        ("(?:a{0,90}b{0,90}|c{0,30}d{0,30}|e)f", {"f"}),
        ("(?P<words>租赁[^,]{0,9}车)", {"租赁"}),
        ("(?:须|必须|应)[^,]{0,4}(?:本地|本县)", {"本地", "本县"}),
        ("(?<!不)含{1}", {"含"}),
        ("a(?=bcd)", {"a"}),
        ("ab{,3}c", {"a"}),
        ("{}", {"{}"}),
        ("a{x}", {"a{x}"}),
        (r"\d{4}-\d{2}?", {"-"}),
        (r"\d{2}", set()),
        ("(?:甲|乙)丙?", {"甲", "乙"}),
        ("[]*]x", {"x"}),
        ("[]*]", {"]", "*"}),
        ("a|.", set()),
        ("a.{0}?b", {"a"}),
    ],
)
def test_the_words_that_a_pattern_cannot_do_without(pattern, anchors):
    re.compile(pattern)
    assert read_pattern(pattern).anchors == anchors


@given(st.lists(st.sampled_from("甲乙.-]^*\\"), min_size=1, max_size=4, unique=True))
def test_an_escaped_member_of_a_class_is_the_character_itself(members):
    pattern = "甲[" + "".join(f"\\{one}" for one in members) + "]"
    shape = read_pattern(pattern)
    assert all(re.fullmatch(pattern, f"甲{one}") for one in members)
    # Of a list every member is known, and so the words that it makes.
    assert shape.needs == read_pattern(f"甲(?:{'|'.join(map(re.escape, members))})").needs


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("(a{1,3}b){1,3}", "在重复里面又有重复"),
        ("a{2,}", "的重复没有上限"),
        ("a{3,2}", "的重复上限不对"),
        ("(?=a){2}b", "重复的是没有长度的部分"),
        ("a{2}{3}", "的重复后面又是重复"),
        ("a)", "多了右括号"),
        ("(a", "少了右括号"),
        ("[a", "少了右方括号"),
        ("a\\", "末尾多了反斜杠"),
        ("a?", "连空的文字也符合"),
    ],
)
def test_what_is_wrong_is_said_before_how_to_mend_it(pattern, what):
    with pytest.raises(PatternError) as caught:
        read_pattern(pattern)
    assert what in caught.value.what
    assert caught.value.mend
    assert what not in caught.value.mend


# What patterns are made of, and a few characters for them to find.
_PIECES = (
    *"ab甲(){}[]|?*+\\.^$-,:12",
    *("(?:", "(?=", "(?<!", "(?P<w>", "{1,2}", "[ab]", "[^a]", r"\d", "ab", "|甲"),
)


@settings(max_examples=examples(3000))
@given(pieces=st.lists(st.sampled_from(_PIECES), max_size=9), text=st.text("ab甲12,-", max_size=12))
@example(pieces=["(?:", "ab", "|甲", ")", "{1,2}"], text="a甲")
def test_what_is_taken_is_a_pattern_and_finds_nothing_without_its_words(pieces, text):
    pattern = "".join(pieces)
    try:
        shape = read_pattern(pattern)
    except PatternError:
        return
    for found in re.finditer(pattern, text):
        assert shape.least <= len(found[0]) <= shape.most
        assert not shape.anchors or any(anchor in found[0] for anchor in shape.anchors)
        assert any(all(any(word in found[0] for word in words) for words in way) for way in shape.needs)


@st.composite
def _patterns(draw: st.DrawFn, depth: int = 2) -> str:
    """Draw patterns that are taken more often than not."""
    if not depth:
        return draw(st.sampled_from(["a", "b", "甲", "[ab]", "[^a]", ".", r"\d", "ab", "a甲"]))
    parts = draw(st.lists(_patterns(depth=depth - 1), min_size=1, max_size=3))
    if draw(st.booleans()):
        return "".join(part + draw(st.sampled_from(["", "", "?", "{0,2}", "{2}"])) for part in parts)
    return "(?:" + "|".join(parts) + ")"


@settings(max_examples=examples(1500))
@given(pattern=_patterns(), text=st.text("ab甲12", max_size=9))
def test_every_finding_holds_one_of_the_words(pattern, text):
    try:
        shape = read_pattern(pattern)
    except PatternError:
        return
    for found in re.finditer(pattern, text):
        assert shape.least <= len(found[0]) <= shape.most
        assert not shape.anchors or any(anchor in found[0] for anchor in shape.anchors)
        assert any(all(any(word in found[0] for word in words) for words in way) for way in shape.needs)


def test_a_pattern_needs_a_word_of_every_list_it_spells_out():
    def needs(pattern):
        return {frozenset("|".join(sorted(words)) for words in way) for way in read_pattern(pattern).needs}

    assert needs("(?:新建|改造)(?:工程)?[^。]{0,9}?(?P<words>物业|保洁)(?=服务)(?:甲|乙|)") == {
        frozenset({"改造|新建", "保洁|物业"})
    }
    # Of each alternative what it needs itself, and of everything what stands beside them.
    assert needs("(?P<words>甲.{0,2}(?:乙丁|丙)|戊己?)庚") == {
        frozenset({"甲", "丙|乙丁", "庚", "戊|甲"}),
        frozenset({"戊", "庚", "戊|甲"}),
    }
    assert needs("(?:甲|乙?)丙") == {frozenset({"丙"})}
    assert needs(".") == {frozenset()}


def test_shipped_patterns_can_be_looked_for_by_their_words():
    patterns = [term for term in as_shipped.rule_set().lexicon.terms if term.pattern]
    blind = [term.id for term in patterns if not term.anchors]
    assert len(blind) * 20 < len(patterns), blind


def test_full_width_marks_of_a_pattern_become_plain():
    assert re.fullmatch(plain_pattern("甲（乙）：[，。]"), "甲(乙):,")


@given(words=st.lists(st.text("ab甲乙-,", min_size=1, max_size=3), min_size=1, max_size=5))
@example(words=[f"甲{i}" for i in range(401)])
def test_a_list_of_words_is_read_as_each_of_them_in_turn(words):
    at_once = read_pattern(f"(?:{'|'.join(words)})乙")
    in_turn = read_pattern(f"(?:{'|'.join(f'(?:(?:{w}))' for w in words)})乙")
    assert at_once == in_turn == read_pattern(f"(?!{'|'.join(words)})(?:{'|'.join(words)})乙")


@pytest.mark.parametrize(("count", "anchors"), [(400, 400), (401, 0)])
@pytest.mark.parametrize("form", ["(?:{})乙", "(?:(?:甲)|{})乙"])
def test_of_too_many_words_none_is_looked_for(form, count, anchors):
    words = "|".join(f"甲甲{n:03}" for n in range(count - form.count("甲")))
    found = read_pattern(form.format(words))
    assert count == len(words.split("|")) + form.count("甲")
    assert (anchors or 1) == max(len(some) for way in found.needs for some in way)
