"""Groups of fields become schemas; whatever is wrong in them is told where it was written, and no schema outlives them."""

import json

import pytest

from policy_engine.loading.files import SourceText
from policy_engine.loading.made_schemas import is_made, schema_text, source_digests
from policy_engine.loading.problems import Problems
from policy_engine.loading.rooms import read_forms
from policy_engine.loading.vocabulary import load_placed_vocabulary, load_vocabulary
from policy_engine.model.vocabulary import FieldType, Role, Term

SUBJECT = "help: 拟买的事\nschema: purchase.schema.json\ngives: verdict\nphases: true\n"
WORKS = """help: 有没有夹带工程
fields:
  - name: 含工程
    help: 采购内容中有没有建设工程
    type: boolean
    role: flag
    supplier: 经办人
    question: 采购内容是否含有建设工程？
    typical_yes: 外墙修缮
    first: true

  - name: 标的
    title: 采购标的
    help: 买的是什么
    type: choice
    choices: [货物, 工程, '2012']
    aliases: {设备: 货物}
    indicators:
      - {含工程: true}
    role: conclusion
    declared: 货物
"""
TERM = """fields:
  - shared: [期限_月]

  - name: 签订日
    help: 哪一天签
    type: date
    role: event
    phase: 合同
"""
SHARED = """fields:
  - name: 期限_月
    help: 几个月
    type: number
    minimum: 0
    maximum: 600
    scale: 0
    unit: 月
    role: plan
    was: {期限: 按月填}
"""
FILES = {
    "vocabulary/采购/subject.yaml": SUBJECT,
    "vocabulary/采购/2-工程.yaml": WORKS,
    "vocabulary/采购/10-期限.yaml": TERM,
    "vocabulary/shared/期限.yaml": SHARED,
}


def sources(replaced=None):
    files = FILES | (replaced or {})
    return tuple(SourceText(path, text) for path, text in files.items() if text is not None)


def made(replaced=None):
    problems = Problems()
    (form,) = read_forms(sources(replaced), problems)
    assert [] == problems.found
    return SourceText(f"schemas/{form.schema}", schema_text(form, source_digests(sources(replaced))["采购"]))


def loaded(schemas, replaced=None, load=load_vocabulary):
    problems = Problems()
    return load(schemas, sources(replaced), problems), problems.found


def complaints(replaced):
    """What is said of a vocabulary beside the schema that was made before it was changed."""
    _, found = loaded((made(),), replaced)
    return [(d.code, d.span.path if d.span else "", d.span.line + 1 if d.span else 0) for d in found]


def test_fields_stand_in_the_order_of_the_groups_which_are_numbered():
    properties = json.loads(made().text)["properties"]
    assert ["含工程", "标的", "期限_月", "签订日"] == list(properties)
    assert ["工程", "工程", "期限", "期限"] == [field["x-group"] for field in properties.values()]


def test_a_schema_says_what_its_groups_say():
    vocabulary, found = loaded((made(),))
    assert [] == found
    fields = vocabulary.subjects["采购"].fields
    assert (FieldType.BOOLEAN, Role.FLAG, True) == (
        fields["含工程"].type,
        fields["含工程"].role,
        fields["含工程"].first,
    )
    assert ("采购标的", ("货物", "工程", "2012"), {"设备": "货物"}) == (
        fields["标的"].title,
        fields["标的"].choices,
        dict(fields["标的"].aliases),
    )
    assert ("外墙修缮", 1) == (fields["含工程"].typical_yes, len(fields["标的"].indicators))
    assert (0, 600, "月", {"期限": "按月填"}) == (
        fields["期限_月"].minimum,
        fields["期限_月"].maximum,
        fields["期限_月"].unit,
        dict(fields["期限_月"].was),
    )
    assert {"const": "未发生"} in json.loads(made().text)["properties"]["签订日"]["anyOf"]


def test_what_is_loaded_with_places_is_the_same_and_points_at_the_groups():
    quick, _ = loaded((made(),))
    placed, found = loaded((made(),), load=load_placed_vocabulary)
    assert [] == found
    assert "vocabulary/采购/2-工程.yaml" == placed.subjects["采购"].fields["标的"].span.path
    for name, field in placed.subjects["采购"].fields.items():
        other = quick.subjects["采购"].fields[name]
        assert (field.type, field.group, field.indicators, field.declared) == (
            other.type,
            other.group,
            other.indicators,
            other.declared,
        )


def test_line_ends_are_no_change():
    as_on_windows = {path: text.replace("\n", "\r\n") for path, text in FILES.items()}
    assert [] == complaints(as_on_windows)
    schema = SourceText(made().path, made().text.replace("\n", "\r\n"))
    assert [] == loaded((schema,))[1]
    assert [] == loaded((schema,), load=load_placed_vocabulary)[1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (lambda text: text, True),
        (lambda text: text.replace("\n", "\r\n"), True),
        (lambda text: json.dumps(json.loads(text)), True),
        # Made, and edited by hand since.
        (lambda text: text.replace("外墙修缮", "外墙翻新"), True),
        (lambda text: text.replace('"x-source"', '"x-origin"'), False),
        (lambda text: text.replace('"vocabulary": "', '"vocabulary": "手写'), False),
        (lambda _: '{"type": "object", "properties": {}}\n', False),
        (lambda _: "", False),
    ],
)
def test_a_schema_is_known_to_be_made_by_its_signature(text, expected):
    assert expected is is_made(text(made().text))


@pytest.mark.parametrize("load", [load_vocabulary, load_placed_vocabulary])
@pytest.mark.parametrize(
    ("schemas", "replaced"),
    [
        (lambda: (made(),), {"vocabulary/采购/2-工程.yaml": WORKS.replace("外墙修缮", "外墙翻新")}),
        (lambda: (made(),), {"vocabulary/shared/期限.yaml": SHARED.replace("600", "60")}),
        (lambda: (made(),), {"vocabulary/采购/3-更多.yaml": "fields: [{name: 甲, help: 乙, type: text}]"}),
        (lambda: (made(),), {"vocabulary/采购/2-工程.yaml": None}),
        (lambda: (made(),), {path: None for path in FILES if "采购" in path} | {
            "vocabulary/别的/subject.yaml": SUBJECT.replace("purchase", "other"),
            "vocabulary/别的/1-工程.yaml": WORKS,
            "vocabulary/别的/2-期限.yaml": TERM,
        }),
        (lambda: (SourceText(made().path, made().text.replace("外墙修缮", "外墙翻新")),), {}),
        (lambda: (SourceText(made().path, made().text.replace('"x-source"', '"x-origin"')),), {}),
        (lambda: (), {}),
    ],
    ids=["edited", "shared-edited", "added", "removed", "renamed", "by-hand", "unsigned", "missing"],
)  # fmt: skip
def test_no_schema_is_used_that_says_something_else_than_the_groups(schemas, replaced, load):
    _, found = loaded(schemas(), replaced, load)
    assert "PE217" in {d.code for d in found}
    assert all("schema --write" in d.help for d in found if d.code == "PE217")


def test_a_schema_signed_for_other_fields_is_found_by_what_it_says():
    text = made().text.replace("外墙修缮", "外墙翻新")
    problems = Problems()
    (form,) = read_forms(
        sources({"vocabulary/采购/2-工程.yaml": WORKS.replace("外墙修缮", "外墙翻新")}), problems
    )
    forged = SourceText(made().path, schema_text(form, source_digests(sources())["采购"]))
    assert text != forged.text
    _, found = loaded((forged,), load=load_placed_vocabulary)
    assert [("PE217", "schemas/purchase.schema.json")] == [(d.code, d.span.path) for d in found]


@pytest.mark.parametrize(
    ("path", "text", "code", "line"),
    [
        (
            "vocabulary/采购/10-期限.yaml",
            TERM + "\n  - {name: 含工程, help: 又一次, type: boolean}\n",
            "PE218",
            10,
        ),
        ("vocabulary/采购/10-期限.yaml", TERM.replace("期限_月", "期限_年"), "PE218", 2),
        ("vocabulary/采购/10-期限.yaml", TERM.replace("phase: 合同", "phase: 合约"), "PE013", 8),
        ("vocabulary/采购/10-期限.yaml", TERM.replace("phase: 合同", "happens: 合约"), "PE013", 8),
        ("vocabulary/采购/10-期限.yaml", TERM.replace("[期限_月]", ""), "PE218", 2),
        ("vocabulary/采购/2-项目.yaml", "fields: [{name: 甲, help: 乙, type: text}]", "PE218", 1),
        ("vocabulary/采购/2-工程.yaml", WORKS.replace("type: boolean", "type: 是非"), "PE013", 5),
        ("vocabulary/采购/2-工程.yaml", WORKS.replace("    type: boolean\n", ""), "PE011", 3),
        ("vocabulary/采购/2-工程.yaml", WORKS.replace("name: 含工程", "named: 含工程"), "PE010", 3),
        ("vocabulary/采购/2-工程.yaml", WORKS.replace("role: flag", "role: flags"), "PE013", 6),
        ("vocabulary/采购/2-工程.yaml", WORKS.replace("    type: boolean", "    type: choice"), "PE201", 3),
        ("vocabulary/采购/2-工程.yaml", WORKS.replace("    role: flag", "    minimum: 1"), "PE201", 6),
        ("vocabulary/采购/2-工程.yaml", WORKS.replace("    role: flag", "\trole: flag"), "PE002", 6),
        ("vocabulary/采购/2-工程.yaml", WORKS.replace("    role: flag", "    type: text"), "PE007", 6),
        ("vocabulary/采购/2-工程.yaml", WORKS.replace("fields:", "field:"), "PE010", 2),
        ("vocabulary/采购/2-工程.yaml", "fields: []", "PE011", 1),
        ("vocabulary/采购/2-工程.yaml", "", "PE008", 1),
        ("vocabulary/采购/2-工程.yaml", WORKS + "---\nfields: []\n", "PE009", 23),
        ("vocabulary/采购/2-工程.yaml", "- 含工程", "PE009", 1),
        ("vocabulary/采购/10-期限.yaml", TERM + "    was: {含工程: ''}\n", "PE218", 9),
        ("vocabulary/采购/10-期限.yaml", TERM + "    was: {期限: ''}\n", "PE218", 9),
        ("vocabulary/采购/10-期限.yaml", TERM + "    was: 期限\n", "PE009", 9),
        ("vocabulary/采购/subject.yaml", SUBJECT.replace("purchase.", "case."), "PE009", 1),
        ("vocabulary/采购/subject.yaml", SUBJECT.replace("purchase.", "."), "PE009", 1),
        ("vocabulary/采购/10-期限.yaml", TERM.replace("name: 签订日", 'name: "签订\\n日"'), "PE014", 4),
        ("vocabulary/shared/期限.yaml", SHARED.replace("minimum: 0", "minimum: 多"), "PE103", 5),
        ("vocabulary/shared/期限.yaml", SHARED.replace("scale: 0", "scale: 二"), "PE103", 7),
        ("vocabulary/采购/subject.yaml", SUBJECT.replace("phases", "phase"), "PE010", 4),
        (
            "vocabulary/采购/subject.yaml",
            SUBJECT.replace("purchase.schema", "../purchase.schema"),
            "PE009",
            1,
        ),
        ("vocabulary/shared/期限.yaml", SHARED.replace("scale: 0", "scales: 0"), "PE010", 7),
        ("vocabulary/shared/别的.yaml", "fields: [{name: 甲, help: 乙, type: text}]", "PE218", 1),
    ],
)
def test_what_is_wrong_in_a_group_is_told_at_its_line(path, text, code, line):
    told = complaints({path: text})
    assert (code, path, line) in told
    assert len(set(told)) == len(told)


def test_a_subject_needs_fields_and_a_head():
    only_head = {path: None for path in FILES if path.split("/")[-1][0].isdigit()}
    assert "PE011" in {code for code, _, _ in complaints(only_head)}
    assert "PE011" in {code for code, _, _ in complaints({"vocabulary/采购/subject.yaml": None})}


def test_two_subjects_make_no_schema_of_one_name():
    other = {
        "vocabulary/别的/subject.yaml": SUBJECT,
        "vocabulary/别的/1-工程.yaml": WORKS,
    }
    assert "PE218" in {code for code, _, _ in complaints(other)}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("role: flag", "role: 申报", "role"),
        ("first: true", "first: 先", "first"),
        ("role: conclusion", "judged_by: [有理由]", "judged_by"),
        ("supplier: 经办人", "aliases: 设备", "aliases"),
        ("typical_yes: 外墙修缮", "typical_yes: [外墙修缮]", "typical_yes"),
    ],
)
def test_a_key_is_named_as_its_group_writes_it(old, new, key):
    assert old in WORKS
    _, found = loaded((made(),), {"vocabulary/采购/2-工程.yaml": WORKS.replace(old, new)})
    told = [f"{one.message} {one.help}" for one in found]
    assert any(f"`{key}`" in one for one in told), told
    assert not any("x-" in one for one in told), told


FOLLOWING = (
    TERM
    + """
  - name: 公告日
    help: 哪一天公告
    type: date
    role: event
    phase: 履约
    term: {after: 签订日, working_days: 2}
"""
)


def test_an_event_may_have_a_term_after_another_one():
    changed = {"vocabulary/采购/10-期限.yaml": FOLLOWING}
    vocabulary, found = loaded((made(changed),), changed)
    assert [] == found
    assert Term("签订日", 2, is_working=True) == vocabulary.subjects["采购"].fields["公告日"].term


@pytest.mark.parametrize(
    ("written", "code", "said"),
    [
        ("{after: 签约日, working_days: 2}", "PE301", "没有字段 `签约日`"),
        ("{after: 含工程, working_days: 2}", "PE303", "`含工程` 不是哪一天的事件"),
        ("{after: 签订日}", "PE009", "恰有一个天数"),
        ("{after: 签订日, days: 0}", "PE009", "至少一天"),
        ("{after: 签订日, days: 2, working_days: 2}", "PE009", "恰有一个天数"),
        ("{days: 2}", "PE011", "after"),
        ("{after: 签订日, day: 2}", "PE010", "day"),
        ("两天", "PE009", "`term`"),
    ],
)
def test_a_term_that_cannot_be_counted_is_told(written, code, said):
    changed = {"vocabulary/采购/10-期限.yaml": FOLLOWING.replace("{after: 签订日, working_days: 2}", written)}
    _, found = loaded((made(changed),), changed)
    assert any(code == one.code and said in one.message for one in found), found


@pytest.mark.parametrize("path", ["vocabulary/采购/2-工程.yaml", "vocabulary/shared/期限.yaml"])
@pytest.mark.parametrize(
    "written",
    [
        "{help: 乙, type: text}",
        "{name: , help: 乙, type: text}",
        "{name: '', help: 乙, type: text}",
        "{name: ' ', help: 乙, type: text}",
        "{name: [甲], help: 乙, type: text}",
        "{name: {甲: 乙}, help: 乙, type: text}",
        "{}",
    ],
)
def test_a_field_without_a_name_is_told_and_is_none(path, written):
    text = FILES[path] + f"\n  - {written}\n"
    problems = Problems()
    forms = read_forms(sources({path: text}), problems)
    (found,) = problems.found
    assert ("PE011", path, True) == (found.code, found.span.path, bool(found.help))
    assert "`name`" in found.message
    assert written == text.splitlines()[found.span.line][found.span.column : found.span.end_column]
    (whole,) = read_forms(sources(), Problems())
    assert [whole.schema] == [form.schema for form in forms]
