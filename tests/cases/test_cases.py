"""The stated cases come out as expected, or stand in docs/case-review.md with the reason in law."""

import datetime
import re
from pathlib import Path

import pytest
import yaml

from policy_engine.foundation.logic import Truth
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import read_source
from policy_engine.model.decisions import CrossCheck, Decision, Verdict
from policy_engine.usecases import check, prepare

HERE = Path(__file__).parent
EXPECTED = yaml.safe_load((HERE / "expected.yaml").read_text(encoding="utf-8"))
REVIEW = (HERE.parent.parent / "docs" / "case-review.md").read_text(encoding="utf-8")
REVIEWED = set(re.findall(r"^\| ([A-Z]\d{3}) \|", REVIEW, re.MULTILINE))
OPEN = (Verdict.UNDETERMINED, Verdict.CONFLICT, Verdict.NOT_COVERED)
VERDICTS = {
    "允许": (Verdict.PERMITTED,),
    "禁止": (Verdict.PROHIBITED, Verdict.NON_COMPLIANT),
    "需核实": OPEN,
}
NUMERALS = "零一二三四五六七八九十"
LISTED = (
    (r"102号令第(?P<article>[\d一二三四五六七八九十]+)条(?P<items>(\([一二三四五六]\))*)", "mof-order-102-2020"),
    (r"102号令第[\d、]*、(?P<article>\d+)条", "mof-order-102-2020"),
    (r"国办发〔2024〕54号", "gbf-2024-54"),
    (r"财预〔2017〕87号", "mof-yu-2017-87"),
    (r"政府采购法(?P<article>\d+)条", "npc-procurement-2014"),
    (r"安全生产法(?P<article>\d+)条", "npc-safety-2021"),
    (r"湖州", "huzhou-gbf-2016-49"),
    (r"龙安做法", "longan"),
)


@pytest.fixture(scope="session")
def compiled():
    return prepare()


@pytest.fixture(scope="session")
def decisions(compiled):
    today = datetime.date(2026, 1, 15).toordinal()
    found = {}
    for name in EXPECTED:
        source = read_source(HERE / "files" / f"{name}.yaml")
        (case,) = load_cases(source, compiled.rule_set, CaseDefaults(today=today))
        found[name] = check(compiled, case)
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_case_agrees_or_is_reviewed(name: str, decisions: dict[str, Decision]) -> None:
    agrees = is_as_expected(decisions[name], EXPECTED[name])
    assert (name not in REVIEWED) == agrees, describe(decisions[name])


def test_every_case_is_decided_by_both_engines(decisions: dict[str, Decision]) -> None:
    assert {CrossCheck.AGREED} == {d.cross_check for d in decisions.values()}


def is_as_expected(decision: Decision, expected: dict) -> bool:
    findings = [f.truth for one in decision.subjects for f in one.findings]
    if expected["verdict"] == "重点对象":
        return Truth.TRUE in findings
    if expected["verdict"] == "非重点对象":
        return set(findings) == {Truth.FALSE}
    if expected["kind"] == "重点对象":
        return decision.verdict in OPEN and Truth.TRUE not in findings
    if decision.verdict not in VERDICTS[expected["verdict"]]:
        return False
    return expected["verdict"] != "禁止" or has_listed_ground(decision, expected["decides"])


def has_listed_ground(decision: Decision, listed: list[str]) -> bool:
    grounds = [(g.rule.citation.document.id, g.rule.citation.locator) for s in decision.subjects for g in s.grounds]
    return any(matches(document, locator, text) for text in listed for document, locator in grounds)


def matches(document: str, locator: str, text: str) -> bool:
    for pattern, prefix in LISTED:
        found = re.search(pattern, text)
        if not found or not document.startswith(prefix):
            continue
        article = found.groupdict().get("article")
        if article is None or not locator.startswith(f"第{in_chinese(article)}条"):
            if article is None:
                return True
            continue
        items = re.findall(r"[一二三四五六]", found.groupdict().get("items") or "")
        return not items or any(f"第（{item}）项" in locator for item in items)
    return False


def in_chinese(number: str) -> str:
    if not number.isdigit():
        return number
    tens, ones = divmod(int(number), 10)
    head = "" if tens == 0 else ("" if tens == 1 else NUMERALS[tens]) + "十"
    return head + (NUMERALS[ones] if ones or not head else "")


def describe(decision: Decision) -> str:
    grounds = [g.rule.id for one in decision.subjects for g in one.grounds]
    missing = [q.field.name for one in decision.subjects for q in one.missing]
    return f"{decision.verdict} grounds={grounds} missing={missing}"
