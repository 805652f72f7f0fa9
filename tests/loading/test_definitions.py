"""A name means what is written under it: no more, no less, and never in silence something else."""

import dataclasses
import re

import pytest

from loading.told import told
from loading.toy import complaint_about, prepared, sources_with
from policy_engine.analysis import lints
from policy_engine.analysis.difference.causes import causes
from policy_engine.analysis.testing.mutants import mutants_of
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.loading.formatting import format_rules
from policy_engine.reporting.page import as_text
from policy_engine.reporting.rule_page import rule_page
from policy_engine.usecases import load_rule_set

NAMES = """\
  - {name: 实物, cite: 第一条, subject: 采购事项, of: 采购标的, means: [货物, 工程]}
  - {name: 长期, cite: 第二条, subject: 采购事项, means: {合同期限_月: {more_than: {parameter: 期限上限}}}}
  - {name: 长期实物, cite: 第二条, subject: 采购事项, means: {meets: 长期, 采购标的: 实物}}
  - {name: 实物而已, cite: 第二条, subject: 采购事项, means: {采购标的: 实物, 含工程: false}}
"""
RULE = """\
  - id: toy-2020.art-1
    title: 甲
    cite: 第一条
    subject: 采购事项
    when: {when}
    prohibit: 政府购买服务
    remedy: 乙
"""
# The same condition by its names, and written out.
PAIRS = [
    ("{meets: 长期}", "{合同期限_月: {more_than: {parameter: 期限上限}}}"),
    ("{采购标的: 实物}", "{采购标的: [货物, 工程]}"),
    ("{采购标的: {any_of: [实物, 服务]}}", "{采购标的: [货物, 工程, 服务]}"),
    (
        "{meets: 长期实物, 含工程: true}",
        "{合同期限_月: {more_than: {parameter: 期限上限}}, 采购标的: [货物, 工程], 含工程: true}",
    ),
    (
        "{not: {any: [{meets: [实物而已, 长期]}]}}",
        "{not: {any: [{采购标的: [货物, 工程], 含工程: false, 合同期限_月: {more_than: {parameter: 期限上限}}}]}}",
    ),
]


def file_of(when: str, names: str = NAMES) -> str:
    return f"document: toy-2020\ndefinitions:\n{names}rules:\n{RULE.replace('{when}', when)}"


def rule_of(text: str):
    (rule,) = load_rule_set(sources_with({"rules.yaml": text})).rules
    return rule


@pytest.mark.parametrize(("by_name", "in_full"), PAIRS)
def test_a_name_is_read_as_what_it_stands_for(by_name, in_full):
    assert rule_of(file_of(in_full)).when == rule_of(file_of(by_name)).when


def test_a_list_of_conditions_stays_a_list_beside_other_keys():
    both = "{all: [{含工程: true}, {合同期限_月: 12}]}"
    names = f"  - {{name: 兼备, cite: 第一条, subject: 采购事项, means: {both}}}\n"
    by_name = rule_of(file_of("{meets: 兼备, 采购标的: 货物}", names)).when
    assert rule_of(file_of(f"{{{both[1:-1]}, 采购标的: 货物}}")).when == by_name
    assert 2 == len(by_name.parts)


@pytest.mark.parametrize(("by_name", "in_full"), PAIRS)
def test_names_make_no_small_error_twice_and_lose_none(by_name, in_full):
    def made(when: str) -> list[str]:
        program = prepared({"rules.yaml": file_of(when)})
        (rule,) = program.rule_set.rules
        return sorted(one.change for one in mutants_of(rule, program.rule_set))

    assert made(by_name)
    assert made(in_full) == made(by_name)


COMPLAINTS = [
    ("{meets: 长朝}", NAMES, "没有 `长朝`", "`长期`"),
    ("{meets: 实物}", NAMES, "`实物` 是 `采购标的` 的几个取值", "采购标的: {any_of: 实物}"),
    ("{meets: []}", NAMES, "`meets` 下应为", ""),
    ("{meets: {甲: 乙}}", NAMES, "`meets` 下应为", ""),
    ("{合同要素: {any_of: 实物}}", NAMES, "应为列表", ""),
    ("{meet: 长期}", NAMES, "没有字段 `meet`", "`meets`"),
]
BAD_NAMES = [
    ("{name: 含工程, cite: 一, subject: 采购事项, means: {含工程: true}}", "与字段同名"),
    ("{name: 服务, cite: 一, subject: 采购事项, of: 采购标的, means: [货物]}", "与 `采购标的` 的取值同名"),
    ("{name: any, cite: 一, subject: 采购事项, means: {含工程: true}}", "`any` 不能作名称"),
    ("{name: 甲 乙, cite: 一, subject: 采购事项, means: {含工程: true}}", "不能作名称"),
    ("{name: 长期, cite: 一, subject: 采购事项, means: {含工程: true}}", "重复"),
    ("{name: 甲, subject: 采购事项, means: {含工程: true}}", "缺少 `cite`"),
    ("{name: 甲, cite: 一, means: {含工程: true}}", "缺少 `subject`"),
    ("{name: 甲, cite: 一, subject: 采购事项}", "缺少 `means`"),
    ("{name: 甲, cite: 一, subject: 采购事项, means: {}}", "条件是空的"),
    ("{name: 甲, cite: 一, subject: 采购事项, means: {含工成: true}}", "没有字段 `含工成`"),
    ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标的, means: []}", "是空的"),
    ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标的, means: [货物, 工]}", "没有 `工`"),
    ("{name: 甲, cite: 一, subject: 采购事项, of: 含工程, means: [货物]}", "`any_of` 不能用在 `含工程`"),
    ("{name: 甲, cite: 一, subject: 采购事项, mean: {含工程: true}}", "定义没有 `mean`"),
    ("{name: 甲, cite: 一, subject: 采购事项, means: {meets: 甲}}", "成环：甲 → 甲"),
    ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标的, means: [甲]}", "成环：甲 → 甲"),
    ("甲", "定义应为"),
]


@pytest.mark.parametrize(("when", "names", "message", "hint"), COMPLAINTS)
def test_a_wrong_use_of_a_name_is_placed_at_the_use(when, names, message, hint):
    text = file_of(when, names)
    said = complaint_about("rules.yaml", text.encode())
    assert message in said
    assert hint in said
    assert f"rules.yaml:{text[: text.index('when:')].count(chr(10)) + 1}:" in said


@pytest.mark.parametrize(("name", "message"), BAD_NAMES)
def test_a_wrong_definition_is_told_once_and_its_uses_are_not_blamed(name, message):
    when = "{meets: 甲}" if "甲," in name and "of:" not in name else "{含工程: true}"
    said = complaint_about("rules.yaml", file_of(when, f"{NAMES}  - {name}\n").encode())
    assert message in said
    assert {"rules.yaml:7"} == {place.rsplit(":", 1)[0] for place in re.findall(r"--> (\S+)", said)}


def test_a_longer_cycle_is_told_from_name_to_name():
    ring = "".join(
        f"  - {{name: {one}, cite: 一, subject: 采购事项, means: {{meets: {other}}}}}\n"
        for one, other in ("甲乙", "乙丙", "丙乙")
    )
    said = complaint_about("rules.yaml", file_of("{meets: 甲}", ring).encode())
    assert "成环：乙 → 丙 → 乙" in said
    assert said.count("-->") == 1


def test_names_of_names_neither_run_deep_nor_grow_without_bound():
    chain = ["  - {name: 名0, cite: 一, subject: 采购事项, means: {含工程: true}}\n"]
    for n in range(1, 3000):
        uses = ", ".join([f"名{n - 1}"] * 9)
        chain.append(f"  - {{name: 名{n}, cite: 一, subject: 采购事项, means: {{meets: [{uses}]}}}}\n")
    said = complaint_about("rules.yaml", file_of("{meets: 名2999}", "".join(chain)).encode())
    assert "写全了有" in said
    assert "层名称" in said


def test_a_definition_that_cannot_be_read_in_another_subject_is_told_at_the_use():
    text = file_of("{meets: 甲}", "  - {name: 甲, cite: 一, subject: 采购事项, means: {采购标的: 货物}}\n")
    said = complaint_about(
        "rules.yaml", text.replace("    subject: 采购事项", "    subject: 服务合同").encode()
    )
    assert "定义 `甲` 用在这里读不通：没有字段 `采购标的`" in said
    assert said.count("-->") == 1


def test_a_definition_that_nothing_uses_is_reported_and_one_used_within_another_is_not():
    rule_set = load_rule_set(sources_with({"rules.yaml": file_of("{meets: 长期实物}")}))
    idle = [found.message for found in lints.lint(rule_set) if found.code == "PE624"]
    assert ["`toy-2020` 的定义 `实物而已` 没有规则用到"] == idle
    rule_set = load_rule_set(sources_with({"rules.yaml": file_of("{meets: 长期}")}))
    found = [found.message for found in lints.lint(rule_set) if found.code == "PE624"]
    unused = [f"`toy-2020` 的定义 `{name}` 没有规则用到" for name in ("实物", "实物而已", "长期实物")]
    assert unused == sorted(found)


def test_a_rule_is_shown_by_the_names_its_author_used():
    rule_set = load_rule_set(sources_with({"rules.yaml": file_of("{meets: 长期实物, not: {meets: 长期}}")}))
    page = as_text(rule_page(rule_set.rules[0], rule_set))
    assert "符合“长期实物”\n" in page
    assert "并非（符合“长期”）\n" in page
    assert "“长期实物”（第二条）：符合“长期”，且采购标的 为 “实物” 之一" in page
    assert "“实物”（第一条）：采购标的为货物、工程" in page


def test_a_changed_definition_is_a_cause_by_its_name():
    old = {"rules/a/toy-2020/law.yaml": SourceText("a", file_of("{meets: 长期}"))}
    new = {
        "rules/a/toy-2020/law.yaml": SourceText(
            "a", file_of("{meets: 长期}").replace("[货物, 工程]", "[货物]")
        )
    }
    (cause,) = causes(old, new)
    assert ("定义", "toy-2020：实物", "means", True) == (cause.kind, cause.name, cause.key, cause.decides)


def test_formatting_orders_the_keys_of_a_definition_and_keeps_its_comment():
    text = file_of(
        "{meets: 长期}",
        "  # 说明\n  - means: {含工程: true}\n    name: 长期\n    subject: 采购事项\n    cite: 一\n",
    )
    formatted = format_rules(SourceText("a.yaml", text))
    assert (
        "definitions:\n  # 说明\n  - name: 长期\n    cite: 一\n    subject: 采购事项\n    means: {含工程: true}\n"
        in formatted
    )
    assert formatted == format_rules(SourceText("a.yaml", formatted))


def test_what_a_rule_remembers_of_names_decides_nothing():
    rule = rule_of(file_of("{meets: 长期}"))
    assert ["长期"] == [one.name for one in rule.defined]
    assert rule.when == dataclasses.replace(rule, defined=()).when


def chain_of(means: list[str]) -> str:
    lines = (
        f"  - {{name: 名{n}, cite: 一, subject: 采购事项, means: {one}}}\n" for n, one in enumerate(means)
    )
    return "".join(lines)


def complaints(means: list[str]) -> list[str]:
    text = file_of(f"{{meets: 名{len(means) - 1}}}", chain_of(means))
    try:
        load_rule_set(sources_with({"rules.yaml": text}))
    except DiagnosticsError as error:
        return [one.message for one in error.diagnostics if one.code == "PE315"]
    return []


def meets(name: str, times: int = 1) -> str:
    return f"{{meets: [{', '.join([name] * times)}]}}"


def any_of(count: int) -> str:
    return f"{{any: [{', '.join(['含工程: true'] * count)}]}}"


@pytest.mark.parametrize(("names", "told"), [(5, []), (6, ["定义 `名5` 套了 6 层名称"])])
def test_names_may_be_told_by_names_five_deep_and_no_deeper(names, told):
    assert told == complaints(["{含工程: true}", *(meets(f"名{n}") for n in range(names - 1))])


@pytest.mark.parametrize("used", ["[名0, 名4]", "[名4, 名0]"])
def test_a_name_stands_above_the_deepest_that_it_uses(used):
    chain = ["{含工程: true}", *(meets(f"名{n}") for n in range(4)), f"{{meets: {used}}}"]
    assert ["定义 `名5` 套了 6 层名称"] == complaints(chain)


@pytest.mark.parametrize(
    ("means", "told"),
    [
        ([any_of(200)], []),
        ([any_of(201)], ["定义 `名0` 写全了有 201 个词"]),
        # A use counts as a word, and as many as the name that is used.
        ([any_of(50), meets("名0", 3)], []),
        ([any_of(66), meets("名0", 3)], ["定义 `名1` 写全了有 201 个词"]),
        # Told once, and counted as nothing by what uses it.
        ([any_of(201), f"{{all: [{meets('名0')}, {any_of(199)}]}}"], ["定义 `名0` 写全了有 201 个词"]),
    ],
)
def test_a_name_may_stand_for_two_hundred_words_and_no_more(means, told):
    assert told == complaints(means)


SOUND = "{name: 甲, cite: 一, subject: 采购事项, means: {含工程: true}}"
LONG = "长" * 40
A_NAME = "用不超过 40 个字、没有空格的中文词，不用 all、any、not、meets、ratio、differ"


@pytest.mark.parametrize(
    ("definition", "when", "expected"),
    [
        ("{name: 含工程, cite: 一, subject: 采购事项, means: {含工程: true}}", "", [
            ("PE315", "含工程", "名称 `含工程` 与字段同名", "换一个名称，读的人才知道说的是哪一个"),
        ]),
        ("{name: 服务, cite: 一, subject: 采购事项, of: 采购标的, means: [货物]}", "", [
            ("PE315", "服务", "名称 `服务` 与 `采购标的` 的取值同名", "换一个名称，读的人才知道说的是哪一个"),
        ]),
        ("{name: any, cite: 一, subject: 采购事项, means: {含工程: true}}", "", [
            ("PE315", "any", "`any` 不能作名称", A_NAME),
        ]),
        ("{name: 甲 乙, cite: 一, subject: 采购事项, means: {含工程: true}}", "", [
            ("PE315", "甲 乙", "`甲 乙` 不能作名称", A_NAME),
        ]),
        (SOUND.replace("甲", LONG), "", [
        ]),
        (SOUND.replace("甲", LONG + "字"), "", [
            ("PE315", LONG + "字",
             f"`{LONG}` 不能作名称", A_NAME),
        ]),
        ("{name: 长期, cite: 一, subject: 采购事项, means: {含工程: true}}", "", [
            ("PE209", "{name: 长期, cite: 一, subject: 采购事项, means: {含工程: true}}", "定义 `长期` 重复", "一个名称只定义一次"),
        ]),
        ("{name: 甲, subject: 采购事项, means: {含工程: true}}", "", [
            ("PE011", "{name: 甲, subject: 采购事项, means: {含工程: true}}", "缺少 `cite`", "补上 `cite: …`"),
        ]),
        ("{name: 甲, basis: 常识, subject: 采购事项, means: {含工程: true}}", "", []),
        ("{name: 甲, cite: 一, means: {含工程: true}}", "", [
            ("PE011", "{name: 甲, cite: 一, means: {含工程: true}}", "缺少 `subject`", "补上 `subject: …`"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购, means: {含工程: true}}", "", [
            ("PE304", "采购", "没有主题 `采购`", "是否为 `采购事项`？"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项}", "", [
            ("PE011", "{name: 甲, cite: 一, subject: 采购事项}", "缺少 `means`", "补上 `means: …`"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, means: }", "", [
            ("PE011", "{name: 甲, cite: 一, subject: 采购事项, means: }", "缺少 `means`", "补上 `means: …`"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, means: {}}", "", [
            ("PE009", "{}", "条件是空的", "写出字段，或删去整个条件"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, means: {含工成: true}}", "", [
            ("PE301", "含工成", "没有字段 `含工成`", "是否为 `含工程`？"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标的, means: []}", "", [
            ("PE009", "[]", "`采购标的` 的值列表是空的", "至少写一个值"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标的, means: [货物, 工]}", "", [
            ("PE108", "工", "`采购标的` 没有 `工` 这一项", "是否为 `工程`？"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标的, means: 货物}", "", []),
        ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标的, means: [[货物]]}", "", [
            ("PE110", "[货物]", "`采购标的` 应为一个值，不是列表或映射", "可用的有 `货物`、`工程`、`服务`"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标, means: [货物]}", "", [
            ("PE301", "采购标", "没有字段 `采购标`", "是否为 `采购标的`？"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, of: [采购标的], means: [货物]}", "", [
            ("PE009", "[采购标的]", "`of` 应为一个值", "写成一个词或一句话"),
            ("PE009", "[货物]", "条件应为映射", "写成 {字段: 值}、{all: […]}、{any: […]} 或 {not: …}"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, of: 含工程, means: [货物]}", "", [
            ("PE303", "含工程", "`any_of` 不能用在 `含工程` 上", "写成 含工程: true 或 含工程: false"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, mean: {含工程: true}}", "", [
            ("PE010", "mean", "定义没有 `mean`", "是否为 `means`？"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, means: {meets: 甲}}", "", [
            ("PE315", "甲", "定义互相引用成环：甲 → 甲", "一个名称不能用自己来说明；把其中一处写全"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, means: {meets: 乙}}", "", [
            ("PE315", "乙", "这个文件的 definitions 里没有 `乙`", "可用的有 `长期`、`实物而已`、`实物`；先在 definitions 里写明它指什么"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, means: {meets: 实物}}", "", []),
        ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标的, means: [甲]}", "", [
            ("PE315", "甲", "定义互相引用成环：甲 → 甲", "一个名称不能用自己来说明；把其中一处写全"),
        ]),
        ("{name: 甲, cite: 一, subject: 采购事项, of: 采购标的, means: [长期]}", "", [
            ("PE108", "长期", "`采购标的` 没有 `长期` 这一项", "可用的有 `货物`、`工程`、`服务`"),
        ]),
        ("{cite: 一, subject: 采购事项, means: {含工程: true}}", "", [
            ("PE011", "{cite: 一, subject: 采购事项, means: {含工程: true}}", "缺少 `name`", "补上 `name: …`"),
        ]),
        ("{name: [甲], cite: 一, subject: 采购事项, means: {含工程: true}}", "", [
            ("PE009", "[甲]", "`name` 应为一个值", "写成一个词或一句话"),
        ]),
        ("甲", "", [("PE009", "甲", "定义应为“键: 值”的映射", "逐行写成 `键: 值`")]),
        (SOUND, "{meets: 长朝}", [
            ("PE315", "长朝", "这个文件的 definitions 里没有 `长朝`", "是否为 `长期`？先在 definitions 里写明它指什么"),
        ]),
        (SOUND, "{meets: 实物}", [
            ("PE315", "实物", "`实物` 是 `采购标的` 的几个取值，不是条件", "写成 采购标的: {any_of: 实物}"),
        ]),
        (SOUND, "{meets: []}", [
            ("PE009", "[]", "`meets` 下应为 definitions 里的名称", "写一个名称，或者名称的列表"),
        ]),
        (SOUND, "{meets: {甲: 乙}}", [
            ("PE009", "{甲: 乙}", "`meets` 下应为 definitions 里的名称", "写一个名称，或者名称的列表"),
        ]),
        (SOUND, "{meets: [长期, [甲]]}", [
            ("PE009", "[长期, [甲]]", "`meets` 下应为 definitions 里的名称", "写一个名称，或者名称的列表"),
        ]),
        (SOUND, "{meets: 长期，甲}", [
            ("PE315", "长期，甲", "这个文件的 definitions 里没有 `长期，甲`", "是否为 `长期`、`长期实物`？先在 definitions 里写明它指什么"),
        ]),
        (SOUND, "{meets: 长期：}", [
            ("PE012", "长期：", "名称 `长期：` 含有全角标点", "全角 `：` 改为半角 `:`，冒号后加一个空格"),
        ]),
        (SOUND, "{合同要素: {any_of: 实物}}", [
            ("PE009", "实物", "`any_of`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头"),
        ]),
        (SOUND, "{采购标的: 长期}", [
            ("PE108", "长期", "`采购标的` 没有 `长期` 这一项", "可用的有 `货物`、`工程`、`服务`"),
        ]),
        (SOUND, "{meet: 长期}", [
            ("PE301", "meet", "没有字段 `meet`", "是否为 `meets`？"),
        ]),
        (SOUND, "{meets: 甲}", []),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_name_or_its_use_is_told_in_these_words(definition, when, expected):
    text = file_of(when or "{含工程: true}", f"{NAMES}  - {definition}\n")
    assert expected == told({"rules.yaml": text})


def test_definitions_are_listed_and_a_circle_is_told_from_where_it_begins():
    text = file_of("{含工程: true}").replace(f"definitions:\n{NAMES}", "definitions: 甲\n")
    assert [("PE009", "甲", "`definitions`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头")] == told(
        {"rules.yaml": text}
    )
    ring = "".join(
        f"  - {{name: {one}, cite: 一, subject: 采购事项, means: {{all: [{{meets: [长期, {other}]}}]}}}}\n"
        for one, other in ("甲乙", "乙丙", "丙乙")
    )
    assert [
        ("PE315", "丙", "定义互相引用成环：乙 → 丙 → 乙", "一个名称不能用自己来说明；把其中一处写全")
    ] == told({"rules.yaml": file_of("{meets: 甲}", NAMES + ring)})


def test_a_definition_keeps_where_it_is_from():
    rule = rule_of(
        file_of(
            "{meets: 长期}", NAMES + "  - {name: 甲, basis: 常识, subject: 采购事项, means: {含工程: true}}\n"
        )
    )
    (one,) = rule.defined
    assert ("长期", "第二条") == (one.name, one.locator)
    rule = rule_of(
        file_of("{meets: 甲}", "  - {name: 甲, basis: 常识, subject: 采购事项, means: {含工程: true}}\n")
    )
    (one,) = rule.defined
    assert ("甲", "", "常识") == (one.name, one.locator, one.basis)
