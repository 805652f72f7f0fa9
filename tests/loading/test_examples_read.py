"""Examples are read key by key; what is wrong with one is told at its very words."""

import pytest

from loading.test_usual import OF_FILE, USUAL, file_of
from loading.toy import sources_with
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.calendar import day_number
from policy_engine.model.vocabulary import Phase
from policy_engine.usecases import load_rule_set

TOLD = [
    ("甲", {},
        [("PE317", "没有例子用到这个通常情形", "{declared: true, phase: 采购, given: {含工程: true, 采购标的: 工程}}"),
         ("PE009", "例子应为“键: 值”的映射", "甲")]),
    ("{nam: 甲, given: {含工程: true}, expect: 违反}", {"usual": ""},
        [("PE010", "例子没有 `nam`", "nam")]),
    ("{name: 甲, given: {含工程: true}}", {"usual": ""},
        [("PE011", "缺少 `expect`", "{name: 甲, given: {含工程: true}}")]),
    ("{name: 甲, given: {含工程: true}, expect: 违法}", {"usual": ""},
        [("PE013", "`expect` 不能是 `违法`", "违法")]),
    ("{name: 甲, given: {含工程: true}, expect: 违反, verdict: 不得}", {"usual": ""},
        [("PE013", "`verdict` 不能是 `不得`", "不得")]),
    ("{name: 甲, given: {含工程: true}, expect: 违反, subject: 服务合同}", {"usual": ""},
        [("PE013", "`subject` 不能是 `服务合同`", "服务合同")]),
    ("{name: 甲, given: 含工程, expect: 违反}", {"usual": ""},
        [("PE009", "`given`应为“键: 值”的映射", "含工程")]),
    ("{name: 甲, given: {含工成: true, 含工程: x}, expect: 违反}", {"usual": ""},
        [("PE301", "`采购事项` 没有字段 `含工成`", "含工成"),
         ("PE101", "`含工程` 应为 true 或 false，写的是 `x`", "x")]),
    ("{name: 甲, expect: 违反}", {"usual": ""},
        [("PE011", "缺少 `given`", "{name: 甲, expect: 违反}")]),
    ("{name: 甲, but: {含工程: true}, expect: 违反}", {"usual": ""},
        [("PE317", "写了 `but`，却没有通常情形 `usual`", "{name: 甲, but: {含工程: true}, expect: 违反}")]),
    ("{name: 甲, without: [含工程], expect: 违反}", {"usual": ""},
        [("PE317", "写了 `without`，却没有通常情形 `usual`", "{name: 甲, without: [含工程], expect: 违反}")]),
    ("{name: 甲, without: [含工程], but: {含工程: true}, expect: 违反}", {"usual": ""},
        [("PE317", "写了 `but`，却没有通常情形 `usual`", "{name: 甲, without: [含工程], but: {含工程: true}, expect: 违反}")]),
    ("{name: 甲, given: {含工程: true}, but: {含工程: false}, expect: 违反}\n{name: 乙, expect: 违反}", {},
        [("PE112", "写了 given 又写了 `but`", "{name: 甲, given: {含工程: true}, but: {含工程: false}, expect: 违反}")]),
    ("{name: 甲, given: {含工程: true}, without: [含工程], but: {含工程: false}, expect: 违反}\n{name: 乙, expect: 违反}", {},
        [("PE112", "写了 given 又写了 `but`", "{name: 甲, given: {含工程: true}, without: [含工程], but: {含工程: false}, expect: 违反}"),
         ("PE112", "写了 given 又写了 `without`", "{name: 甲, given: {含工程: true}, without: [含工程], but: {含工程: false}, expect: 违反}")]),
    ("{name: 甲, given: {含工程: true}, expect: 违反}", {},
        [("PE317", "没有例子用到这个通常情形", "{declared: true, phase: 采购, given: {含工程: true, 采购标的: 工程}}")]),
    ("{name: 甲, but: {含工程: true}, expect: 违反}", {},
        [("PE317", "`含工程` 与通常情形相同", "含工程")]),
    ("{name: 甲, but: {含工程: true, 采购标的: 服务}, expect: 违反}", {},
        [("PE317", "`含工程` 与通常情形相同", "含工程")]),
    ("{name: 甲, but: 含工程, expect: 违反}", {},
        [("PE009", "`but`应为“键: 值”的映射", "含工程")]),
    ("{name: 甲, without: [预算_万元, 含工程], expect: 违反}", {},
        [("PE013", "`usual` 里没有 `预算_万元`", "预算_万元")]),
    ("{name: 甲, as_of: 2026-13-01, jurisdiction: 温洲, phase: 合约, declared: 是, expect: 违反}", {},
        [("PE107", "`as_of` 的日期不存在：`2026-13-01`", "2026-13-01"),
         ("PE204", "没有地区 `温洲`", "温洲"),
         ("PE013", "`phase` 不能是 `合约`", "合约"),
         ("PE102", "`declared` 应为 true 或 false", "是")]),
    ("{name: 甲, expect: 违反}", {"usual": "    usual: 甲\n"},
        [("PE009", "`usual`应为“键: 值”的映射", "甲"),
         ("PE011", "缺少 `given`", "{name: 甲, expect: 违反}")]),
    ("{name: 甲, expect: 违反}", {"usual": "    usual: {phase: 采购}\n"},
        [("PE011", "缺少 `given`", "{phase: 采购}")]),
    ("{name: 甲, expect: 违反}", {"usual": "    usual: {given: {含工成: true}, phas: 采购}\n"},
        [("PE301", "`采购事项` 没有字段 `含工成`", "含工成"),
         ("PE010", "`usual`没有 `phas`", "phas")]),
    ("{name: 甲, expect: 违反}", {"usual": "    usual: {subject: 服务合同, given: {含工程: true}}\n"},
        [("PE013", "`subject` 不能是 `服务合同`", "服务合同")]),
    ("{name: 甲, given: {含工程: true}, expect: 违反}", {"usual": "", "top": OF_FILE},
        [("PE317", "没有例子用到 `采购事项` 的通常情形", "{subject: 采购事项, as_of: 2026-02-01, given: {含工程: true, 采购标的: 工程}}")]),
    ("{name: 甲, expect: 违反}", {"usual": USUAL, "top": OF_FILE},
        [("PE317", "没有例子用到 `采购事项` 的通常情形", "{subject: 采购事项, as_of: 2026-02-01, given: {含工程: true, 采购标的: 工程}}")]),
]  # fmt: skip


@pytest.mark.parametrize(("examples", "beside", "expected"), TOLD)
def test_what_is_wrong_is_told_at_its_words(examples, beside, expected) -> None:
    text = file_of(examples, **beside)
    with pytest.raises(DiagnosticsError) as caught:
        load_rule_set(sources_with({"rules.yaml": text}))
    lines = text.splitlines()
    assert expected == [
        (
            d.code,
            d.message,
            lines[d.span.line][d.span.column : d.span.end_column if d.span.line == d.span.end_line else None],
        )
        for d in caught.value.diagnostics
    ]


def example_of(written: str, **beside: str):
    (rule,) = load_rule_set(sources_with({"rules.yaml": file_of(written, **beside)})).rules
    (found,) = rule.examples
    return found


def test_an_example_of_which_little_is_written_is_as_ever() -> None:
    found = example_of("{name: 甲, given: {含工程: true}, expect: 违反}", usual="")
    assert ("甲", "采购事项", {"含工程": True}, "违反", "", "", False, None) == (
        found.name,
        found.subject,
        {name: fact.value for name, fact in found.given.items()},
        found.expect,
        found.verdict,
        found.kills,
        found.is_declared,
        found.usual,
    )
    assert (day_number("2026-01-15"), "000000", Phase.PROJECT, True) == (
        found.as_of,
        found.area,
        found.phase,
        found.follows_due,
    )


def test_what_is_written_of_an_example_is_read() -> None:
    found = example_of(
        "{name: 甲, as_of: 2025-02-03, jurisdiction: 温州市, phase: 合同, declared: true, given: {}, expect: 待核实, verdict: 需补充核实}",
        usual="",
    )
    assert (day_number("2025-02-03"), "330300", Phase.CONTRACT, True, "待核实", "需补充核实", False, {}) == (
        found.as_of,
        found.area,
        found.phase,
        found.is_declared,
        found.expect,
        found.verdict,
        found.follows_due,
        dict(found.given),
    )


@pytest.mark.parametrize(
    ("own", "as_of", "area", "phase"),
    [
        ("", "2026-02-01", "330000", Phase.CONTRACT),
        ("as_of: 2025-01-01, ", "2025-01-01", "330000", Phase.CONTRACT),
        ("jurisdiction: 温州市, ", "2026-02-01", "330300", Phase.CONTRACT),
        ("phase: 履约, ", "2026-02-01", "330000", Phase.PERFORMANCE),
    ],
)
def test_a_setting_of_its_own_leaves_the_others_as_usual(own, as_of, area, phase) -> None:
    usual = "    usual: {as_of: 2026-02-01, jurisdiction: 浙江省, phase: 合同, declared: true, given: {含工程: true}}\n"
    found = example_of(f"{{name: 甲, {own}expect: 违反}}", usual=usual)
    assert (day_number(as_of), area, phase, True, False) == (
        found.as_of,
        found.area,
        found.phase,
        found.is_declared,
        found.follows_due,
    )
    assert found.usual is not None
    assert ["含工程"] == list(found.usual)


def test_the_usual_case_of_the_rule_goes_before_that_of_the_file() -> None:
    other = USUAL.replace("含工程: true, ", "")
    with pytest.raises(DiagnosticsError) as caught:
        example_of("{name: 甲, but: {含工程: true}, expect: 违反}", usual=other, top=OF_FILE)
    assert ["没有例子用到 `采购事项` 的通常情形"] == [d.message for d in caught.value.diagnostics]
    found = example_of("{name: 甲, but: {含工程: true}, expect: 违反}", usual=other)
    assert {"含工程": True, "采购标的": "工程"} == {name: fact.value for name, fact in found.given.items()}
