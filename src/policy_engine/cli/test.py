"""`policy-engine test`: run the examples, measure what they cover, and try the rules with small errors."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from policy_engine.cli.chinese import Command, Count, Percent
from policy_engine.cli.exits import Exit
from policy_engine.cli.inputs import GivenPath
from policy_engine.cli.output import output_options, put
from policy_engine.cli.rule_base import (
    Chosen,
    choose_rule_base,
    compiled_from,
    rule_base,
    rule_base_options,
    sources_of,
)
from policy_engine.cli.run import this_run
from policy_engine.cli.scenarios import feature_files, holds_features, run_features
from policy_engine.cli.telling import tell
from policy_engine.cli.today import today_in_china
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import joined
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import read_source
from policy_engine.loading.folders import is_own
from policy_engine.model.cases import Case
from policy_engine.model.rules import Rule
from policy_engine.reporting.told import file_input
from policy_engine.usecases import Sources
from policy_engine.usecases.locating import MARK

if TYPE_CHECKING:
    from policy_engine.analysis.testing.fates import MutationReport, Mutations
    from policy_engine.analysis.testing.result import Testing
    from policy_engine.usecases.mutating import Reached

_HELP = """运行规则和词条的例子、写明预期（expect）的案件和场景（.feature），说明条件覆盖了多少。

PATHS 是规则文件、目录、案件文件或场景文件，也可以是放案件或场景的目录；不写则是整个规则库。
场景没有通过的，写明第几行、预期什么、实际什么、为什么；步骤、字段写错的，写明相近的写法。
--mutate 把规则改出小错（界限差一、多一个选项、去掉例外、日期差一天……），看例子能不能发现：
有例子因此不再符合它写的预期，才算发现；漏过的给出可以粘贴的例子和场景。
词条也改出小错（unless 少一个词、指向另一个取值……），得分单列，写了 --term-score-min 才作要求。
--changed-since 只作那一版本以来的改动触及的规则和词条，改了哪里查哪里。
--write 另把能发现漏过的改错的例子写进回归例，去掉不再能发现什么的；回归例只由它改写。
退出码：0 全部通过且覆盖达到要求；1 有未通过、覆盖不足或漏过的变异；2 用法或文件有误、场景写法有误。"""


@click.command(
    "test", cls=Command, help=_HELP, arguments=[("[PATHS]...", "规则文件、目录、案件文件或场景文件")]
)
@click.argument("paths", metavar="[PATHS]...", nargs=-1, type=GivenPath())
@click.option("--rule", "names", multiple=True, metavar="编号", help="只测这条规则，可以写几次")
@click.option("--coverage-min", type=Percent(), metavar="百分数", help="条件覆盖不得低于多少")
@click.option("--mutate", "is_mutated", is_flag=True, help="另外作变异测试")
@click.option(
    "--changed-since",
    "since",
    metavar="版本",
    help="变异测试只作这个 git 版本以来的改动触及的规则和词条",
)
@click.option("--write", "is_written", is_flag=True, help="变异测试以后重写所测规则的回归例")
@click.option("--jobs", type=Count(), metavar="个数", help="变异测试同时用几个进程（默认：处理器个数）")
@click.option("--score-min", type=Percent(), metavar="百分数", help="规则的变异得分不得低于多少（默认 100）")
@click.option(
    "--term-score-min", type=Percent(), metavar="百分数", help="词条的变异得分不得低于多少（默认不要求）"
)
@click.option("--verbose", "is_verbose", is_flag=True, help="逐条列出条件和出现过的结果")
@output_options(("text", "json", "junit"))
@rule_base_options
def test(
    *,
    paths: tuple[Path, ...],
    names: tuple[str, ...],
    coverage_min: float | None,
    is_mutated: bool,
    since: str | None,
    is_written: bool,
    jobs: int | None,
    score_min: float | None,
    term_score_min: float | None,
    is_verbose: bool,
    rules: Path | None,
    schemas: Path | None,
) -> int:
    """Test and print."""
    # Help needs no solver.
    from policy_engine.analysis.testing.fates import Mutations  # noqa: PLC0415
    from policy_engine.usecases.testing import run_tests  # noqa: PLC0415

    loaded = _load(paths, rules, schemas)
    wanted = _chosen_rules(names, loaded)
    terms = _chosen_terms(names, loaded)
    is_mutated = is_mutated or since is not None
    if is_written and not is_mutated:
        raise click.UsageError("--write 要与 --mutate 或者 --changed-since 同用：不作变异不知道哪些例子有用")
    mutations = Mutations()
    written: tuple[str, ...] = ()
    if is_mutated:
        own_rules, own_terms = _own(loaded, wanted, terms)
        reached = _reached(loaded, own_rules, own_terms, since)
        mutations = _mutated(loaded, reached, jobs, has_rules=bool(own_rules), has_terms=bool(own_terms))
        if is_written and mutations.rules is not None:
            loaded, mutations, written = _rewritten(loaded, reached.rules, mutations)
    found = run_tests(loaded.compiled, wanted, loaded.cases, terms)
    if loaded.features:
        scenarios = run_features(loaded.features, loaded.chosen.files, loaded.sources, loaded.compiled)
        found = dataclasses.replace(found, scenarios=scenarios)
    is_short = coverage_min is not None and (found.share is None or found.share < coverage_min)
    is_weak = _is_weak(mutations.rules, score_min, has_choice=since is not None)
    is_weak |= term_score_min is not None and _is_weak(mutations.terms, term_score_min, has_choice=True)
    code = Exit.REFUSED if found.failures or is_short or is_weak else Exit.PERMITTED
    code = Exit.BAD_INPUT if found.problems else code
    return _told(code, found, mutations, loaded, written, is_verbose=is_verbose)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The rule base, compiled, and the case files and features named beside it; `others`: what else was named."""

    chosen: Chosen
    sources: Sources
    compiled: CompiledRuleSet
    cases: tuple[Case, ...]
    features: tuple[Path, ...]
    others: tuple[Path, ...]
    has_case_files: bool

    @property
    def is_apart(self) -> bool:
        """Tell whether only cases and features were named, so that no rule is to be tested."""
        return not self.others and (self.has_case_files or bool(self.features))


def _load(paths: tuple[Path, ...], rules: Path | None, schemas: Path | None) -> _Loaded:
    features = feature_files(paths)
    others = tuple(path for path in paths if not holds_features(path))
    cases_in = {path: _case_files(path) for path in others}
    case_files = tuple(dict.fromkeys(file for files in cases_in.values() for file in files))
    others = tuple(path for path in others if not cases_in[path])
    if features and not case_files and not others:
        # Who writes scenarios decides cases; who tests rules must say which.
        chosen = Chosen(rule_base(rules, schemas), frozenset())
    else:
        chosen = choose_rule_base(others, rules, schemas)
    this_run().inputs = tuple(file_input(n, str(path)) for n, path in enumerate(paths, start=1))
    sources = sources_of(chosen.base)
    compiled = compiled_from(sources)
    cases = tuple(case for path in case_files for case in _cases(path, compiled))
    return _Loaded(chosen, sources, compiled, cases, features, others, bool(case_files))


def _case_files(path: Path) -> tuple[Path, ...]:
    """List the case files that a path names: itself, or all below it; none where it belongs to a rule base."""
    of_rule_base = (*path.resolve().parents, path, path / "rules")
    if any((folder / MARK).is_file() for folder in of_rule_base):
        return ()
    below = sorted(path.rglob("*")) if path.is_dir() else [path]
    return tuple(p for p in below if p.is_file() and p.suffix in (".yaml", ".yml", ".json"))


def _cases(path: Path, compiled: CompiledRuleSet) -> tuple[Case, ...]:
    given = this_run().given
    given[str(path)] = ""
    source = read_source(path)
    given[source.path] = source.text
    return load_cases(source, compiled.rule_set, CaseDefaults(today=today_in_china()))


def _chosen_rules(names: tuple[str, ...], loaded: _Loaded) -> set[str]:
    wanted = _wanted(names, loaded.compiled, loaded.chosen.only) if names or not loaded.is_apart else set()
    is_idle = not (wanted or loaded.features or _chosen_terms(names, loaded))
    if is_idle and not any(case.expected for case in loaded.cases):
        # Nothing tried is nothing shown: a build that names the wrong file must not pass.
        raise click.UsageError(
            "选中的范围里没有规则和词条，也没有写明预期（expect）的案件，检查 PATHS 和 --rule"
        )
    return wanted


def _chosen_terms(names: tuple[str, ...], loaded: _Loaded) -> set[str]:
    if names or loaded.is_apart:
        return set()
    only = loaded.chosen.only
    terms = loaded.compiled.rule_set.lexicon.terms
    return {term.id for term in terms if not only or term.span.path in only}


def _wanted(names: tuple[str, ...], compiled: CompiledRuleSet, only: frozenset[str]) -> set[str]:
    rule_set = compiled.rule_set
    rules = {rule.id: rule for rule in (*rule_set.rules, *(across.rule for across in rule_set.across))}
    for name in names:
        if name not in rules:
            raise click.UsageError(
                f"没有规则 `{name}`，{did_you_mean(name, rules)}", click.get_current_context()
            )
    return {
        name
        for name, rule in rules.items()
        if (not names or name in names) and (not only or only & {rule.span.path, *_made_at(rule)})
    }


def _made_at(rule: Rule) -> Iterator[str]:
    return (example.span.path for example in rule.regressions)


def _own(loaded: _Loaded, wanted: Collection[str], terms: Collection[str]) -> tuple[set[str], set[str]]:
    """Leave the rules and terms of the layer: of what it lies on nothing is tried, and nothing is written there."""
    rule_set = loaded.compiled.rule_set
    rules = (*rule_set.rules, *(one.rule for one in rule_set.across))
    own_rules = {one.id for one in rules if one.id in wanted and is_own(one.span.path)}
    own_terms = {one.id for one in rule_set.lexicon.terms if one.id in terms and is_own(one.span.path)}
    if (wanted or terms) and not (own_rules or own_terms):
        raise click.UsageError("选中的都是基础规则库的，变异测试只做这一层的规则和词条")
    return own_rules, own_terms


def _reached(loaded: _Loaded, wanted: Collection[str], terms: Collection[str], since: str | None) -> Reached:
    from policy_engine.usecases.mutating import Reached, changed_since  # noqa: PLC0415

    if not (wanted or terms):
        raise click.UsageError("变异测试要有规则或者词条：写规则文件，或者不写 PATHS 测整个规则库")
    reached = Reached(frozenset(wanted), frozenset(terms))
    if since is None:
        return reached
    changed = changed_since(since, loaded.compiled)
    return Reached(reached.rules & changed.rules, reached.terms & changed.terms)


def _mutated(
    loaded: _Loaded, reached: Reached, jobs: int | None, *, has_rules: bool, has_terms: bool
) -> Mutations:
    from policy_engine.analysis.testing.fates import Mutations  # noqa: PLC0415
    from policy_engine.foundation.processors import processors  # noqa: PLC0415
    from policy_engine.usecases.mutating import run_mutations, run_term_mutations  # noqa: PLC0415

    return Mutations(
        run_mutations(loaded.sources, loaded.compiled, reached.rules, jobs or processors())
        if has_rules
        else None,
        run_term_mutations(loaded.compiled, reached.terms) if has_terms else None,
    )


def _rewritten(
    loaded: _Loaded, reached: Collection[str], mutations: Mutations
) -> tuple[_Loaded, Mutations, tuple[str, ...]]:
    from policy_engine.cli.rewriting import rewrite_regressions  # noqa: PLC0415

    assert mutations.rules is not None
    base = loaded.chosen.base
    made = rewrite_regressions(base, loaded.sources, loaded.compiled, mutations.rules, reached)
    now = dataclasses.replace(loaded, sources=made.sources, compiled=made.compiled)
    return now, dataclasses.replace(mutations, rules=made.report), made.lines


def _is_weak(mutation: MutationReport | None, score_min: float | None, *, has_choice: bool) -> bool:
    """Tell whether too little was noticed. Nothing to notice is no success, but where nothing was chosen."""
    if mutation is None:
        return False
    if mutation.score is None:
        return not (has_choice or mutation.judged)
    return mutation.score < (100.0 if score_min is None else score_min)


def _told(
    code: Exit,
    found: Testing,
    mutations: Mutations,
    loaded: _Loaded,
    written: tuple[str, ...],
    *,
    is_verbose: bool,
) -> Exit:
    from policy_engine.reporting.testing_page import (  # noqa: PLC0415
        testing_json,
        testing_junit,
        testing_lines,
    )

    run = this_run()
    if run.format == "junit":
        put(testing_junit(found), run)
        return code

    def text() -> str:
        lines = testing_lines(found, mutations, loaded.compiled, is_verbose=is_verbose)
        return joined([*lines, *written, loaded.chosen.base.described(loaded.sources.version)])

    if run.format != "json":
        return tell(code, text, list)
    data = testing_json(found, mutations, loaded.compiled)
    return tell(code, text, lambda: [data], str(data["summary"]), found.problems)
