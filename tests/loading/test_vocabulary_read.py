"""Every key of a field and of a subject is read as written; what is wrong with one is told at its very words."""

import dataclasses

import pytest

from policy_engine.foundation.spans import file_span
from policy_engine.loading.files import SourceText
from policy_engine.loading.problems import Problems
from policy_engine.loading.vocabulary import load_vocabulary
from policy_engine.model.conditions import Equals
from policy_engine.model.decisions import Phase
from policy_engine.model.vocabulary import DayPart, Field, FieldType, Implied, Role, Term

PATH = "schemas/a.schema.json"
HERE = file_span(PATH)
EVENTS = """,
"起": {"type": "string", "format": "date", "x-role": "event"},
"文": {"type": "string", "x-role": "event"},
"划": {"type": "string", "format": "date", "x-role": "plan"},
"另": {"type": "boolean"}"""
NO_MAPPING = "应为“键: 值”的映射"


def schema(fields: str, top: str = '"x-gives": "verdict"') -> str:
    return f'{{"x-subject": "甲", {top}, "properties": {{\n{fields}\n}}}}'


def loaded(*texts: str, paths=(PATH, "schemas/b.schema.json")):
    """Load schemas; also list code, message and the very words of all that is wrong."""
    sources = [SourceText(path, text) for path, text in zip(paths, texts, strict=False)]
    problems = Problems()
    found = load_vocabulary(sources, (), problems)
    told = []
    for d in problems.found:
        line = next(one for one in sources if one.path == d.span.path).text.splitlines()[d.span.line]
        end = d.span.end_column if d.span.line == d.span.end_line else None
        told.append((d.code, d.message, line[d.span.column : end]))
    return found, told


def field_of(written: str) -> Field:
    found, told = loaded(schema(f'"甲": {written}{EVENTS}'))
    assert [] == told
    return found.subjects["甲"].fields["甲"]


def test_a_field_of_which_nothing_is_written_is_as_ever() -> None:
    found = {one.name: getattr(field_of('{"type": "string"}'), one.name) for one in dataclasses.fields(Field)}
    kept = {
        name: value
        for name, value in found.items()
        if value not in ("", (), None, False, {}) and name != "span"
    }
    assert {
        "name": "甲",
        "subject": "甲",
        "title": "甲",
        "type": FieldType.TEXT,
        "role": Role.ELEMENT,
    } == kept


FULL = """{"title": "题", "description": "述", "anyOf": [{"type": "number", "minimum": -1.5, "maximum": 20}, {"type": "object"}],
"x-role": "plan", "x-scale": 1, "x-unit": "元", "x-supplier": "谁", "x-question": "问", "x-phase": "合同", "x-happens": "履约",
"x-constitutive": true, "x-needs-source": true, "x-judged-by": "判", "x-describes": true, "x-criteria": {"一": ["二", "三"], "四": "五"},
"x-finding": true, "x-found-as": "查", "x-changeable": false, "x-yes": "好", "x-no": "坏", "x-group": "组", "x-first": true,
"x-was": {"旧": "改", "更旧": {"是": "1", "否": [], "或": ["2", "3"]}}}"""


def test_all_that_is_written_of_a_field_is_read() -> None:
    expected = {
        "name": "甲", "subject": "甲", "title": "题", "description": "述", "type": FieldType.NUMBER, "role": Role.PLAN,
        "unit": "元", "scale": 1, "minimum": -15, "maximum": 200, "supplier": "谁", "question": "问",
        "phase": Phase.CONTRACT, "happens": Phase.PERFORMANCE, "constitutive": True, "needs_source": True, "judged_by": "判",
        "describes": True, "criteria": {"一": ("二", "三"), "四": ("五",)}, "finding": True, "found_as": "查",
        "typical_yes": "好", "typical_no": "坏", "group": "组", "first": True,
        "was": {"旧": "改", "更旧": "是的写“1”，否的不写，或的写“2、3”"},
        "formerly": {"更旧": {"是": ("1",), "否": (), "或": ("2", "3")}},
    }  # fmt: skip
    found = field_of(FULL)
    for name, value in expected.items():
        assert value == getattr(found, name), name
    assert not found.changeable


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("x-constitutive", "constitutive"),
        ("x-needs-source", "needs_source"),
        ("x-describes", "describes"),
        ("x-finding", "finding"),
        ("x-changeable", "changeable"),
        ("x-first", "first"),
    ],
)
def test_a_flag_is_what_is_written(key, name) -> None:
    for word in ("true", "false"):
        assert (word == "true") is getattr(field_of(f'{{"type": "string", "{key}": {word}}}'), name)
    # What is planned may be changed, unless it is said otherwise.
    assert (name == "changeable") is getattr(field_of('{"type": "string", "x-role": "plan"}'), name)


@pytest.mark.parametrize(
    ("written", "type_", "choices"),
    [
        ('{"enum": ["一", "二"]}', FieldType.CHOICE, ("一", "二")),
        ('{"type": "array", "items": {"enum": ["一"]}}', FieldType.LIST, ("一",)),
        ('{"type": "number", "items": {"enum": ["一"]}, "enum": ["二"]}', FieldType.CHOICE, ("二",)),
        ('{"type": "number", "items": {"enum": ["一"]}}', FieldType.NUMBER, ()),
        ('{"type": "number"}', FieldType.NUMBER, ()),
        ('{"type": "integer"}', FieldType.NUMBER, ()),
        ('{"type": "boolean"}', FieldType.BOOLEAN, ()),
        ('{"type": "string", "format": "date"}', FieldType.DATE, ()),
        ('{"type": "string", "format": "time"}', FieldType.TEXT, ()),
        ('{"anyOf": [{"enum": ["一"]}, {"type": "object"}]}', FieldType.CHOICE, ("一",)),
        ('{"anyOf": [], "type": "boolean"}', FieldType.BOOLEAN, ()),
        ('{"anyOf": [3], "type": "boolean"}', FieldType.BOOLEAN, ()),
        ('{"anyOf": [{}]}', FieldType.TEXT, ()),
    ],
)
def test_a_type_is_read_from_the_first_branch(written, type_, choices) -> None:
    found = field_of(written)
    assert (type_, choices) == (found.type, found.choices)


def test_choices_go_by_other_names_and_by_items() -> None:
    found = field_of('{"enum": ["一", "二"], "x-aliases": {"壹": "一"}, "x-items": {"C21": "一", "B": "二"}}')
    assert ({"壹": "一"}, {"C21": "一", "B": "二"}) == (dict(found.aliases), dict(found.items))


@pytest.mark.parametrize(
    ("written", "declared"),
    [
        ('{"type": "boolean", "x-role": "flag"}', False),
        ('{"type": "boolean", "x-role": "flag", "x-declared": true}', True),
        ('{"type": "number", "x-role": "flag", "x-declared": 0}', 0),
        ('{"type": "boolean", "x-role": "note"}', None),
        ('{"type": "boolean", "x-role": "element"}', None),
    ],
)
def test_what_a_declaration_says_of_a_field(written, declared) -> None:
    found = field_of(written).declared
    assert declared == found
    assert type(declared) is type(found)


DATE = '{"type": "string", "format": "date", "x-role": "event", "x-term": %s}'
NUMBER = '{"type": "number", "x-implied": [%s]}'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{"after": "起", "days": 1}', Term("起", 1, is_working=False)),
        ('{"after": "起", "working_days": 2}', Term("起", 2, is_working=True)),
    ],
)
def test_a_term_is_read(written, expected) -> None:
    assert expected == field_of(DATE % written).term


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            '{"when": {"另": true}, "before": "合同", "value": 3, "because": "故"}',
            Implied(Equals("另", True, HERE), Phase.CONTRACT, 3, "故"),
        ),
        ('{"value": 3, "because": "故"}', Implied(None, None, 3, "故")),
        *(
            (f'{{"part": "{part.value}", "because": "故"}}', Implied(None, None, 0, "故", part))
            for part in DayPart
        ),
    ],
)
def test_what_a_field_is_where_nothing_is_told_is_read(written, expected) -> None:
    assert (expected,) == field_of(NUMBER % written).implied


def test_signs_may_read_fields_further_down() -> None:
    assert (Equals("另", True, HERE),) == field_of(
        '{"type": "boolean", "x-indicators": [{"另": true}]}'
    ).indicators


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("3", [("PE009", f"字段 `甲`{NO_MAPPING}", "3")]),
        ("{}", [("PE201", "字段 `甲` 没有可用的类型", '"甲"')]),
        ('{"anyOf": [3]}', [("PE201", "字段 `甲` 没有可用的类型", '"甲"')]),
        ('{"type": "object"}', [("PE201", "不支持的类型 `object`", '{"type": "object"}')]),
        (
            '{"anyOf": [{"type": "string", "x-role": "note", "minimun": 1}], "tpye": 1}',
            [("PE211", f"模式文件里没有 `{key}` 这个关键字，写了不起作用", f'"{key}"') for key in ("tpye", "x-role", "minimun")],
        ),
        ('{"type": "string", "x-rol": "note"}', [("PE211", "模式文件里没有 `x-rol` 这个关键字，写了不起作用", '"x-rol"')]),
        ('{"type": "string", "x-role": "x"}', [("PE013", "`x-role` 不能是 `x`", '"x"')]),
        ('{"type": "string", "x-was": 3}', [("PE009", f"`x-was`{NO_MAPPING}", "3")]),
        ('{"type": "string", "x-criteria": 3}', [("PE009", f"`x-criteria`{NO_MAPPING}", "3")]),
        ('{"type": "string", "x-aliases": 3}', [("PE009", f"`x-aliases`{NO_MAPPING}", "3")]),
        (
            '{"enum": ["一"], "x-items": {"C21": "一", "C2104": "三", "C2100": "一", "B": ["一"]}}',
            [("PE108", "`C2104` 所指的 `三` 不是选项", '"三"'),
             ("PE331", "`C2100` 不是品目代码", '"C2100"'), ("PE108", "`B` 所指的 `` 不是选项", '["一"]')],
        ),
        ('{"type": "number", "x-role": "flag"}', [("PE210", "标志 `甲` 没有 `x-declared`", '"甲"')]),
        ('{"type": "boolean", "x-indicators": {"另": true}}', [("PE009", "`x-indicators`应为列表", '{"另": true}')]),
        ('{"type": "boolean", "x-indicators": [{"另": true}, {"无": true}]}', [("PE301", "没有字段 `无`", '"无"')]),
        *(
            (DATE % term, [("PE009", "期限应恰有一个天数，至少一天", term)])
            for term in ('{"after": "起", "days": 0}', '{"after": "起", "days": 1, "working_days": 1}', '{"after": "起"}')
        ),
        (DATE % '{"days": 1}', [("PE011", "缺少 `after`", '{"days": 1}')]),
        (DATE % '{"after": ["起"], "days": 1}', [("PE011", "缺少 `after`", '{"after": ["起"], "days": 1}')]),
        (DATE % '{"after": "文", "days": 1}', [("PE303", "`文` 不是哪一天的事件，不能有期限", '"文"')]),
        (DATE % '{"after": "划", "days": 1}', [("PE303", "`划` 不是哪一天的事件，不能有期限", '"划"')]),
        (DATE % '{"after": "无", "days": 1}', [("PE301", "没有字段 `无`", '"无"')]),
        (DATE % "3", [("PE009", f"`x-term`{NO_MAPPING}", "3")]),
        (DATE % '{"after": "起", "days": 1, "than": 2}', [("PE010", "`x-term`没有 `than`", '"than"')]),
        (DATE.replace("event", "plan") % '{"after": "起", "days": 1}', [("PE303", "`甲` 不是哪一天的事件，不能有期限", '"甲"')]),
        (
            '{"type": "string", "x-role": "event", "x-term": {"after": "起", "days": 1}}',
            [("PE303", "`甲` 不是哪一天的事件，不能有期限", '"甲"')],
        ),
        (NUMBER % "3", [("PE009", f"`x-implied` 的一项{NO_MAPPING}", "3")]),
        (NUMBER % '{"value": "x", "because": "故"}', [("PE103", "`甲` 应为数字，写的是 `x`", '"x"')]),
        (NUMBER % '{"value": 3}', [("PE011", "缺少 `because`", '{"value": 3}')]),
        (NUMBER % '{"because": "故"}', [("PE011", "缺少 `value`", '{"because": "故"}')]),
        (NUMBER % '{"part": "世纪", "because": "故"}', [("PE013", "`part` 不能是 `世纪`", '"世纪"')]),
        (NUMBER % '{"part": "年"}', [("PE011", "缺少 `because`", '{"part": "年"}')]),
        (
            NUMBER % '{"when": {"无": true}, "value": 3, "because": "故", "than": 1}',
            [("PE010", "`x-implied`没有 `than`", '"than"'), ("PE301", "没有字段 `无`", '"无"')],
        ),
        (NUMBER % '{"before": "x", "value": 3, "because": "故"}', [("PE013", "`before` 不能是 `x`", '"x"')]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_field_is_told_at_its_words(written, expected) -> None:
    assert expected == loaded(schema(f'"甲": {written}{EVENTS}'))[1]


def test_a_subject_is_read_whole() -> None:
    top = (
        '"x-gives": "findings", "x-phases": true, "x-duties": true, "x-permitted": "可", "x-refused": "否",'
        ' "x-corrected": "改", "x-groups": {"组": "说"}, "description": "述"'
    )
    bare, full = (
        loaded(schema('"裸": {"type": "string"}', one))[0].subjects["甲"] for one in ('"title": "题"', top)
    )
    names = (
        "gives_findings",
        "has_phases",
        "has_duties",
        "permitted",
        "refused",
        "corrected",
        "groups",
        "description",
    )
    assert [False, False, False, "", "", "", {}, ""] == [getattr(bare, name) for name in names]
    assert [True, True, True, "可", "否", "改", {"组": "说"}, "述"] == [getattr(full, name) for name in names]
    assert ("甲", PATH, ["裸"]) == (full.name, full.file, list(full.fields))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (schema("", '"x-gives": "x", "x-phase": true'),
         [("PE211", "模式文件里没有 `x-phase` 这个关键字，写了不起作用", '"x-phase"'), ("PE013", "`x-gives` 不能是 `x`", '"x"')]),
        ('{"x-subject": "甲"}', [("PE009", f"`properties`{NO_MAPPING}", '{"x-subject": "甲"}')]),
        ('{"properties": {}}', [("PE015", f"`{PATH}` 没有 `x-subject`，里面的字段不起作用", '{"properties": {}}')]),
        ("[1]", []),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_schema_is_told_at_its_words(text, expected) -> None:
    assert expected == loaded(text)[1]


def test_a_helper_has_no_subject() -> None:
    assert [] == loaded('{"properties": {}}', paths=("schemas/case.schema.json",))[1]


def test_a_subject_has_one_schema_and_a_layer_makes_none_anew() -> None:
    one, other = schema('"裸": {"type": "string"}'), schema('"裸": {"type": "number"}')
    found, told = loaded(one, other)
    assert [("PE202", "主题 `甲` 有两个模式文件")] == [(code, message) for code, message, _ in told]
    assert FieldType.NUMBER is found.subjects["甲"].fields["裸"].type
    problems = Problems()
    below = f"自带:{PATH}"
    load_vocabulary([SourceText(below, one), SourceText(PATH, other)], (), problems)
    assert [("PE219", "主题 `甲` 是基础规则库的，这一层不能改", PATH, [below])] == [
        (d.code, d.message, d.span.path, [one.span.path for one in d.related]) for d in problems.found
    ]
