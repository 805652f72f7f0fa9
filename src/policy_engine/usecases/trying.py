"""Run the examples of one rule from the text that is being written."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.analysis.testing.trials import trials_of
from policy_engine.compilation import compile_rules
from policy_engine.evaluation.examples import ExampleResult, run_examples_across, seen_in
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.pieces import settled_problem
from policy_engine.loading.vocabulary import load_placed_vocabulary
from policy_engine.usecases.editing import Workbench
from policy_engine.usecases.rule_base import load_rule_set


@dataclass(frozen=True, slots=True)
class Tried:
    """What the examples of a rule came to, those written by hand and those made by machine."""

    rule: str
    results: tuple[ExampleResult, ...]

    @property
    def failed(self) -> tuple[ExampleResult, ...]:
        """Give those that are not as their author says."""
        return tuple(one for one in self.results if not one.is_as_expected)

    @property
    def words(self) -> str:
        """Say in a line a failed example, after one that counts them."""
        failed = self.failed
        if not self.results:
            return f"{self.rule}：没有例子"
        if not failed:
            return f"{self.rule}：{len(self.results)} 个例子全部通过"
        lines = [f"{self.rule}：{len(self.results)} 个例子，{len(failed)} 个不对"]
        lines += [f"“{one.example.name}” 预期 {one.expected}，实际 {one.found}" for one in failed]
        return "\n".join(lines)


def try_examples(bench: Workbench, rule: str) -> Tried:
    """Run the examples of a rule as the texts are now. Raises `DiagnosticsError` where they don't load."""
    try:
        compiled = compile_rules(load_rule_set(bench.sources, load_placed_vocabulary, memory=bench.memory))
    except DiagnosticsError as error:
        told = [settled_problem(one, bench.memory) for one in error.diagnostics]
        raise DiagnosticsError(told) from None
    wanted = frozenset((rule,))
    found = (
        *(
            ExampleResult(t.rule, t.example, seen_in(compiled, t.rule, t.closed))
            for t in trials_of(compiled, wanted)
        ),
        *run_examples_across(compiled, wanted),
    )
    return Tried(rule, found)
