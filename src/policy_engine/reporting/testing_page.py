"""The report of `policy-engine test`: failures first, coverage, surviving mutants with what would kill them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from policy_engine.analysis.testing.coverage import Atom, RuleCoverage
from policy_engine.analysis.testing.fates import Mutations
from policy_engine.analysis.testing.features import Outcome, ScenarioResult, count
from policy_engine.analysis.testing.result import CaseResult, Testing
from policy_engine.analysis.testing.terms import TermResult
from policy_engine.compilation import CompiledRuleSet
from policy_engine.compilation.lowering import Bit, BitCount, Literal
from policy_engine.evaluation.condition_words import condition_words
from policy_engine.evaluation.examples import ExampleResult
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.text import one_line
from policy_engine.reporting.features_page import features_json, features_lines, summary, told
from policy_engine.reporting.mutation_page import mutation_json, mutation_lines, term_mutation_lines
from policy_engine.reporting.words import short_citation

_TRUTHS = {Truth.TRUE: "真", Truth.FALSE: "假", Truth.UNKNOWN: "不明"}
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Json = dict[str, object]
Result = ExampleResult | CaseResult | TermResult
_FEW = 40


def testing_lines(
    found: Testing, mutations: Mutations, compiled: CompiledRuleSet, *, is_verbose: bool
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
    if mutations.rules is not None:
        yield from mutation_lines(mutations.rules)
        yield from _unmutated(found, compiled)
    if mutations.terms is not None:
        yield from term_mutation_lines(mutations.terms, is_verbose=is_verbose)


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
            made = "回归例" if example.kills else "例子"
            what = f"{rule.id} 的{made}“{example.name}”（{short_citation(rule.citation)}）"
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
    made = sum(one.example in one.term.regressions for one in found.terms)
    terms = f"，词条的例子 {len(found.terms) - made} 个" if found.terms else ""
    terms += f"、回归例 {made} 个" if made else ""
    made = sum(bool(result.example.kills) for result in found.examples)
    by_hand = f"例子 {len(found.examples) - made} 个，回归例 {made} 个"
    return f"{by_hand}，案件 {len(found.cases)} 个{terms}，{outcome}{coverage}"


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


def testing_json(found: Testing, mutations: Mutations, compiled: CompiledRuleSet) -> Json:
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
        "mutation": None if mutations.rules is None else mutation_json(mutations.rules),
        "term_mutation": None if mutations.terms is None else mutation_json(mutations.terms),
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
