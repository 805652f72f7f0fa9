"""Compare two rule bases: folders or git revisions; and count which rows of a ledger come out differently."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from policy_engine.analysis.difference.compare import RuleChange, compare
from policy_engine.analysis.difference.result import Comparison, Extent, Flip, ShownChange, Side
from policy_engine.analysis.difference.wording import wording_changes
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.analysis.witnesses import case_of
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText, decode
from policy_engine.model.decisions import Decision
from policy_engine.usecases.checking import check
from policy_engine.usecases.locating import SHIPPED, find_rule_base, named_rule_base, shipped_rule_base
from policy_engine.usecases.revisions import Revision, is_revision, read_revision, written_out
from policy_engine.usecases.rule_base import RuleFiles, load_rule_set, read_sources


def compare_sides(
    old: Side, new: Side, subjects: tuple[str, ...], ledger: SourceText | None, today: int
) -> Comparison:
    """Compare two versions. Raises `DiagnosticsError` where the ledger can't be read."""
    difference = compare(old.compiled, new.compiled, subjects)
    changes = tuple(_shown(change, old, new) for change in difference.rules)
    verdicts = tuple((name, *_decided(witness, old, new)) for name, witness in difference.verdicts.items())
    rows, flips = (None, ()) if ledger is None else _flips(ledger, old, new, today)
    return Comparison(
        old=old,
        new=new,
        difference=difference,
        changes=changes,
        verdicts=verdicts,
        wording=tuple(wording_changes(old.compiled.rule_set, new.compiled.rule_set)),
        rows=rows,
        flips=flips,
    )


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
    revision = read_revision(name)
    with written_out(revision) as folder:
        yield side_of(name, _files_in(folder, name), revision)


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
    contents = revision.files if revision is not None else dict(_contents(files, left_out))
    extent = Extent(files=len(contents), digest=_digest(contents), left_out=tuple(left_out))
    return Side(name, compile_rules(load_rule_set(read_sources(files))), extent, _texts(contents))


def _contents(files: RuleFiles, left_out: list[str]) -> Iterator[tuple[str, bytes]]:
    for name, folder in (("rules", files.rules), ("schemas", files.schemas)):
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
        if path.endswith(_STRUCTURED):
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
    raise DiagnosticsError([_no_such(f"`{name}` 里没有规则库", "规则库是放着 rules/documents.yaml 的目录")])


def _no_such(message: str, help_text: str) -> Diagnostic:
    return Diagnostic(code="PE731", message=message, span=file_span("diff"), help=help_text)
