"""Whatever stands where something else should: it is read or refused at its place, and never crashes."""

import json
from collections.abc import Iterator

import pytest
import yaml

from effort import some
from loading.toy import TEXTS, TOY_RULES, cases_in, prepared
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.usecases import Engine, check

Path = tuple[str | int, ...]
RULES = """
document: toy-2020
rules:
  - id: toy-2020.art-3
    title: 示例
    cite: 第三条
    subject: 采购事项
    in_force: {from: 2020-01-01, until: 2030-01-01}
    dated_by: 合同签订日
    when:
      all:
        - {含工程: true}
        - not: {采购标的: [货物, 工程]}
        - any: [{合同要素: {none_of: [价格]}}, {合同要素: {count: {at_least: 2}}}]
        - {合同期限_月: {at_least: 3, at_most: 60}}
        - ratio: {part: 合同期限_月, whole: 自动续签_月, at_least: "0.50"}
        - {验收日: {within_months: {of: 合同签订日, months: 3}}}
        - {总期限_月: {more_than: {parameter: 期限上限}}}
    doubt: [{when: {含工程: true}, ask: 含工程, because: 说不清}]
    unless:
      - {basis: practice, because: 零星维修, when: {采购标的: 服务}, cite: 第四条, document: toy-2020}
    prohibit: 政府购买服务
    message: 不得购买
    remedy: 另行办理
    due: 合同
    strength: strict
    note: 说明
    overrides: [{rule: toy-2020.art-4, basis: text, because: 先后, cite: 第四条}]
    accept: [{code: PE608, because: 有意, until: 2028-12-31}]
    examples:
      - {name: 一个, given: {含工程: true}, expect: 违反, verdict: 不得实施}
      - {name: 另一个, as_of: 2026-01-15, jurisdiction: 全国, phase: 合同, given: {含工程: {unknown: 不清}}, expect: 待核实}
  - id: toy-2020.art-4
    title: 示例
    cite: 第四条
    subject: 采购事项
    permit: 政府购买服务
  - id: toy-2020.art-5
    title: 示例
    cite: 第五条
    subject: 采购事项
    table:
      field: 规模
      rows: [{when: {合同期限_月: {at_least: 12}}, is: 大}]
      otherwise: 小
  - id: toy-2020.art-6
    title: 示例
    cite: 第六条
    subject: 采购事项
    require: {含工程: false}
    remedy: 改正
    strength: default
    justified_by: 含工程
  - id: toy-2020.art-7
    title: 示例
    subject: 采购事项
    impossible: {all: [{含工程: true}, {采购标的: 服务}]}
    basis: 字面
    message: 服务不含工程
  - id: toy-2020.art-2
    title: 总期限
    cite: 第二条
    subject: 采购事项
    derive: {总期限_月: {sum: [合同期限_月, 自动续签_月]}}
"""
CASE = """
name: 示例
as_of: 2026-01-15
jurisdiction: 全国
phase: 合同
expect: 可以实施
declaration: {no_other_circumstances: true, by: 甲}
采购事项:
  购买内容: 修缮
  含工程: {value: true, source: 甲看过}
  采购标的: {unknown: 不清}
  合同期限_月: 12
  预算_万元: 1.5
  合同签订日: 2026-01-01
  验收日: 未发生
  合同要素: [价格, 期限]
"""
FILES = {**TEXTS, "rules.yaml": RULES, "case.yaml": CASE}
OTHERS = ("一个词", 7, True, None, [], ["一个词"], [[]], {}, {"一": "二"}, {"含工程": {"一": []}})


def places(value: object, path: Path = ()) -> Iterator[Path]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def replaced(value: object, path: Path, other: object) -> object:
    if not path:
        return other
    first, *rest = path
    if isinstance(value, dict):
        return {k: replaced(v, tuple(rest), other) if k == first else v for k, v in value.items()}
    assert isinstance(value, list)
    return [replaced(v, tuple(rest), other) if n == first else v for n, v in enumerate(value)]


def read(name: str, text: str) -> None:
    if name != "case.yaml":
        prepared({name: text})
        return
    for case in cases_in(text):
        check(TOY_RULES, case, Engine.COMPILED)


def complaints(name: str, text: str) -> list[str]:
    """List what a reader of the complaint would miss."""
    try:
        read(name, text)
    except DiagnosticsError as error:
        unplaced = [d.code for d in error.diagnostics if d.span is None or not d.message]
        return unplaced if error.diagnostics else ["nothing said"]
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the test is about
        return [repr(error)]
    return []


@pytest.mark.every(4)
@pytest.mark.parametrize("other", OTHERS, ids=repr)
@pytest.mark.parametrize("name", FILES)
def test_another_thing_in_any_place_is_read_or_refused_in_words(name: str, other: object) -> None:
    whole = yaml.load(FILES[name], Loader=yaml.BaseLoader)
    found = {}
    # Every so manieth place of each file, another for each thing that stands there.
    for path in some(list(places(whole))[OTHERS.index(other) % 3 :], 3):
        text = json.dumps(replaced(whole, path, other), ensure_ascii=False, indent=1)
        if missing := complaints(name, text):
            found[path] = missing
    assert {} == found


def test_the_files_themselves_are_sound() -> None:
    read("case.yaml", CASE)
    prepared({"rules.yaml": RULES})
