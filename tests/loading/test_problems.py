"""What every loader demands of what is written: the value where it is sound, else what is wrong, at its words, with its mend."""

import pytest

from policy_engine.foundation.diagnostics import Tally
from policy_engine.foundation.spans import file_span
from policy_engine.loading.problems import Problems, short, unknown_keys
from policy_engine.loading.tree import Mapping, Scalar, parse
from policy_engine.model.calendar import day_number

HERE = file_span("a.yaml")


def mapping(text: str) -> Mapping:
    (root,) = parse(text, "a.yaml").documents
    assert isinstance(root, Mapping)
    return root


def told(problems: Problems, text: str):
    lines = text.splitlines()
    return [
        (
            d.code,
            d.message,
            d.help,
            lines[d.span.line][d.span.column : d.span.end_column if d.span.line == d.span.end_line else None],
            [edit.text for fix in d.fixes if fix.is_sure for edit in fix.edits],
        )
        for d in problems.found
    ]


def read(how, value: str):
    """Read the value of a key in one of the ways; also tell what is wrong."""
    text, problems = f"甲: {value}\n", Problems()
    found = how(problems, mapping(text))
    return found, told(problems, text)


WHOLE = "甲: {}"
MISSING = ("PE011", "缺少 `甲`", "补上 `甲: …`")
NO_VALUE = ("PE009", "`甲` 应为一个值", "写成一个词或一句话")


@pytest.mark.parametrize("blank", ["", "~", "null"])
def test_a_text_must_be_there_or_has_a_fallback(blank) -> None:
    found, wrong = read(lambda problems, owner: problems.text(owner, "甲"), blank)
    assert ("", [(*MISSING, f"甲: {blank}".rstrip() if not blank else f"甲: {blank}", [])]) == (
        found,
        [(*one[:3], one[3].rstrip() if not blank else one[3], one[4]) for one in wrong],
    )
    assert ("乙", []) == read(lambda problems, owner: problems.text(owner, "甲", fallback="乙"), blank)
    assert ("", []) == read(lambda problems, owner: problems.text(owner, "甲", fallback=""), blank)


@pytest.mark.parametrize(
    ("value", "found", "wrong"),
    [("丙", "丙", []), ("[丙]", "", [(*NO_VALUE, "[丙]", [])]), ("{丙: 丁}", "", [(*NO_VALUE, "{丙: 丁}", [])])],
)  # fmt: skip
def test_a_text_is_one_value(value, found, wrong) -> None:
    assert (found, wrong) == read(lambda problems, owner: problems.text(owner, "甲"), value)
    assert (found, wrong) == read(lambda problems, owner: problems.text(owner, "甲", fallback="乙"), value)


@pytest.mark.parametrize("blank", ["''", '""', "' '", '"\\t"'])
def test_quotes_around_nothing_are_no_text_but_where_a_blank_may_stand(blank) -> None:
    told_of = ("PE011", "`甲` 写的是空的", "写上内容；可以没有的，连这个键一起删去", blank, [])
    for fallback in (None, "", "乙"):
        found, wrong = read(
            lambda problems, owner, to=fallback: problems.text(owner, "甲", fallback=to), blank
        )
        assert ("", [told_of]) == (found.strip(), wrong)
        found, wrong = read(
            lambda problems, owner, to=fallback: problems.text(owner, "甲", fallback=to, may_be_blank=True),
            blank,
        )
        assert ("", []) == (found.strip(), wrong)
    assert [told_of] == read(lambda problems, owner: problems.texts(owner, "甲"), blank)[1]
    assert [told_of] == read(lambda problems, owner: problems.texts(owner, "甲"), f"[丙, {blank}]")[1]


@pytest.mark.parametrize(
    ("value", "found", "wrong"),
    [
        ("", [], []),
        ("~", [], []),
        ("丙", ["丙"], []),
        ("[丙, 丁]", ["丙", "丁"], []),
        ("[]", [], []),
        ("[丙, [丁], {戊: 己}]", ["丙"], [("PE009", "`甲` 的每一项应为一个值", "写成一个词", part, []) for part in ("[丁]", "{戊: 己}")]),
        ("{丙: 丁}", [], [("PE009", "`甲`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头", "{丙: 丁}", [])]),
    ],
)  # fmt: skip
def test_texts_are_a_list_or_one(value, found, wrong) -> None:
    assert (found, wrong) == read(
        lambda problems, owner: [one.text for one in problems.texts(owner, "甲")], value
    )


FLAG = "`甲` 应为 true 或 false"


@pytest.mark.parametrize("fallback", [True, False])
@pytest.mark.parametrize(
    ("value", "found", "wrong"),
    [
        ("", None, []),
        ("true", True, []),
        ("false", False, []),
        ("是", None, [("PE102", FLAG, "写 true", "是", ["true"])]),
        ("无", None, [("PE102", FLAG, "写 false", "无", ["false"])]),
        ("大概", None, [("PE101", FLAG, "写 true 或 false", "大概", [])]),
        ("[true]", None, [("PE101", FLAG, "写 true 或 false", "[true]", [])]),
    ],
)
def test_a_flag_is_true_or_false(value, found, wrong, fallback) -> None:
    got = read(lambda problems, owner: problems.flag(owner, "甲", fallback=fallback), value)
    assert (fallback if found is None else found, wrong) == got


DAY = "年写四位，按年、月、日的次序，写成 2026-01-15"


@pytest.mark.parametrize(
    ("value", "found", "wrong"),
    [
        ("", None, []),
        ("2026-01-15", "2026-01-15", []),
        ("2026年1月5日", None, [("PE106", "`甲` 的日期写法不对：`2026年1月5日`", "写成 2026-01-05", "2026年1月5日", ["2026-01-05"])]),
        ("2026-13-01", None, [("PE107", "`甲` 的日期不存在：`2026-13-01`", "检查年、月、日", "2026-13-01", [])]),
        ("2026年2月30日", None, [("PE107", "`甲` 的日期不存在：`2026年2月30日`", "检查年、月、日", "2026年2月30日", [])]),
        ("去年", None, [("PE106", "`甲` 应为日期，写的是 `去年`", DAY, "去年", [])]),
        ("[2026-01-15]", None, [("PE106", "`甲` 应为日期", DAY, "[2026-01-15]", [])]),
    ],
)  # fmt: skip
def test_a_day_is_a_day(value, found, wrong) -> None:
    assert (day_number(found) if found else None, wrong) == read(
        lambda problems, owner: problems.day(owner, "甲"), value
    )


@pytest.mark.parametrize(
    ("value", "found", "wrong"),
    [
        ("", "乙", []),
        ("丙", "丙", []),
        ("丙丙", "乙", [("PE013", "`甲` 不能是 `丙丙`", "是否为 `丙`？", "丙丙", [])]),
        ("很多", "乙", [("PE013", "`甲` 不能是 `很多`", "可用的有 `乙`、`丙`", "很多", [])]),
        ("[丙]", "乙", [(*NO_VALUE, "[丙]", [])]),
    ],
)
def test_a_word_is_one_of_those_there_are(value, found, wrong) -> None:
    got, other = read(lambda problems, owner: problems.one_of(owner, "甲", iter(("乙", "丙")), "乙"), value)
    assert (found, wrong) == (got, [(*one[:4], []) for one in other])


def test_keys_are_those_that_are_allowed() -> None:
    text = "甲: 1\n乙乙: 2\n｛丙: 3\n子: 4\n"
    problems = Problems()
    problems.keys(mapping(text), ("甲", "乙"), "东西")
    assert [
        ("PE010", "东西没有 `乙乙`", "是否为 `乙`？", "乙乙"),
        ("PE012", "东西的键 `｛丙` 含有全角标点", "全角 `｛` 改为半角 `{`", "｛丙"),
        ("PE010", "东西没有 `子`", "可用的有 `甲`、`乙`", "子"),
    ] == [one[:4] for one in told(problems, text)]
    assert ["乙乙", "｛丙", "子"] == [key.text for key in unknown_keys(mapping(text), ("甲", "乙"))]
    other = Problems()
    other.keys(mapping("子: 4\n"), ("甲",), "东西", "PE211")
    assert ["PE211"] == [one.code for one in other.found]


def test_what_was_told_as_misspelt_is_not_told_to_be_missing() -> None:
    text = "titel: 1\n子: 2\n"
    problems = Problems()
    problems.keys(mapping(text), ("title", "subject"), "东西")
    problems.missing(mapping(text), "title")
    problems.missing(mapping(text), "subject")
    assert [("PE010", "titel"), ("PE010", "子"), ("PE011", "titel: 1")] == [
        (code, words) for code, _, _, words, _ in told(problems, text)
    ]
    assert problems.is_misspelt(mapping(text), ("title",))
    assert not problems.is_misspelt(mapping(text), ("subject",))
    assert not Problems().is_misspelt(mapping(text), ("title",))


@pytest.mark.parametrize(
    ("value", "code", "message", "advice"),
    [
        ("丙", "PE009", "东西应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ("[丙]", "PE009", "东西应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ("丙:丁", "PE009", "东西应为“键: 值”的映射", "冒号后面加一个空格，写成 `丙: 丁`"),
        ("丙：丁", "PE012", "东西应为“键: 值”的映射", "全角 `：` 改为半角 `:`，冒号后加一个空格"),
    ],
)
def test_a_mapping_is_keys_and_values(value, code, message, advice) -> None:
    found, wrong = read(lambda problems, owner: problems.mapping(owner.get("甲"), "东西", owner.span), value)
    assert (None, [(code, message, advice, value, [])]) == (found, wrong)
    sound, wrong = read(
        lambda problems, owner: problems.mapping(owner.get("甲"), "东西", owner.span), "{丙: 丁}"
    )
    assert (["丙"], []) == ([key.text for key, _ in sound.pairs], wrong)
    lacking, wrong = read(lambda problems, owner: problems.mapping(owner.get("乙"), "东西", owner.span), "丙")
    assert (None, ["甲: 丙"]) == (lacking, [one[3] for one in wrong])


def test_a_list_is_a_list() -> None:
    how = "写成 `[甲, 乙]` 或每项一行以 `- ` 开头"
    for value in ("丙", "{丙: 丁}"):
        found, wrong = read(
            lambda problems, owner: problems.sequence(owner.get("甲"), "东西", owner.span), value
        )
        assert ((), [("PE009", "东西应为列表", how, value, [])]) == (found, wrong)
    found, wrong = read(lambda problems, owner: problems.sequence(owner.get("乙"), "东西", owner.span), "丙")
    assert ((), [("PE009", "东西应为列表", how, "甲: 丙", [])]) == (found, wrong)
    found, wrong = read(
        lambda problems, owner: problems.sequence(owner.get("甲"), "东西", owner.span), "[丙]"
    )
    assert (["丙"], []) == ([one.text for one in found if isinstance(one, Scalar)], wrong)


@pytest.mark.parametrize(("length", "shown"), [(39, 39), (40, 40), (41, 40), (500, 40)])
def test_long_words_are_cut(length, shown) -> None:
    assert "甲" * shown + "…" * (length > shown) == short("甲" * length)


@pytest.mark.parametrize(("length", "shown"), [(399, 399), (400, 400), (401, 400)])
def test_long_messages_are_cut(length, shown) -> None:
    problems = Problems()
    problems.error("PE001", "甲" * length, HERE, "乙")
    assert ["甲" * shown + "…" * (length > shown)] == [one.message for one in problems.found]
    assert isinstance(problems.tally, Tally)


@pytest.mark.parametrize(
    ("word", "meant", "is_sure"), [("prohibitt", "prohibit", True), ("prohibit", "prohibits", False)]
)
def test_a_word_that_is_spelt_rightly_is_never_surely_another(word, meant, is_sure) -> None:
    problems = Problems()
    problems.unknown("PE301", "没有", mapping(f"{word}: 1\n").pairs[0][0].span, word, (meant,))
    assert [(is_sure, meant)] == [
        (fix.is_sure, edit.text) for fix in problems.found[0].fixes for edit in fix.edits
    ]


def test_what_is_new_is_told_what_to_do() -> None:
    problems = Problems()
    problems.unknown("PE206", "没有乙", HERE, "乙", ("甲",), "先登记")
    problems.unknown("PE206", "没有丙", HERE, "丙", ("甲",))
    assert ["可用的有 `甲`；先登记", "可用的有 `甲`"] == [one.help for one in problems.found]


def test_of_very_many_the_nearest_are_no_longer_looked_for() -> None:
    problems = Problems()
    for number in range(250):
        problems.unknown("PE301", f"没有 {number}", HERE, f"含工成{number}", ("含工程",))
    assert 200 == len(problems.found)
    assert 50 == sum(one.more for one in problems.found)
