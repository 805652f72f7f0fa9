"""A shell offers what may stand where somebody types."""

import pytest
from click.shell_completion import BashComplete

from cli.rich_base import write_rich_base
from policy_engine.cli.app import app


def offered(*typed: str) -> list[tuple[str, str]]:
    *before, last = typed
    found = BashComplete(app, {}, "policy-engine", "_POLICY_ENGINE_COMPLETE").get_completions(before, last)
    return [(one.type, one.value) for one in found]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["che"], "check"),
        (["check", "--eng"], "--engine"),
        (["check", "--engine", "sq"], "sqlite"),
        (["ask", "采"], "采购事项"),
        (["schema", ""], "企业"),
        (["rules", "show", "mof-order-102-2020.art-2"], "mof-order-102-2020.art-24-limit"),
        (["rules", "read", "mof-order"], "mof-order-102-2020"),
        (["rules", "list", "--subject", "隐"], "隐患"),
        (["init", "city", "--extends", ""], "自带"),
        (["init", "city", "--extends", "pa"], "package:"),
    ],
)
def test_what_may_stand_there_is_offered(typed, expected) -> None:
    found = offered(*typed)
    assert ("plain", expected) in found
    assert all(value.startswith(typed[-1]) for kind, value in found if kind == "plain")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["add", "field", ""], "采购事项"),
        (["add", "term", "my.term", "采"], "采购事项"),
        (["add", "term", "my.term", "采购事项", "含"], "含工程"),
        (["add", "rule", "toy"], "toy-2020"),
        (["add", "rule", "toy-2020", "art-9", "--subject", ""], "采购事项"),
        (["add", "rule", "toy-2020", "art-9", "--subject", "采购事项", "--field", "含"], "含工程"),
        (["add", "rule", "toy-2020", "art-9", "--object", ""], "政府购买服务"),
        (["add", "parameter", "上限", "3", "--document", ""], "toy-2020"),
        (["add", "document", "new-2027", "--force", "部"], "部门规章"),
    ],
)
def test_names_to_add_to_are_offered(tmp_path, monkeypatch, typed, expected) -> None:
    write_rich_base(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert ("plain", expected) in offered(*typed)


def test_a_rule_on_a_flag_is_offered_flags_only() -> None:
    shown = offered("add", "rule", "mof-order-102-2020", "art-9", "--subject", "采购事项", "--field", "")
    assert ("plain", "含工程") in shown
    assert not {"项目金额_万元", "购买内容", "采购标的"} & {value for _, value in shown}


def test_fields_offered_are_those_of_the_subject_that_was_typed(tmp_path, monkeypatch) -> None:
    write_rich_base(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert [] == offered("add", "term", "my.term", "没有", "")


@pytest.mark.parametrize("typed", [["check", "ex"], ["screen", "ex"], ["ask", "ex"], ["cost", "ex"]])
def test_files_are_left_to_the_shell(typed) -> None:
    assert [("file", "ex")] == offered(*typed)


def test_names_are_those_of_the_rule_base_here(tmp_path, monkeypatch) -> None:
    write_rich_base(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert ("plain", "toy-2020.art-1") in offered("rules", "show", "")
    assert ("plain", "mof-order-102-2020.art-24-limit") not in offered("rules", "show", "")


def test_a_rule_base_that_does_not_load_offers_nothing(tmp_path, monkeypatch) -> None:
    write_rich_base(tmp_path, {"rules/toy/toy-2020/law.yaml": "document: ["})
    monkeypatch.chdir(tmp_path)
    assert [] == offered("rules", "show", "")
