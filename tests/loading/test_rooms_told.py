"""What is wrong in the groups of a vocabulary is told in these words; what a layer adds stands behind what it lies on."""

import json

import pytest

from loading.test_rooms import FILES, SHARED, SUBJECT, TERM, WORKS, made
from loading.told import told_of
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.rooms import read_forms

SUBJECT_FILE, WORKS_FILE, TERM_FILE, SHARED_FILE = (
    "vocabulary/采购/subject.yaml",
    "vocabulary/采购/2-工程.yaml",
    "vocabulary/采购/10-期限.yaml",
    "vocabulary/shared/期限.yaml",
)
WRITTEN = {**FILES, SHARED_FILE: f"help: 共用的\n{SHARED}"}
UNUSED = "在用它的分组里写 `- shared: [字段]`，没有主题用的删去"
TWICE = "一个主题里一个字段只写在一个分组里，删去一处"
SCHEMA_NAME = (
    "写成 purchase.schema.json 这样的文件名，不用已有别的用处的：aggregate-file.schema.json、case.schema.json、"
    "cost.schema.json、decision.schema.json、output.schema.json、rule-file.schema.json、values.schema.json"
)


def read(files):
    """Read a vocabulary; give the forms, and what is told, each with its file."""
    problems = Problems()
    forms = read_forms([SourceText(path, text) for path, text in files.items()], problems)
    found = []
    for one in problems.found:
        assert one.span is not None
        ((code, words, message, help_text),) = told_of([one], files[one.span.path])
        found.append((code, one.span.path.replace("vocabulary/", ""), words, message, help_text))
    return forms, found


@pytest.mark.parametrize(
    ("path", "written", "instead", "expected"),
    [
        (SUBJECT_FILE, SUBJECT, "# 空\n", [
            ("PE008", "采购/subject.yaml", "", "词汇表的文件是空的", "写上内容，或者删去这个文件"),
        ]),
        (SUBJECT_FILE, "help: 拟买的事\n", "", [
            ("PE011", "采购/subject.yaml", "schema: purchase.schema.json … phases: true", "缺少 `help`", "补上 `help: …`"),
        ]),
        (SUBJECT_FILE, "help: 拟买的事", "help: [甲]", [
            ("PE009", "采购/subject.yaml", "[甲]", "`help` 应为一个值", "写成一个词或一句话"),
        ]),
        (SUBJECT_FILE, "schema: purchase.schema.json\n", "", [
            ("PE011", "采购/subject.yaml", "help: 拟买的事 … phases: true", "缺少 `schema`", "补上 `schema: …`"),
        ]),
        (SUBJECT_FILE, "purchase.schema.json", "purchase.json", [
            ("PE009", "采购/subject.yaml", "help: 拟买的事 … phases: true",
             "`schema` 应为 schemas 里的文件名：`purchase.json`", SCHEMA_NAME),
        ]),
        (SUBJECT_FILE, "purchase.schema.json", "case.schema.json", [
            ("PE009", "采购/subject.yaml", "help: 拟买的事 … phases: true",
             "`schema` 应为 schemas 里的文件名：`case.schema.json`", SCHEMA_NAME),
        ]),
        (SUBJECT_FILE, "purchase.schema.json", "Purchase.schema.json", [
            ("PE009", "采购/subject.yaml", "help: 拟买的事 … phases: true",
             "`schema` 应为 schemas 里的文件名：`Purchase.schema.json`", SCHEMA_NAME),
        ]),
        (SUBJECT_FILE, "gives: verdict", "give: verdict", [
            ("PE010", "采购/subject.yaml", "give", "主题没有 `give`", "是否为 `gives`？"),
        ]),
        (SUBJECT_FILE, SUBJECT, "", [
            ("PE008", "采购/subject.yaml", "", "词汇表的文件是空的", "写上内容，或者删去这个文件"),
        ]),
        (SUBJECT_FILE, SUBJECT, "甲\n", [
            ("PE009", "采购/subject.yaml", "甲", "词汇表的文件应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        (SUBJECT_FILE, SUBJECT, SUBJECT + "---\n甲\n", [
            ("PE009", "采购/subject.yaml", "甲", "一个文件里有几个 `---` 文档", "拆成几个文件"),
        ]),
        (WORKS_FILE, "help: 有没有夹带工程", "help: [甲]", [
            ("PE009", "采购/2-工程.yaml", "[甲]", "`help` 应为一个值", "写成一个词或一句话"),
        ]),
        (WORKS_FILE, "fields:", "field:", [
            ("PE010", "采购/2-工程.yaml", "field", "分组没有 `field`", "是否为 `fields`？"),
            ("PE009", "采购/2-工程.yaml", "help: 有没有夹带工程 … declared: 货物",
             "`fields`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头"),
        ]),
        (WORKS_FILE, "help: 有没有夹带工程", "helps: 甲", [
            ("PE010", "采购/2-工程.yaml", "helps", "分组没有 `helps`", "是否为 `help`？"),
        ]),
        (WORKS_FILE, WORKS, "fields: 甲\n", [
            ("PE009", "采购/2-工程.yaml", "甲", "`fields`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头"),
        ]),
        (WORKS_FILE, WORKS, "fields: []\n", [
            ("PE011", "采购/2-工程.yaml", "fields: []", "这个分组没有字段", "写上字段，或者删去这个文件"),
        ]),
        (WORKS_FILE, WORKS, "fields:\n", [
            ("PE009", "采购/2-工程.yaml", "", "`fields`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头"),
        ]),
        (WORKS_FILE, WORKS, "", [
            ("PE008", "采购/2-工程.yaml", "", "词汇表的文件是空的", "写上内容，或者删去这个文件"),
        ]),
        (WORKS_FILE, WORKS, "null\n", [
            ("PE008", "采购/2-工程.yaml", "", "词汇表的文件是空的", "写上内容，或者删去这个文件"),
        ]),
        (WORKS_FILE, WORKS, "- 甲\n", [
            ("PE009", "采购/2-工程.yaml", "- 甲", "词汇表的文件应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        (WORKS_FILE, WORKS, "fields: [甲]\n", [
            ("PE009", "采购/2-工程.yaml", "甲", "字段应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        (WORKS_FILE, "name: 含工程\n", "name: ' 含工程'\n", [
            ("PE014", "采购/2-工程.yaml", "' 含工程'", "字段名里有看不见的字符或者首尾有空格", "写成一行里的一个词"),
        ]),
        (WORKS_FILE, "name: 含工程\n", "names: 含工程\n", [
            ("PE010", "采购/2-工程.yaml", "names", "字段没有 `names`", "是否为 `name`？"),
            ("PE011", "采购/2-工程.yaml", "names: 含工程 … first: true", "字段没有 `name`", "补上 `name: 字段名`"),
        ]),
        (WORKS_FILE, "type: boolean", "type: 是非", [
            ("PE013", "采购/2-工程.yaml", "是非", "`type` 不能是 `是非`", "可用的有 `boolean`、`number`、`date`、`text`、`choice`、`list`"),
        ]),
        (WORKS_FILE, "    type: boolean\n", "", [
            ("PE011", "采购/2-工程.yaml", "name: 含工程 … first: true", "缺少 `type`", "补上 `type: …`"),
        ]),
        (WORKS_FILE, "role: flag", "rule: flag", [
            ("PE010", "采购/2-工程.yaml", "rule", "字段没有 `rule`", "是否为 `role`？"),
        ]),
        (WORKS_FILE, "choices: [货物, 工程, '2012']", "choices: [货物, [工程]]", [
            ("PE009", "采购/2-工程.yaml", "[工程]", "`choices` 的每一项应为一个值", "写成一个词"),
        ]),
        (WORKS_FILE, "declared: 货物", "declared: 货物\n    minimum: 1", [
            ("PE201", "采购/2-工程.yaml", "1", "`minimum` 只用于 type 是 number 的字段", "删去"),
        ]),
        (WORKS_FILE, "declared: 货物", "declared: 货物\n    was: {含工程: 甲}", [
            ("PE218", "采购/2-工程.yaml", "含工程", "`含工程` 不是 `标的` 的旧名：还有这个字段", "一个旧名只由一个字段代替，还在用的不是旧名"),
        ]),
        (WORKS_FILE, "declared: 货物", "declared: 货物\n    was: {期限: 甲}", [
            ("PE218", "shared/期限.yaml", "期限",
             "`期限` 不是 `期限_月` 的旧名：`标的` 也说代替了它", "一个旧名只由一个字段代替，还在用的不是旧名"),
        ]),
        (WORKS_FILE, "declared: 货物", "declared: 货物\n    was: 期限", [
            ("PE009", "采购/2-工程.yaml", "期限", "`was`应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        (WORKS_FILE, "name: 标的", "name: 含工程", [
            ("PE218", "采购/2-工程.yaml", "含工程",
             "字段 `含工程` 写了两次，另一处在 vocabulary/采购/2-工程.yaml:3", TWICE),
        ]),
        (WORKS_FILE, "help: 买的是什么\n    ", "", [
            ("PE011", "采购/2-工程.yaml", "name: 标的 … declared: 货物", "缺少 `help`", "补上 `help: …`"),
        ]),
        (TERM_FILE, "[期限_月]", "[]", [
            ("PE218", "采购/10-期限.yaml", "shared: []", "`shared` 没有写字段", "写成 `shared: [字段, 字段]`"),
            ("PE218", "shared/期限.yaml", "期限_月", "共用字段 `期限_月` 没有主题用", UNUSED),
        ]),
        (TERM_FILE, "[期限_月]", "[期限]", [
            ("PE218", "采购/10-期限.yaml", "期限", "没有共用字段 `期限`", "是否为 `期限_月`？"),
            ("PE218", "shared/期限.yaml", "期限_月", "共用字段 `期限_月` 没有主题用", UNUSED),
        ]),
        (TERM_FILE, "[期限_月]", "[期限_月, 期限_月]", [
            ("PE218", "采购/10-期限.yaml", "期限_月",
             "字段 `期限_月` 写了两次，另一处在 vocabulary/采购/10-期限.yaml:2", TWICE),
        ]),
        (TERM_FILE, "[期限_月]", "[[期限_月]]", [
            ("PE009", "采购/10-期限.yaml", "[期限_月]", "`shared` 的每一项应为一个值", "写成一个词"),
            ("PE218", "采购/10-期限.yaml", "shared: [[期限_月]]", "`shared` 没有写字段", "写成 `shared: [字段, 字段]`"),
            ("PE218", "shared/期限.yaml", "期限_月", "共用字段 `期限_月` 没有主题用", UNUSED),
        ]),
        (TERM_FILE, "shared: [期限_月]", "shared: [期限_月]\n    help: 甲", [
            ("PE010", "采购/10-期限.yaml", "help", "共用字段的一项没有 `help`", "可用的有 `shared`"),
        ]),
        (TERM_FILE, "name: 签订日", "name: 期限_月", [
            ("PE218", "采购/10-期限.yaml", "期限_月",
             "字段 `期限_月` 写了两次，另一处在 vocabulary/采购/10-期限.yaml:2", TWICE),
        ]),
        (SHARED_FILE, SHARED, "", [
            ("PE009", "shared/期限.yaml", "help: 共用的", "`fields`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头"),
            ("PE218", "采购/10-期限.yaml", "期限_月", "没有共用字段 `期限_月`", ""),
        ]),
        (SHARED_FILE, "help: 共用的\n", "fields: 甲\nhelp: 乙\n", [
            ("PE007", "shared/期限.yaml", "fields", "键 `fields` 重复，第 1 行已有", "删去一个，或改成别的键"),
            ("PE218", "采购/10-期限.yaml", "期限_月", "没有共用字段 `期限_月`", ""),
        ]),
        (SHARED_FILE, "scale: 0", "scale: 10", [
            ("PE103", "shared/期限.yaml", "10", "`scale` 应为小数位数", "写 0 到 9，例如 2"),
        ]),
        (SHARED_FILE, "scale: 0", "scale: [2]", [
            ("PE103", "shared/期限.yaml", "[2]", "`scale` 应为小数位数", "写 0 到 9，例如 2"),
        ]),
        (SHARED_FILE, "minimum: 0", "minimum: [0]", [
            ("PE103", "shared/期限.yaml", "[0]", "`minimum` 应为数字", "只写数字，例如 0"),
        ]),
        (SHARED_FILE, "maximum: 600", "maximum: 1e3", [
            ("PE103", "shared/期限.yaml", "1e3", "`maximum` 应为数字", "只写数字，例如 0"),
        ]),
        (SHARED_FILE, "type: number", "type: choice", [
            ("PE201", "shared/期限.yaml", "name: 期限_月 … was: {期限: 按月填}",
             "字段的 `choices` 与 type `choice` 不合", "`choices` 写在 type 是 choice 或者 list 的字段里，也只写在那里"),
            ("PE201", "shared/期限.yaml", "0", "`minimum` 只用于 type 是 number 的字段", "删去"),
            ("PE201", "shared/期限.yaml", "600", "`maximum` 只用于 type 是 number 的字段", "删去"),
        ]),
        (SHARED_FILE, "type: number", "type: list", [
            ("PE201", "shared/期限.yaml", "name: 期限_月 … was: {期限: 按月填}",
             "字段的 `choices` 与 type `list` 不合", "`choices` 写在 type 是 choice 或者 list 的字段里，也只写在那里"),
            ("PE201", "shared/期限.yaml", "0", "`minimum` 只用于 type 是 number 的字段", "删去"),
            ("PE201", "shared/期限.yaml", "600", "`maximum` 只用于 type 是 number 的字段", "删去"),
        ]),
        (SHARED_FILE, "type: number", "type: number\n    choices: [甲]", [
            ("PE201", "shared/期限.yaml", "name: 期限_月 … was: {期限: 按月填}",
             "字段的 `choices` 与 type `number` 不合", "`choices` 写在 type 是 choice 或者 list 的字段里，也只写在那里"),
        ]),
        (SHARED_FILE, "type: number", "type: date\n    choices: 甲", [
            ("PE201", "shared/期限.yaml", "name: 期限_月 … was: {期限: 按月填}",
             "字段的 `choices` 与 type `date` 不合", "`choices` 写在 type 是 choice 或者 list 的字段里，也只写在那里"),
            ("PE201", "shared/期限.yaml", "0", "`minimum` 只用于 type 是 number 的字段", "删去"),
            ("PE201", "shared/期限.yaml", "600", "`maximum` 只用于 type 是 number 的字段", "删去"),
        ]),
        (SHARED_FILE, "name: 期限_月", "name: 期限_年", [
            ("PE218", "采购/10-期限.yaml", "期限_月", "没有共用字段 `期限_月`", "是否为 `期限_年`？"),
            ("PE218", "shared/期限.yaml", "期限_年", "共用字段 `期限_年` 没有主题用", UNUSED),
        ]),
        (SHARED_FILE, "minimum: 0", "minimum: 多", [
            ("PE103", "shared/期限.yaml", "多", "`minimum` 应为数字", "只写数字，例如 0"),
        ]),
        (SHARED_FILE, "scale: 0", "scale: 二", [
            ("PE103", "shared/期限.yaml", "二", "`scale` 应为小数位数", "写 0 到 9，例如 2"),
        ]),
        (SHARED_FILE, "fields:", "field:", [
            ("PE010", "shared/期限.yaml", "field", "共用的分组没有 `field`", "是否为 `fields`？"),
            ("PE009", "shared/期限.yaml", "help: 共用的 … was: {期限: 按月填}", "`fields`应为列表", "写成 `[甲, 乙]` 或每项一行以 `- ` 开头"),
            ("PE218", "采购/10-期限.yaml", "期限_月", "没有共用字段 `期限_月`", ""),
        ]),
        (SHARED_FILE, "help: 共用的\n", "helps: 甲\n", [
            ("PE010", "shared/期限.yaml", "helps", "共用的分组没有 `helps`", "是否为 `help`？"),
        ]),
        (SHARED_FILE, "  - name: 期限_月", "  - 甲\n  - name: 期限_月", [
            ("PE009", "shared/期限.yaml", "甲", "字段应为“键: 值”的映射", "逐行写成 `键: 值`"),
        ]),
        (SHARED_FILE, "    was: {期限: 按月填}\n", "    was: {期限: 按月填}\n  - {name: 闲, help: 乙, type: text}\n", [
            ("PE218", "shared/期限.yaml", "闲", "共用字段 `闲` 没有主题用", UNUSED),
        ]),
        (SHARED_FILE, "    was: {期限: 按月填}\n", "    was: {期限: 按月填}\n  - {name: 期限_月, help: 乙, type: text}\n", [
            ("PE218", "shared/期限.yaml", "期限_月",
             "字段 `期限_月` 写了两次，另一处在 vocabulary/shared/期限.yaml:3", TWICE),
        ]),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_group_is_told_in_these_words(path, written, instead, expected) -> None:
    assert written in WRITTEN[path]
    assert expected == read({**WRITTEN, path: WRITTEN[path].replace(written, instead, 1)})[1]


MORE = "fields: [{name: 甲, help: 乙, type: text}]"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"vocabulary/采购/2-项目.yaml": MORE}, [
            ("PE218", "采购/2-项目.yaml", "", "两个分组的序号都是 2：2-工程.yaml", "改文件名的序号，分组按序号排列"),
        ]),
        ({"vocabulary/别的/1-甲.yaml": MORE}, [
            ("PE011", "别的/1-甲.yaml", "", "主题 `别的` 没有 subject.yaml", "在这个目录里写一个，写明 help 和 schema，见 vocabulary/README.md"),
        ]),
        ({"vocabulary/别的/subject.yaml": "help: 甲\nschema: other.schema.json\n"}, [
            ("PE011", "别的/subject.yaml", "help: 甲 … schema: other.schema.json", "主题 `别的` 没有字段", "加一个 `1-分组.yaml`，写 fields"),
        ]),
        ({"vocabulary/别的/subject.yaml": "help: 甲\nschema: other.schema.json\n", "vocabulary/别的/1-甲.yaml": "fields: []"}, [
            ("PE011", "别的/1-甲.yaml", "fields: []", "这个分组没有字段", "写上字段，或者删去这个文件"),
        ]),
        ({"vocabulary/别的/subject.yaml": SUBJECT, "vocabulary/别的/1-甲.yaml": MORE}, [
            ("PE218", "别的/subject.yaml", "help: 拟买的事 … phases: true",
             "主题 `别的` 和 `采购` 的 `schema` 都是 purchase.schema.json", "一个主题一个模式文件，改一个的文件名"),
        ]),
        ({"vocabulary/shared/又.yaml": MORE}, [
            ("PE218", "shared/又.yaml", "甲", "共用字段 `甲` 没有主题用", UNUSED),
        ]),
        ({"vocabulary/shared/乙.yaml": "", "vocabulary/shared/又.yaml": MORE}, [
            ("PE008", "shared/乙.yaml", "", "词汇表的文件是空的", "写上内容，或者删去这个文件"),
            ("PE218", "shared/又.yaml", "甲", "共用字段 `甲` 没有主题用", UNUSED),
        ]),
    ],
)  # fmt: skip
def test_files_that_do_not_fit_together_are_told_in_these_words(more, expected) -> None:
    forms, found = read({**WRITTEN, **more})
    assert expected == found
    assert ["purchase.schema.json"] == [form.schema for form in forms][:1]


def fields_of(form):
    return [key.text for key, _ in form.tree.get("properties").pairs]


def test_a_layer_adds_groups_behind_those_of_its_base() -> None:
    base = {"自带:" + path: text for path, text in WRITTEN.items()}
    (form,), found = read(
        {**base, "vocabulary/采购/1-更多.yaml": MORE, "vocabulary/采购/2-再.yaml": MORE.replace("甲", "丙")}
    )
    assert [] == found
    assert ["含工程", "标的", "期限_月", "签订日", "甲", "丙"] == fields_of(form)
    assert "采购" == form.subject


@pytest.mark.parametrize(
    ("more", "words", "message", "help_text", "line"),
    [
        ({"vocabulary/采购/subject.yaml": SUBJECT, "vocabulary/采购/1-更多.yaml": MORE},
         "", "主题 `采购` 是基础规则库的，这一层不能改", "只加分组，主题的说法照基础的，或者到基础规则库里改", 0),
        ({"vocabulary/采购/1-工程.yaml": MORE},
         "", "分组 `工程` 是基础规则库的，这一层不能改", "换一个名称，或者到基础规则库里改", 0),
        ({"vocabulary/采购/1-更多.yaml": MORE.replace("甲", "标的")},
         "标的", "字段 `标的` 是基础规则库的，这一层不能改", "换一个名称，或者到基础规则库里改", 11),
    ],
)  # fmt: skip
def test_what_the_base_says_a_layer_does_not_say_again(more, words, message, help_text, line) -> None:
    files = {**{"自带:" + path: text for path, text in WRITTEN.items()}, **more}
    problems = Problems()
    (form,) = read_forms([SourceText(path, text) for path, text in files.items()], problems)
    (found,) = problems.found
    assert found.span is not None
    assert [("PE219", words, message, help_text)] == told_of([found], files[found.span.path])
    assert not found.span.path.startswith("自带:")
    assert [line] == [one.span.line for one in found.related]
    assert all(one.span.path.startswith("自带:") for one in found.related)
    assert ["含工程", "标的", "期限_月", "签订日"] == fields_of(form)[:4]


QUALIFIED = {"$ref": "values.schema.json#/$defs/qualified"}


def test_a_schema_says_all_that_is_written_in_the_order_it_is_read_in() -> None:
    text = TERM + (
        "\n  - {name: 年份, title: 2012, help: 哪些年, type: list, choices: [2012, 甲], declared: []}\n"
        "  - {name: 说明, help: 写, type: text, role: note, unit: }\n"
        "  - {name: 哪天, help: 哪一天, type: date, role: plan}\n"
        "  - {name: 大小, help: 多大, type: choice, choices: [大, 小], role: event}\n"
    )
    found = json.loads(made({SUBJECT_FILE: f"{SUBJECT}permitted: 2012\n", TERM_FILE: text}).text)
    assert {"vocabulary", "text"} == found.pop("x-source").keys()
    properties = found.pop("properties")
    assert {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "purchase.schema.json",
        "title": "采购",
        "description": "拟买的事",
        "x-subject": "采购",
        "x-gives": "verdict",
        "x-phases": True,
        "x-permitted": "2012",
        "x-groups": {"工程": "有没有夹带工程", "期限": ""},
        "type": "object",
        "additionalProperties": False,
    } == found
    listed = {"type": "array", "items": {"enum": ["2012", "甲"]}, "uniqueItems": True}
    shapes = {
        "含工程": [{"type": "boolean"}, QUALIFIED],
        "标的": [{"enum": ["货物", "工程", "2012"]}, QUALIFIED],
        "期限_月": [{"type": "number", "minimum": 0, "maximum": 600}, QUALIFIED],
        "签订日": [{"type": "string", "format": "date"}, {"const": "未发生"}, QUALIFIED],
        "年份": [listed, QUALIFIED],
        "说明": [{"type": "string"}, QUALIFIED],
        "哪天": [{"type": "string", "format": "date"}, QUALIFIED],
        "大小": [{"enum": ["大", "小"]}, QUALIFIED],
    }
    assert shapes == {name: field.pop("anyOf") for name, field in properties.items()}
    assert {
        "title": "含工程",
        "description": "采购内容中有没有建设工程",
        "x-group": "工程",
        "x-first": True,
        "x-role": "flag",
        "x-supplier": "经办人",
        "x-question": "采购内容是否含有建设工程？",
        "x-yes": "外墙修缮",
    } == properties["含工程"]
    assert {
        "title": "期限_月",
        "description": "几个月",
        "x-group": "期限",
        "x-was": {"期限": "按月填"},
        "x-role": "plan",
        "x-scale": 0,
        "x-unit": "月",
    } == properties["期限_月"]
    assert ("采购标的", [{"含工程": True}], {"设备": "货物"}, "货物") == tuple(
        properties["标的"][key] for key in ("title", "x-indicators", "x-aliases", "x-declared")
    )
    assert {"title": "2012", "description": "哪些年", "x-group": "期限", "x-declared": []} == properties[
        "年份"
    ]
    assert {"title": "说明", "description": "写", "x-group": "期限", "x-role": "note"} == properties["说明"]
