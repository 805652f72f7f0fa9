"""The report of `policy-engine test`: failures first, coverage, surviving mutants with what would kill them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from policy_engine.analysis.testing.coverage import Atom, RuleCoverage
from policy_engine.analysis.testing.features import Outcome, ScenarioResult, count
from policy_engine.analysis.testing.mutation import MutationReport, Survivor, Tally
from policy_engine.analysis.testing.result import CaseResult, Testing
from policy_engine.analysis.testing.terms import TermResult
from policy_engine.compilation import CompiledRuleSet
from policy_engine.compilation.lowering import Bit, BitCount, Literal
from policy_engine.evaluation.examples import ExampleResult
from policy_engine.evaluation.wording import condition_words
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.text import one_line
from policy_engine.reporting.features_page import features_json, features_lines, summary, told
from policy_engine.reporting.words import short_citation

_TRUTHS = {Truth.TRUE: "真", Truth.FALSE: "假", Truth.UNKNOWN: "不明"}
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Json = dict[str, object]
Result = ExampleResult | CaseResult | TermResult
_FEW = 40


def testing_lines(
    found: Testing, mutation: MutationReport | None, compiled: CompiledRuleSet, *, is_verbose: bool
) -> Iterator[str]:
    """Write the report as text: of a few scenarios each, of many those that did not come out."""
    yield from features_lines(found.scenarios, is_verbose=is_verbose or len(found.scenarios) <= _FEW)
    if _is_only_scenarios(found):
        return
    for result in _results(found):
        if not result.is_as_expected:
            yield from _failure(result)
    yield _summary(found)
    for coverage in found.coverage:
        covered, total = coverage.share
        if is_verbose or covered < total:
            yield f"  {coverage.rule.id}：{covered}/{total}"
        if is_verbose:
            yield from _atoms(coverage, compiled)
    if mutation is not None:
        yield from _mutation_lines(mutation)
        yield from _unmutated(found, compiled)


def _unmutated(found: Testing, compiled: CompiledRuleSet) -> Iterator[str]:
    # No engine of one subject sees them: what a small error in one would change is not worked out.
    across = {one.rule.id for one in compiled.rule_set.across}
    tried = across & {result.rule.id for result in found.examples}
    if tried:
        yield f"几个主题之间的规则 {len(tried)} 条没有作变异，只运行了例子"


def _results(found: Testing) -> tuple[Result, ...]:
    return (*found.examples, *found.cases, *found.terms)


def _failure(result: Result) -> Iterator[str]:
    place, name, expected = _told(result)
    yield f"未通过：{place} {name}"
    yield f"  预期 {expected}，实际 {result.found}"


def _told(result: Result) -> tuple[str, str, str]:
    match result:
        case ExampleResult(rule=rule, example=example):
            what = f"{rule.id} 的例子“{example.name}”（{short_citation(rule.citation)}）"
            return example.span.place, what, result.expected
        case CaseResult(case=case):
            return case.span.place, f"案件“{case.name}”", case.expected
        case TermResult(term=term, example=example):
            return example.span.place, f"词条 {term.id} 的例子“{example.text}”", result.expected


def _is_only_scenarios(found: Testing) -> bool:
    return bool(found.scenarios) and not (_results(found) or found.coverage)


def _summary_of_all(found: Testing) -> str:
    of_scenarios = [summary(found.scenarios)] if found.scenarios else []
    return "；".join([*of_scenarios, *([] if _is_only_scenarios(found) else [_summary(found)])])


def _summary(found: Testing) -> str:
    if not _results(found):
        return "没有例子也没有写明预期的案件"
    failures = sum(not result.is_as_expected for result in _results(found))
    outcome = "全部通过" if not failures else f"未通过 {failures} 个"
    # Nothing to cover is nothing covered.
    coverage = "" if found.share is None else f"；条件覆盖（屏蔽式 MC/DC）{found.share:.1f}%"
    terms = f"，词条的例子 {len(found.terms)} 个" if found.terms else ""
    return f"例子 {len(found.examples)} 个，案件 {len(found.cases)} 个{terms}，{outcome}{coverage}"


def _atoms(coverage: RuleCoverage, compiled: CompiledRuleSet) -> Iterator[str]:
    for atom, truths in coverage.seen.items():
        seen = "、".join(_TRUTHS[t] for t in Truth if t in truths) or "没有试过"
        mark = "✓" if coverage.covered[atom] else "✗"
        yield f"    {mark} {_atom_words(atom, coverage, compiled)}：{seen}"
    if coverage.outcomes:
        yield f"    出现过的结果：{'、'.join(o.value for o in coverage.outcomes)}"


def _atom_words(atom: Atom, coverage: RuleCoverage, compiled: CompiledRuleSet) -> str:
    fields = compiled.rule_set.vocabulary.subjects[coverage.rule.subjects[0]].fields
    denied = "" if atom.positive else "并非 "
    match atom:
        case Literal(leaf=leaf):
            return denied + condition_words(leaf, fields)
        case Bit(field=field, member=member):
            return denied + (f"{field} 含 {member}" if member else field)
        case BitCount(field=field, least=least):
            return denied + f"{field} 不少于 {least} 项"


def _mutation_lines(mutation: MutationReport) -> Iterator[str]:
    if not mutation.judged:
        yield "没有改动触及的规则，没有作变异测试"
        return
    yield (
        f"变异 {len(mutation.judged)} 个：发现 {mutation.killed}，漏过 {len(mutation.survivors)}，"
        f"证明含义相同 {mutation.equivalent}；得分 {_score(mutation)}"
    )
    yield from (_tally(tally) for tally in mutation.tallies)
    for survivor in mutation.survivors:
        yield from _survivor(survivor)


def _score(mutation: MutationReport) -> str:
    return "无（没有含义不同的变异）" if mutation.score is None else f"{mutation.score:.1f}%"


def _tally(tally: Tally) -> str:
    return (
        f"  {tally.operator.value}：{tally.made} 个，发现 {tally.killed}，漏过 {tally.survived}，"
        f"证明含义相同 {tally.equivalent}"
    )


def _survivor(survivor: Survivor) -> Iterator[str]:
    mutant, proposal = survivor.mutant, survivor.proposal
    yield f"漏过：{mutant.place} {mutant.rules[0].id}：{mutant.change}"
    if proposal is None:
        yield "  在限定步数内未能找到例子"
        return
    yield f"  可加在 {proposal.rule} 的 examples 下（预期是规则现在的结果，对照规范核实后再用）："
    yield f"      {proposal.example}"
    yield from (f"    {line}" for line in proposal.scenario.splitlines())


def testing_json(found: Testing, mutation: MutationReport | None, compiled: CompiledRuleSet) -> Json:
    """Give the report as data."""
    return {
        "summary": _summary_of_all(found),
        "failures": [
            {"place": place, "name": name, "expected": expected, "found": result.found}
            for result in _results(found)
            if not result.is_as_expected
            for place, name, expected in [_told(result)]
        ],
        "scenarios": features_json(found.scenarios),
        "coverage": {
            "mcdc": None if found.share is None else round(found.share, 2),
            "rules": [
                {
                    "rule": one.rule.id,
                    "covered": one.share[0],
                    "atoms": one.share[1],
                    "outcomes": [o.value for o in one.outcomes],
                    "seen": {
                        _atom_words(atom, one, compiled): [_TRUTHS[t] for t in Truth if t in truths]
                        for atom, truths in one.seen.items()
                    },
                }
                for one in found.coverage
            ],
        },
        "mutation": None if mutation is None else _mutation_json(mutation),
    }


def _mutation_json(mutation: MutationReport) -> Json:
    return {
        "made": len(mutation.judged),
        "killed": mutation.killed,
        "equivalent": mutation.equivalent,
        "survived": len(mutation.survivors),
        "score": None if mutation.score is None else round(mutation.score, 2),
        "operators": [
            {
                "operator": tally.operator.value,
                "made": tally.made,
                "killed": tally.killed,
                "equivalent": tally.equivalent,
                "survived": tally.survived,
            }
            for tally in mutation.tallies
        ],
        "survivors": [_survivor_json(survivor) for survivor in mutation.survivors],
    }


def _survivor_json(survivor: Survivor) -> Json:
    mutant, proposal = survivor.mutant, survivor.proposal
    return {
        "rules": [rule.id for rule in mutant.rules],
        "operator": mutant.operator.value,
        "change": mutant.change,
        "place": mutant.place,
        "example_for": proposal.rule if proposal else None,
        "example": proposal.example if proposal else None,
        "scenario": proposal.scenario if proposal else None,
    }


def testing_junit(found: Testing) -> str:
    """Write one test case an example or scenario."""
    results = _results(found)
    suite = ET.Element(
        "testsuite",
        name="policy-engine test",
        tests=str(len(results) + len(found.scenarios)),
        failures=str(found.failures - count(found.scenarios, Outcome.WRONG)),
        errors=str(count(found.scenarios, Outcome.WRONG)),
        skipped=str(count(found.scenarios, Outcome.AWAITED)),
    )
    for result in results:
        place, name, expected = _told(result)
        file, line, _ = place.rsplit(":", 2)
        case = ET.SubElement(
            suite, "testcase", classname=_xml(file), name=_xml(name), file=_xml(file), line=line
        )
        if not result.is_as_expected:
            ET.SubElement(case, "failure", message=_xml(f"预期 {expected}，实际 {result.found}"))
    for scenario in found.scenarios:
        _junit_scenario(suite, scenario)
    root = ET.Element("testsuites")
    root.append(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode")


_JUNIT = {Outcome.FAILED: "failure", Outcome.WRONG: "error", Outcome.AWAITED: "skipped"}


def _junit_scenario(suite: ET.Element, result: ScenarioResult) -> None:
    file = _xml(result.span.path)
    line = str(result.span.line + 1)
    case = ET.SubElement(suite, "testcase", classname=file, name=_xml(result.name), file=file, line=line)
    if result.outcome in _JUNIT:
        ET.SubElement(case, _JUNIT[result.outcome], message=_xml(told(result)))


def _xml(text: str) -> str:
    return _NOT_XML.sub("�", one_line(text))
