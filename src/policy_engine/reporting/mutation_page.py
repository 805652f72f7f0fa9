"""What mutants showed: how many were noticed, kind by kind, and what would notice the rest."""

from __future__ import annotations

from collections.abc import Iterator

from policy_engine.analysis.testing.fates import MutationReport, Survivor, Tally
from policy_engine.analysis.testing.operators import Mutant

Json = dict[str, object]
# Lists of words are long; whoever wants every line asks for it.
_FEW_TERMS = 20


def mutation_lines(mutation: MutationReport) -> Iterator[str]:
    """Write what became of the mutants of rules."""
    if not mutation.judged:
        yield "没有改动触及的规则，没有作变异测试"
        return
    yield _summary("变异", mutation)
    yield from (_tally(tally) for tally in mutation.tallies)
    for survivor in mutation.survivors:
        yield from _survivor(survivor)


def term_mutation_lines(mutation: MutationReport, *, is_verbose: bool) -> Iterator[str]:
    """Write what became of the mutants of terms: of many survivors, the first."""
    if not mutation.judged:
        yield "没有改动触及的词条，没有作词条的变异测试"
        return
    yield _summary("词条的变异", mutation)
    yield from (_tally(tally) for tally in mutation.tallies)
    shown = mutation.survivors if is_verbose else mutation.survivors[:_FEW_TERMS]
    for survivor in shown:
        yield from _survivor(survivor)
    if len(shown) < len(mutation.survivors):
        yield f"另有 {len(mutation.survivors) - len(shown)} 个漏过的没有列出，用 --verbose 或者 --format json 看"


def _summary(what: str, mutation: MutationReport) -> str:
    return (
        f"{what} {len(mutation.judged)} 个：发现 {mutation.killed}，漏过 {len(mutation.survivors)}，"
        f"证明含义相同 {mutation.equivalent}；得分 {_score(mutation)}"
    )


def _score(mutation: MutationReport) -> str:
    return "无（没有含义不同的变异）" if mutation.score is None else f"{mutation.score:.1f}%"


def _tally(tally: Tally) -> str:
    return (
        f"  {tally.operator.value}：{tally.made} 个，发现 {tally.killed}，漏过 {tally.survived}，"
        f"证明含义相同 {tally.equivalent}"
    )


def _survivor(survivor: Survivor) -> Iterator[str]:
    mutant, proposal = survivor.mutant, survivor.proposal
    yield f"漏过：{mutant.place} {mutant.names[0]}：{mutant.change}"
    is_rule = isinstance(mutant, Mutant)
    if proposal is None:
        yield "  在限定步数内未能找到例子" if is_rule else "  没有找到能发现它的文字，可能别的写法已经管到"
        return
    check = (
        "预期是规则现在的结果，对照规范核实后再用"
        if is_rule
        else "由词条的词拼成，改成平常的写法、核实后再用"
    )
    yield f"  可加在 {proposal.name} 的 {proposal.key} 下（{check}）："
    yield f"      {proposal.example}"
    yield from (f"    {line}" for line in proposal.scenario.splitlines())


def mutation_json(mutation: MutationReport) -> Json:
    """Give what became of the mutants as data."""
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
    shared = {
        "rules" if isinstance(mutant, Mutant) else "terms": list(mutant.names),
        "operator": mutant.operator.value,
        "change": mutant.change,
        "place": mutant.place,
        "example_for": proposal.name if proposal else None,
        "example": proposal.example if proposal else None,
    }
    if isinstance(mutant, Mutant):
        return {**shared, "scenario": proposal.scenario if proposal else None}
    return {**shared, "example_key": proposal.key if proposal else None}
