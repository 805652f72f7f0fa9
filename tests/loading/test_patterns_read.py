"""What is known of a pattern, part by part; and what is wrong with one, in the words for it."""

import re

import pytest

from loading.test_lexicon import TERM
from loading.toy import prepared
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.patterns import PatternError, read_pattern

# The pattern; the ways to share a text out, whether it repeats, the least and the most it takes; words of which one stands
# in what it finds; the ways in which it finds something, each as what stands in it then.
SHAPES = [
    ("a", (1, False, 1, 1), "a", "a"),
    ("ab", (1, False, 2, 2), "ab", "ab"),
    ("a|b", (1, False, 1, 1), "a/b", "a/b"),
    ("ab|c", (1, False, 1, 2), "ab/c", "ab/c"),
    ("ab|cd", (1, False, 2, 2), "ab/cd", "ab/cd"),
    ("a.c", (1, False, 3, 3), "a", "a&c"),
    ("ab.cd", (1, False, 5, 5), "ab", "ab&cd"),
    ("abc.de", (1, False, 6, 6), "abc", "abc&de"),
    ("a?b", (2, True, 1, 2), "b", "b"),
    ("ab?c", (2, True, 2, 3), "a", "a&c"),
    ("a{2}", (1, True, 2, 2), "a", "a"),
    ("a{2,3}", (2, True, 2, 3), "a", "a"),
    ("a{0,3}b", (4, True, 1, 4), "b", "b"),
    ("(?:ab){2}c", (1, True, 5, 5), "ab", "ab&c"),
    ("(?:ab|cd)e", (1, False, 3, 3), "ab/cd", "ab/cd&e"),
    ("(ab)c", (1, False, 3, 3), "ab", "ab&c"),
    ("(?P<x>ab)c", (1, False, 3, 3), "ab", "ab&c"),
    ("(?:a|b)", (1, False, 1, 1), "a/b", "a/b"),
    ("(?:a|)b", (1, False, 1, 2), "b", "b"),
    ("a(?=bc)", (1, False, 1, 1), "a", "a"),
    ("a(?!bc)", (1, False, 1, 1), "a", "a"),
    ("(?<=bc)a", (1, False, 1, 1), "a", "a"),
    ("(?<!bc)a", (1, False, 1, 1), "a", "a"),
    ("(?<=b|c)a", (1, False, 1, 1), "a", "a"),
    ("a(?=b{1,2})", (2, True, 1, 1), "a", "a"),
    ("(?:a|b{1,3})c", (3, True, 2, 4), "c", "a/b&c"),
    ("(?:a{1,2}|b{1,3})c", (5, True, 2, 4), "c", "a/b&c"),
    ("a{1,2}b{1,3}c", (6, True, 3, 6), "a", "a&b&c"),
    ("[abc]d", (1, False, 2, 2), "d", "a/b/c&d"),
    ("[^abc]d", (1, False, 2, 2), "d", "d"),
    ("[a-c]d", (1, False, 2, 2), "d", "d"),
    ("[\\d]d", (1, False, 2, 2), "d", "d"),
    ("[a\\d]d", (1, False, 2, 2), "d", "d"),
    ("\\dd", (1, False, 2, 2), "d", "d"),
    ("\\bab\\b", (1, False, 2, 2), "ab", "ab"),
    ("^ab$", (1, False, 2, 2), "ab", "ab"),
    ("a\\.b", (1, False, 3, 3), "a.b", "a.b"),
    ("a\\nb", (1, False, 3, 3), "a\nb", "a\nb"),
    ("a??b", (2, True, 1, 2), "b", "b"),
    ("a?+b", (2, True, 1, 2), "b", "b"),
    ("a{1,2}?b", (2, True, 2, 3), "a", "a&b"),
    ("a{,2}b", (3, True, 1, 3), "b", "b"),
    ("a{2", (1, False, 3, 3), "a{2", "a{2"),
    ("a{x}", (1, False, 4, 4), "a{x}", "a{x}"),
    ("a{}", (1, False, 3, 3), "a{}", "a{}"),
    ("{}", (1, False, 2, 2), "{}", "{}"),
    ("a{2}{}", (1, True, 4, 4), "{}", "a&{}"),
    ("甲{1,2}乙", (2, True, 2, 3), "甲", "乙&甲"),
    ("[]a]b", (1, False, 2, 2), "b", "]/a&b"),
    ("[^]a]b", (1, False, 2, 2), "b", "b"),
    ("[a-]b", (1, False, 2, 2), "b", "-/a&b"),
    ("[-a]b", (1, False, 2, 2), "b", "-/a&b"),
    ("(?:甲乙|丙)[丁戊]己{0,3}庚辛", (4, True, 4, 8), "庚辛", "丁/戊&丙/甲乙&庚辛"),
    ("(?:ab|cd.)(?:ef|gh.)", (1, False, 4, 6), "ab/cd", "ab/cd&ef/gh"),
    ("(?:a.b|c.d)", (1, False, 3, 3), "a/c", "a&a/c&b ; a/c&c&d"),
    ("(?:ab.cd|ef)gh", (1, False, 4, 7), "gh", "ab&ab/ef&cd&gh ; ab/ef&ef&gh"),
    ("ab.{0,5}cd", (6, True, 4, 9), "ab", "ab&cd"),
    ("(?:a{0,2}b|c)d", (3, True, 2, 4), "d", "b/c&d"),
    ("(?:(?:a|b)c|d)e", (1, False, 2, 3), "e", "a/b&c&c/d&e ; c/d&d&e"),
    ("a{1}", (1, False, 1, 1), "a", "a"),
    ("a{1,1}b", (1, False, 2, 2), "ab", "ab"),
    ("(?:ab){1}c", (1, False, 3, 3), "ab", "ab&c"),
    ("(?:a\\|b)c", (1, False, 4, 4), "a|b", "a|b&c"),
    ("(?:a|b|c)(?:d|e)", (1, False, 2, 2), "d/e", "a/b/c&d/e"),
    ("a{0}b", (1, True, 1, 1), "b", "b"),
    ("(a{1,2})b", (2, True, 2, 3), "a", "a&b"),
    ("(?:a{1,2}){1}b", (2, True, 2, 3), "a", "a&b"),
    ("(?:a{1,2})?b", (4, True, 1, 3), "b", "b"),
]  # fmt: skip
WRONG = [
    ("", "连空的文字也符合，处处都会找到", "至少有一个字是必须有的"),
    ("a?", "连空的文字也符合，处处都会找到", "至少有一个字是必须有的"),
    ("*a", "`*` 前面没有可以重复的", "要找这个符号本身，写成 `\\*`"),
    ("+", "`+` 前面没有可以重复的", "要找这个符号本身，写成 `\\+`"),
    ("?", "`?` 前面没有可以重复的", "要找这个符号本身，写成 `\\?`"),
    ("{2}", "`{` 前面没有可以重复的", "要找这个符号本身，写成 `\\{`"),
    ("{2,}a", "`{` 前面没有可以重复的", "要找这个符号本身，写成 `\\{`"),
    ("a{2}*", "的重复后面又是重复", "只留一个"),
    ("a**", "的重复没有上限", "`*`、`+` 改成有上限的，例如 `[^,。]{0,20}`"),
    ("a??", "连空的文字也符合，处处都会找到", "至少有一个字是必须有的"),
    ("a?+?", "的重复后面又是重复", "只留一个"),
    ("a{2}{3}", "的重复后面又是重复", "只留一个"),
    ("a{1,2}?+", "的重复后面又是重复", "只留一个"),
    ("(a", "少了右括号", "补上 `)`；要找括号本身，写成 `\\(`"),
    ("a)", "多了右括号", "删去，或者写成 `\\)`"),
    ("(?:a", "少了右括号", "补上 `)`；要找括号本身，写成 `\\(`"),
    ("a(", "少了右括号", "补上 `)`；要找括号本身，写成 `\\(`"),
    ("[a", "少了右方括号", "补上 `]`；要找方括号本身，写成 `\\[`"),
    ("[", "少了右方括号", "补上 `]`；要找方括号本身，写成 `\\[`"),
    ("[]", "少了右方括号", "补上 `]`；要找方括号本身，写成 `\\[`"),
    ("[^]", "少了右方括号", "补上 `]`；要找方括号本身，写成 `\\[`"),
    ("[^", "少了右方括号", "补上 `]`；要找方括号本身，写成 `\\[`"),
    ("a\\", "末尾多了反斜杠", "删去，或者写成 `\\\\`"),
    ("\\q", "不认识 `\\q`", "可以用 \\d、\\w、\\s、\\b、\\n；其他字直接写"),
    ("\\A", "不认识 `\\A`", "可以用 \\d、\\w、\\s、\\b、\\n；其他字直接写"),
    ("\\1", "不认识 `\\1`", "可以用 \\d、\\w、\\s、\\b、\\n；其他字直接写"),
    ("[\\q]", "不认识 `\\q`", "可以用 \\d、\\w、\\s、\\b、\\n；其他字直接写"),
    ("[b-a]", "`b-a` 不是一段字符", "小的写在前面；要找 `-` 本身，写成 `\\-`"),
    ("[a-\\d]", "`a-\\d` 不是一段字符", "小的写在前面；要找 `-` 本身，写成 `\\-`"),
    ("[\\d-a]", "`\\d-a` 不是一段字符", "小的写在前面；要找 `-` 本身，写成 `\\-`"),
    ("[[a]", "的方括号里有可能另有含义的符号", "`[`、`--`、`&&`、`~~`、`||` 前面加反斜杠"),
    ("[a--b]", "`a--` 不是一段字符", "小的写在前面；要找 `-` 本身，写成 `\\-`"),
    ("[a&&b]", "的方括号里有可能另有含义的符号", "`[`、`--`、`&&`、`~~`、`||` 前面加反斜杠"),
    ("[a~~b]", "的方括号里有可能另有含义的符号", "`[`、`--`、`&&`、`~~`、`||` 前面加反斜杠"),
    ("[a||b]", "的方括号里有可能另有含义的符号", "`[`、`--`、`&&`、`~~`、`||` 前面加反斜杠"),
    ("a*", "的重复没有上限", "`*`、`+` 改成有上限的，例如 `[^,。]{0,20}`"),
    ("a+", "的重复没有上限", "`*`、`+` 改成有上限的，例如 `[^,。]{0,20}`"),
    ("a{2,}", "的重复没有上限", "`*`、`+` 改成有上限的，例如 `[^,。]{0,20}`"),
    ("a{,}", "的重复没有上限", "`*`、`+` 改成有上限的，例如 `[^,。]{0,20}`"),
    ("a{3,2}", "的重复上限不对", "上限不小于下限，不超过 10,000"),
    ("a{20001}", "的重复上限不对", "上限不小于下限，不超过 10,000"),
    ("a{1,20000}", "的重复上限不对", "上限不小于下限，不超过 10,000"),
    ("^*", "重复的是没有长度的部分", "去掉这个重复"),
    ("\\b{2}", "重复的是没有长度的部分", "去掉这个重复"),
    ("(?=a){2}", "重复的是没有长度的部分", "去掉这个重复"),
    ("(?:a{1,2}){2}", "在重复里面又有重复", "拆成几个词条，或者把里面的重复写开"),
    ("(a?b){2}", "在重复里面又有重复", "拆成几个词条，或者把里面的重复写开"),
    ("(?:(?:a?)b){3}", "在重复里面又有重复", "拆成几个词条，或者把里面的重复写开"),
    ("(?<=a|bc)d", "往前看的部分长短不一", "`(?<=…)`、`(?<!…)` 里面每种写法一样长，或者分开写"),
    ("(?<!a?)b", "往前看的部分长短不一", "`(?<=…)`、`(?<!…)` 里面每种写法一样长，或者分开写"),
    ("(?P<a>b)(?P<a>c)", "`a` 这个名字用了两次", "一个式子里只写一次"),
    ("(?P<1>b)", "不认识 `(?P<`", "用 (?:…)、(?P<words>…)、(?=…)、(?!…)、(?<=…)、(?<!…)"),
    ("(?P<é>b)", "不认识 `(?P<`", "用 (?:…)、(?P<words>…)、(?=…)、(?!…)、(?<=…)、(?<!…)"),
    ("(?i)a", "不认识 `(?i)`", "用 (?:…)、(?P<words>…)、(?=…)、(?!…)、(?<=…)、(?<!…)"),
    ("(?#x)a", "不认识 `(?#x`", "用 (?:…)、(?P<words>…)、(?=…)、(?!…)、(?<=…)、(?<!…)"),
    ("(?P=a)", "不认识 `(?P=`", "用 (?:…)、(?P<words>…)、(?=…)、(?!…)、(?<=…)、(?<!…)"),
    ("(?>a)", "不认识 `(?>a`", "用 (?:…)、(?P<words>…)、(?=…)、(?!…)、(?<=…)、(?<!…)"),
    ("(?", "不认识 `(?`", "用 (?:…)、(?P<words>…)、(?=…)、(?!…)、(?<=…)、(?<!…)"),
    (".{1,9}.{1,9}.{1,9}.{1,9}.{1,9}", "可以有 59,049 种拆法，太多", "减少重复的个数或者上限，相乘不超过 10,000"),
    ("(?:a|b*)c", "的重复没有上限", "`*`、`+` 改成有上限的，例如 `[^,。]{0,20}`"),
    ("a|", "连空的文字也符合，处处都会找到", "至少有一个字是必须有的"),
    ("|a", "连空的文字也符合，处处都会找到", "至少有一个字是必须有的"),
    ("(?:|a)", "连空的文字也符合，处处都会找到", "至少有一个字是必须有的"),
    ("^$", "连空的文字也符合，处处都会找到", "至少有一个字是必须有的"),
    ("(?=a)", "连空的文字也符合，处处都会找到", "至少有一个字是必须有的"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "shape", "anchors", "needs"), SHAPES)
def test_what_is_known_of_a_pattern(pattern, shape, anchors, needs) -> None:
    re.compile(pattern)
    found = read_pattern(pattern)
    assert shape == (found.ways, found.holds_repeat, found.least, found.most)
    assert anchors == "/".join(sorted(found.anchors))
    ways = ("&".join(sorted("/".join(sorted(words)) for words in way)) for way in found.needs)
    assert needs == " ; ".join(sorted(ways))


@pytest.mark.parametrize(("pattern", "what", "mend"), WRONG)
def test_what_is_wrong_with_a_pattern_is_told(pattern, what, mend) -> None:
    with pytest.raises(PatternError) as caught:
        read_pattern(pattern)
    assert (what, mend) == (caught.value.what, caught.value.mend) == (str(caught.value), mend)


def test_it_is_told_at_the_pattern() -> None:
    text = TERM.replace("words: [装修改造]", "pattern: 'a*'")
    with pytest.raises(DiagnosticsError) as caught:
        prepared({"lexicon.yaml": text})
    (found,) = caught.value.diagnostics
    line = text.splitlines()[found.span.line]
    assert ("PE332", "`pattern` 的重复没有上限", "'a*'") == (
        found.code,
        found.message,
        line[found.span.column : found.span.end_column],
    )


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("a{1,10000}", 10000),
        ("a{10000}", 1),
        ("a{1,100}b{1,100}", 10000),
        ("(?:a{0,4999}|b{0,4999})c", 10000),
    ],
)
def test_so_many_ways_are_read_and_no_more(pattern, ways) -> None:
    assert ways == read_pattern(pattern).ways


@pytest.mark.parametrize(
    "pattern", ["a{1,10001}", "a{0,10000}", "a{10001}", "a{1,101}b{1,100}", "(?:a{0,4999}|b{0,5000})c"]
)
def test_more_ways_are_too_many(pattern) -> None:
    with pytest.raises(PatternError):
        read_pattern(pattern)


def words(count: int) -> list[str]:
    return [chr(0x4E00 + n) for n in range(count)]


@pytest.mark.parametrize("count", [400, 401])
def test_of_too_many_words_none_is_known(count) -> None:
    for pattern in (
        f"(?:{'|'.join(words(count))})",
        f"[{''.join(words(count))}]",
        f"(?:{'|'.join(words(count))}.)",
    ):
        assert (count <= 400) is bool(read_pattern(pattern).anchors), pattern


@pytest.mark.parametrize("count", [2, 64, 65])
def test_of_too_many_ways_only_what_all_need_is_known(count) -> None:
    one, other = words(2 * count)[:count], words(2 * count)[count:]
    found = read_pattern(f"(?:{'|'.join(f'{a}.{b}' for a, b in zip(one, other, strict=True))})")
    if count <= 64:
        # Of each way also one of the words of which one stands in all that is found.
        ways = zip(one, other, strict=True)
        assert {frozenset({frozenset(a), frozenset(b), frozenset(one)}) for a, b in ways} == found.needs
    else:
        assert {frozenset({frozenset(one)})} == found.needs
    assert set(one) == found.anchors
