"""Terms, their sets and their texts made by machine are read as written, over files and over layers."""

import pytest

from loading.test_lexicon import READS, TERM
from loading.toy import prepared
from policy_engine.loading.files import SourceText
from policy_engine.loading.lexicon import load_lexicon
from policy_engine.loading.problems import Problems
from policy_engine.model.lexicon import Certainty, Drawn, Measure

VOCABULARY = prepared().rule_set.vocabulary
SHARED = "sets:\n  地点: [楼, 小区]\n"
WORDS = "words: [装修改造]"
POINTS = "points_to: {采购事项: {含工程: true}}"
UNLESS = "unless: {after: [{set: 服务}, 审计]}"
BASE, LAYER = "自带:vocabulary/a.yaml", "vocabulary/b.yaml"
NO_MAPPING = "应为“键: 值”的映射"


def loaded(*texts: str, paths=("lexicon0.yaml", "lexicon1.yaml")):
    """Load term files; also list code, message and the very words of all that is wrong."""
    sources = [SourceText(path, text) for path, text in zip(paths, texts, strict=False)]
    problems = Problems()
    found = load_lexicon(sources, VOCABULARY, problems)
    told = []
    for d in problems.found:
        line = next(one for one in sources if one.path == d.span.path).text.splitlines()[d.span.line]
        end = d.span.end_column if d.span.line == d.span.end_line else None
        told.append((d.code, d.message, line[d.span.column : end]))
    return found, told


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "rules: []\n", [("PE010", "这里只放词条，写下的规则不起作用", "rules")]),
        ("", "trems: 1\n", [("PE010", "文件没有 `trems`", "trems")]),
        (WORDS, "words: [装修改造, {sett: 服务}]", [("PE010", "`words` 的一项没有 `sett`", "sett")]),
        (WORDS, "words: [装修改造, {set: 服务, than: 1}]", [("PE010", "`words` 的一项没有 `than`", "than")]),
        (WORDS, "words: [装修改造, {set: 服物}]", [("PE335", "没有词组 `服物`", "{set: 服物}")]),
        (
            WORDS,
            "words: [装修改造, '  ', [甲]]",
            [("PE331", "`words` 里有空的词", "'  '"), ("PE009", "`words` 的每一项应为一个词", "[甲]")],
        ),
        (WORDS, "pattern: '{服物}工程'", [("PE335", "没有词组 `服物`", "'{服物}工程'")]),
        (
            WORDS,
            "pattern: [甲]",
            [
                ("PE009", "`pattern` 应为一个值", "[甲]"),
                ("PE331", "词条应恰有 words、pattern、items 之一", "id: works.renovation"),
            ],
        ),
        ("    certainty: stated\n", "", [("PE011", "缺少 `certainty`", "id: works.renovation")]),
        ("certainty: stated", "certainty: sure", [("PE013", "`certainty` 不能是 `sure`", "sure")]),
        (UNLESS, "unless: 甲", [("PE009", f"`unless`{NO_MAPPING}", "甲")]),
        (UNLESS, "unless: {after: 甲, befor: 乙}", [("PE010", "`unless`没有 `befor`", "befor")]),
        (POINTS, "points_to: [采购事项]", [("PE009", f"`points_to`{NO_MAPPING}", "[采购事项]")]),
        (POINTS, "points_to: {采购事项: 含工程}", [("PE009", f"`采购事项` 指向的字段{NO_MAPPING}", "含工程")]),
        (POINTS, "points_to: {采购事项: {}}", [("PE333", "`采购事项` 没有写指向哪个字段", "{}")]),
        (
            POINTS,
            "points_to: {采购事项: {含工程: true, 合同期限_月: x, 含工成: true}}",
            [
                ("PE103", "`合同期限_月` 应为数字，写的是 `x`", "x"),
                ("PE301", "`采购事项` 没有字段 `含工成`", "含工成"),
            ],
        ),
        (POINTS, "reads: yuan\n    into: {采购事项: 合同期限_月}", [("PE013", "`reads` 不能是 `yuan`", "yuan")]),
        (
            POINTS,
            "reads: months\n    into: {采购事项: [合同期限_月], 服务合同: 合同期限_月}",
            [("PE009", "`into` 的每个主题应为一个字段", "[合同期限_月]"), ("PE333", "`合同期限_月` 装不下月数", "合同期限_月")],
        ),
        (POINTS, "reads: months\n    into: {采购事项: 含工程}", [("PE333", "`含工程` 装不下月数", "含工程")]),
        (
            POINTS,
            "reads: months\n    into: {采购事项: 预算_万元}",
            [("PE333", "`预算_万元` 装不下月数，单位是万元", "预算_万元")],
        ),
        *(
            (POINTS, new, [("PE333", "词条应恰有 points_to、reads 之一，reads 与 into 同写", "id: works.renovation")])
            for new in (
                "because: 无",
                "reads: months",
                "into: {采购事项: 合同期限_月}",
                POINTS + "\n    into: {采购事项: 合同期限_月}",
                POINTS + "\n    reads: months",
                POINTS + "\n    reads: months\n    into: {采购事项: 合同期限_月}",
            )
        ),
        ("id: works.renovation", "id: [a]", [("PE009", "`id` 应为一个值", "[a]")]),
        ("sets:\n  服务: [监理, 设计]", "sets: [服务]", [("PE009", f"`sets`{NO_MAPPING}", "[服务]"), ("PE335", "没有词组 `服务`", "{set: 服务}")]),
        ("  - id: works.renovation", "  - 甲\n  - id: works.renovation", [("PE009", f"`terms` 的一项{NO_MAPPING}", "甲")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_term_is_told_at_its_words(old, new, expected) -> None:
    text = TERM.replace(old, new) if old else TERM + new
    if new.startswith("because"):
        text = text.replace("    because: 装修是建设工程\n", "")
    assert expected == loaded(text)[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲\n", [("PE009", f"文件{NO_MAPPING}", "甲")]),
        ("x: [\n", [("PE002", "语法错误：方括号 `[` 没有配对", "[")]),
        ("note: 甲\n", [("PE009", "`terms`应为列表", "note: 甲")]),
        ("sets: {}\n", []),
        ("terms: []\n", []),
        (SHARED, []),
        ("regressions: [甲]\n", [("PE009", f"`regressions`{NO_MAPPING}", "[甲]")]),
        ("regressions:\n  works.renovation: [[甲]]\n", [("PE009", "`works.renovation` 的每一项应为一个值", "[甲]")]),
        ("regressions:\n  works.x: [甲]\n", [("PE337", "没有词条 `works.x`", "works.x")]),
        (TERM, [("PE209", "词条 `works.renovation` 重复，lexicon0.yaml:5:5 已有", "id: works.renovation")]),
    ],
)  # fmt: skip
def test_a_second_file_is_told_of_at_its_words(text, expected) -> None:
    found, told = loaded(TERM, text)
    assert expected == told
    assert "works.renovation" == found.terms[0].id


@pytest.mark.parametrize(
    ("base", "layer", "expected"),
    [
        (TERM, TERM, ("词条 `works.renovation`", "id: works.renovation", "换一个名称")),
        (SHARED, SHARED + "  别处: [甲]\n", ("词组 `地点`", "地点", "换一个名称")),
        (
            TERM,
            "regressions:\n  works.renovation: [甲]\n",
            ("词条 `works.renovation`", "works.renovation", "回归例跟着自己的词条写"),
        ),
    ],
)
def test_a_layer_changes_nothing_of_what_it_lies_on(base, layer, expected) -> None:
    what, words, instead = expected
    problems = Problems()
    found = load_lexicon([SourceText(BASE, base), SourceText(LAYER, layer)], VOCABULARY, problems)
    (one,) = problems.found
    line = layer.splitlines()[one.span.line]
    assert ("PE219", f"{what} 是基础规则库的，这一层不能改", LAYER, words) == (
        one.code,
        one.message,
        one.span.path,
        line[one.span.column :].partition(":" if words != "id: works.renovation" else "\n")[0],
    )
    assert f"{instead}，或者到基础规则库里改" == one.help
    assert [BASE] == [other.span.path for other in one.related]
    assert not any(term.regressions for term in found.terms)
    assert [one for one in found.sets if one.name == "地点"] == [
        one for one in found.sets if one.words == ("楼", "小区")
    ]


def test_sets_of_a_file_of_their_own_are_for_all_files() -> None:
    uses = TERM.replace(WORDS, "words: [{set: 地点}]")
    for texts in ((SHARED, uses), (uses, SHARED)):
        found, told = loaded(*texts)
        assert [] == told
        assert [("楼", "小区")] == [term.words for term in found.terms]
        assert {("地点", ("楼", "小区"), True), ("服务", ("监理", "设计"), False)} == {
            (one.name, one.words, one.is_shared) for one in found.sets
        }
    # Those beside terms are for these alone.
    other = uses.replace("works.renovation", "works.other").replace("  服务: [监理, 设计]", "  地点: [甲]")
    assert [("PE335", "没有词组 `服务`", "{set: 服务}")] == loaded(TERM, other)[1]


@pytest.mark.parametrize(
    ("written", "words", "drawn"),
    [
        ("装修改造", ("装修改造",), ()),
        ("{set: 服务}", ("监理", "设计"), ("监理", "设计")),
        ("[装修改造, 装修改造, {set: 服务}, 监理]", ("装修改造", "监理", "设计"), ("设计",)),
    ],
)
def test_words_are_read_each_once_and_known_by_their_set(written, words, drawn) -> None:
    found, told = loaded(TERM.replace(WORDS, f"words: {written}"))
    (term,) = found.terms
    assert ([], words) == (told, term.words)
    assert {Drawn("words", word, "服务") for word in drawn} == {
        one for one in term.drawn if one.key == "words"
    }
    assert {Drawn("after", word, "服务") for word in ("监理", "设计")} == {
        one for one in term.drawn if one.key == "after"
    }


def test_a_pattern_spells_out_its_sets_the_longest_first() -> None:
    sets = "sets:\n  服务: [监理, 监理咨询服务, 设计]"
    text = TERM.replace("sets:\n  服务: [监理, 设计]", sets).replace(WORDS, "pattern: '{服务}工程'")
    (term,) = loaded(text)[0].terms
    assert ("(?:监理咨询服务|监理|设计)工程", ()) == (term.pattern, term.words)
    # Of a long word only its beginning is looked for.
    assert [{("工程",), ("监理", "监理咨询", "设计")}] == [
        {tuple(sorted(words)) for words in way} for way in term.needs
    ]


@pytest.mark.parametrize("word", ["stated", "implied", "suspected"])
def test_how_certain_a_term_is_is_read(word) -> None:
    (term,) = loaded(TERM.replace("certainty: stated", f"certainty: {word}"))[0].terms
    assert Certainty[word.upper()] is term.certainty


def test_what_a_term_points_to_or_reads_is_kept() -> None:
    more = "points_to: {采购事项: {含工程: true, 采购标的: 工程}, 服务合同: {含工程: false}}"
    (term,) = loaded(TERM.replace(POINTS, more))[0].terms
    assert {"采购事项": {"含工程": True, "采购标的": "工程"}, "服务合同": {"含工程": False}} == {
        subject: dict(values) for subject, values in term.points_to.items()
    }
    assert (None, {}) == (term.reads, dict(term.into))
    (other,) = loaded(READS)[0].terms
    assert (Measure.MONTHS, {"采购事项": "合同期限_月"}, {}) == (
        other.reads,
        dict(other.into),
        dict(other.points_to),
    )


def test_texts_made_by_machine_go_with_their_term() -> None:
    found, told = loaded(TERM, "regressions:\n  works.renovation: [甲, 乙]\n")
    assert [] == told
    assert [["甲", "乙"]] == [[one.text for one in term.regressions] for term in found.terms]
    alone, told = loaded(TERM + "regressions:\n  works.renovation: 甲\n")
    assert ([], [["甲"]]) == (told, [[one.text for one in term.regressions] for term in alone.terms])
