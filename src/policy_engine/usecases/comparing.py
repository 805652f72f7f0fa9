"""Compare two rule bases: folders or git revisions; and count which rows of a ledger come out differently."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from policy_engine.analysis.difference.causes import Cause, causes
from policy_engine.analysis.difference.closing import cases_of_closing
from policy_engine.analysis.difference.compare import RuleChange, compare
from policy_engine.analysis.difference.result import Comparison, Extent, Flip, ShownChange, Side
from policy_engine.analysis.difference.terms import TermChange, comes_from, term_changes
from policy_engine.analysis.difference.vocabulary import is_same_area
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.analysis.witnesses import case_of
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText, decode
from policy_engine.loading.folders import VOCABULARY, is_own, within
from policy_engine.model.areas import NATION
from policy_engine.model.calendar import USUAL_DAY
from policy_engine.model.cases import Case
from policy_engine.model.decisions import Decision
from policy_engine.usecases.checking import check
from policy_engine.usecases.extending import SHIPPED
from policy_engine.usecases.locating import find_rule_base, named_rule_base, shipped_rule_base
from policy_engine.usecases.revisions import (
    Revision,
    files_of,
    is_revision,
    read_revision,
    written_out,
)
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import RuleFiles, read_sources


def compare_sides(
    old: Side, new: Side, subjects: tuple[str, ...], ledger: SourceText | None, today: int
) -> Comparison:
    """Compare two versions. Raises `DiagnosticsError` where the ledger can't be read."""
    difference = compare(old.compiled, new.compiled, subjects)
    changes = tuple(_shown(change, old, new) for change in difference.rules)
    verdicts = [(name, *_decided(witness, old, new)) for name, witness in difference.verdicts.items()]
    for name, fields in difference.closing.items():
        verdicts += _closed_differently(name, fields, old, new)
    terms = term_changes(old.compiled.rule_set, new.compiled.rule_set, subjects)
    rows, flips = (None, ()) if ledger is None else _flips(ledger, old, new, today)
    return Comparison(
        old=old,
        new=new,
        difference=difference,
        changes=changes,
        verdicts=tuple(verdicts),
        subjects=subjects,
        causes=tuple(
            _weighed(cause, old, new, terms)
            for cause in causes(old.texts, new.texts)
            if _is_about(cause, subjects, old, new)
        ),
        rows=rows,
        flips=flips,
        terms=terms,
    )


def _weighed(cause: Cause, old: Side, new: Side, terms: tuple[TermChange, ...]) -> Cause:
    if cause.kind in ("词条", "词组"):
        # The order of words, and a set that no term uses, say nothing.
        return dataclasses.replace(
            cause, decides=cause.decides and any(comes_from(term, cause) for term in terms)
        )
    # What the national list has anyway need not be registered.
    is_idle = cause.kind == "地区" and is_same_area(
        old.compiled.rule_set.areas, new.compiled.rule_set.areas, cause.name
    )
    return dataclasses.replace(cause, decides=False) if is_idle else cause


def _is_about(cause: Cause, subjects: tuple[str, ...], old: Side, new: Side) -> bool:
    if not subjects:
        return True
    if cause.kind in ("字段", "主题"):
        return cause.name.partition(".")[0] in subjects
    if cause.kind == "词条":
        terms = (*old.compiled.rule_set.lexicon.terms, *new.compiled.rule_set.lexicon.terms)
        return any(t.id == cause.name and {*t.points_to, *t.into} & {*subjects} for t in terms)
    if cause.kind != "规则":
        return True
    rules = (*old.compiled.rule_set.rules, *new.compiled.rule_set.rules)
    return any(rule.id == cause.name and set(rule.subjects) & set(subjects) for rule in rules)


def _closed_differently(
    name: str, fields: list[str], old: Side, new: Side
) -> Iterator[tuple[str, Decision, Decision]]:
    """Look for a case that one version closes to another verdict than the other does."""
    if not (name in old.compiled.subjects and name in new.compiled.subjects):
        return
    for case in cases_of_closing(old.compiled, new.compiled, name, fields):
        found = _decided_apart(case, old, new)
        if found is not None:
            yield name, *_smaller(case, name, found, old, new)
            return


def _decided_apart(case: Case, old: Side, new: Side) -> tuple[Decision, Decision] | None:
    try:
        before, after = _check(case, old.compiled), _check(case, new.compiled)
    except DiagnosticsError:
        return None  # The case states what one version computes otherwise.
    return (before, after) if before.verdict is not after.verdict else None


def _smaller(
    case: Case, name: str, found: tuple[Decision, Decision], old: Side, new: Side
) -> tuple[Decision, Decision]:
    """Leave out every fact, and take an ordinary day and place, where the same two verdicts remain."""
    verdicts = [decision.verdict for decision in found]
    tries: list[Callable[[Case], Case]] = [
        lambda c: dataclasses.replace(c, as_of=USUAL_DAY),
        lambda c: dataclasses.replace(c, area=NATION),
        *(functools.partial(_without, subject=name, field=field) for field in case.subjects[name]),
    ]
    for change in tries:
        decided = _decided_apart(change(case), old, new)
        if decided is not None and [d.verdict for d in decided] == verdicts:
            case, found = change(case), decided
    return found


def _without(case: Case, subject: str, field: str) -> Case:
    left = {key: fact for key, fact in case.subjects[subject].items() if key != field}
    return dataclasses.replace(case, subjects=MappingProxyType({subject: MappingProxyType(left)}))


def _check(case: Case, compiled: CompiledRuleSet) -> Decision:
    # A fact that this version has no field for is no fact to it.
    subjects = {
        name: MappingProxyType(
            {k: v for k, v in facts.items() if k in compiled.rule_set.vocabulary.subjects[name].fields}
        )
        for name, facts in case.subjects.items()
    }
    return check(compiled, dataclasses.replace(case, subjects=MappingProxyType(subjects)), Engine.COMPILED)


def _shown(change: RuleChange, old: Side, new: Side) -> ShownChange:
    if change.witness is None:
        return ShownChange(change, None, None)
    return ShownChange(change, *_decided(change.witness, old, new))


def _decided(witness: Witness, old: Side, new: Side) -> tuple[Decision, Decision]:
    return _decide(witness, old.compiled), _decide(witness, new.compiled)


def _decide(witness: Witness, compiled: CompiledRuleSet) -> Decision:
    # A fact that this version has no field for is no fact to it.
    fields = compiled.rule_set.vocabulary.subjects[witness.subject].fields
    known = MappingProxyType({name: value for name, value in witness.values.items() if name in fields})
    case = case_of(dataclasses.replace(witness, values=known), compiled)
    return check(compiled, case, Engine.COMPILED)


def _flips(ledger: SourceText, old: Side, new: Side, today: int) -> tuple[int, tuple[Flip, ...]]:
    defaults = CaseDefaults(today=today)
    before = load_cases(ledger, old.compiled.rule_set, defaults)
    after = load_cases(ledger, new.compiled.rule_set, defaults)
    found = []
    for one, other in zip(before, after, strict=True):
        first, second = check(old.compiled, one, Engine.COMPILED), check(new.compiled, other, Engine.COMPILED)
        if first.verdict is not second.verdict:
            found.append(Flip(one, first, second, tuple(_differing(first, second))))
    return len(before), tuple(found)


def _differing(old: Decision, new: Decision) -> Iterator[str]:
    before = {(s.subject, r.rule.id): r.outcome for s in old.subjects for r in s.results}
    after = {(s.subject, r.rule.id): r.outcome for s in new.subjects for r in s.results}
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) is not after.get(key):
            yield key[1]


@contextmanager
def opened(name: str) -> Iterator[Side]:
    """Open one side by its name: a folder with a rule base, or a git revision, `REV` or `REV:folder`.

    Raises `DiagnosticsError` where it is neither or both, or where its rules do not load.
    """
    if name == SHIPPED:
        yield side_of(name, shipped_rule_base().files)
        return
    # An empty name, from a script's empty variable, is not the current folder.
    if name.strip() and Path(name).is_dir():
        # A folder can be added by whoever proposes the change, to be compared instead of the revision.
        if is_revision(name):
            raise DiagnosticsError(
                [_no_such(f"`{name}` 既是目录又是 git 版本", f"目录写成 `./{name}`，版本写成 `{name}:`")]
            )
        yield side_of(name, _files_in(Path(name), name))
        return
    try:
        revision = read_revision(name)
    except DiagnosticsError as error:
        raise DiagnosticsError(list(map(_or_a_folder, error.diagnostics))) from None
    with written_out(revision) as folder:
        yield side_of(name, files_of(revision, folder), revision)


def current() -> Side:
    """Open the rule base of the current folder. Raises `DiagnosticsError` where it has none."""
    found = find_rule_base(Path.cwd())
    if found is None:
        hint = f"到规则库所在的目录运行，或者写明 NEW；与自带的规则库比写 {SHIPPED}"
        raise DiagnosticsError([_no_such("当前目录没有规则库", hint)])
    return side_of(f"当前（{found.name}）", found.files)


def side_of(name: str, files: RuleFiles, revision: Revision | None = None) -> Side:
    """Load one side. Its files are those of the revision, or those that lie in the folders."""
    left_out: list[str] = list(revision.left_out) if revision is not None else []
    contents = dict(_contents(files, left_out))
    if revision is not None:
        # What lies below may be of the same revision, or be found elsewhere.
        contents = {**revision.files, **{path: data for path, data in contents.items() if not is_own(path)}}
    extent = Extent(files=len(contents), digest=_digest(contents), left_out=tuple(left_out))
    return Side(name, compile_rules(load_rule_set(read_sources(files))), extent, _texts(contents))


def _contents(files: RuleFiles, left_out: list[str]) -> Iterator[tuple[str, bytes]]:
    for name, folder in files.all_folders:
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            shown = f"{name}/{path.relative_to(folder).as_posix()}"
            try:
                yield shown, path.read_bytes()
            except OSError:
                left_out.append(f"读不了的 {shown}")


def _digest(contents: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path in sorted(contents):
        digest.update(os.fsencode(path) + b"\0" + hashlib.sha256(contents[path]).digest())
    return digest.hexdigest()[:16]


def _texts(contents: Mapping[str, bytes]) -> Mapping[str, SourceText]:
    found = {}
    for path in sorted(contents):
        # What the vocabulary says the schemas made from it say again.
        if path.endswith(_STRUCTURED) and not within(path).startswith(f"{VOCABULARY}/"):
            try:
                found[path] = decode(contents[path], path)
            except DiagnosticsError:
                continue  # What the loader reads it has refused already.
    return MappingProxyType(found)


_STRUCTURED = (".yaml", ".json")


def _files_in(folder: Path, name: str) -> RuleFiles:
    found = named_rule_base(folder)
    if found is not None:
        return found.files
    raise DiagnosticsError(
        [_no_such(f"`{name}` 里没有规则库", "规则库是放着 rules/registers/documents.yaml 的目录")]
    )


def _no_such(message: str, help_text: str) -> Diagnostic:
    return Diagnostic(code="PE731", message=message, help=help_text)


def _or_a_folder(problem: Diagnostic) -> Diagnostic:
    return dataclasses.replace(problem, help=f"{problem.help}；也可以写放着规则库的目录")
