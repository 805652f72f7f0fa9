"""Compare two rule bases: folders or git revisions; and count which rows of a ledger come out differently."""

from __future__ import annotations

import dataclasses
import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from policy_engine.analysis.difference.compare import RuleChange, compare
from policy_engine.analysis.difference.result import Comparison, Flip, ShownChange, Side
from policy_engine.analysis.difference.wording import wording_changes
from policy_engine.analysis.symbolic.solving import Witness
from policy_engine.analysis.witnesses import case_of
from policy_engine.compilation import CompiledRuleSet, compile_rules
from policy_engine.evaluation.agreement import Engine
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model.decisions import Decision
from policy_engine.usecases.checking import check
from policy_engine.usecases.rule_base import RuleFiles, load_rule_set, read_sources, shipped_rules


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

    Raises `DiagnosticsError` where it is neither, or where its rules do not load.
    """
    path = Path(name)
    if path.is_dir():
        yield Side(name, _compiled(_files_in(path, name)))
        return
    with TemporaryDirectory() as folder:
        _extract(name, Path(folder))
        revision, _, inside = name.partition(":")
        yield Side(name, _compiled(_files_in(Path(folder) / inside, revision)))


def current() -> Side:
    """Open the rule base of the current folder, or the shipped one."""
    here = Path.cwd()
    inside = here / "rules" / "documents.yaml"
    files = _files_in(here, "当前目录") if inside.is_file() else shipped_rules()
    return Side("当前", _compiled(files))


def _compiled(files: RuleFiles) -> CompiledRuleSet:
    return compile_rules(load_rule_set(read_sources(files)))


def _files_in(folder: Path, name: str) -> RuleFiles:
    for rules in (folder / "rules", folder):
        if (rules / "documents.yaml").is_file():
            beside = rules.parent / "schemas"
            return RuleFiles(rules, beside if beside.is_dir() else shipped_rules().schemas)
    raise DiagnosticsError([_no_such(f"`{name}` 里没有规则库", "规则库是放着 rules/documents.yaml 的目录")])


def _extract(name: str, folder: Path) -> None:
    revision, _, inside = name.partition(":")
    prefix = f"{inside.strip('/')}/" if inside else ""
    listed = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if listed is None:
        heads = _git("for-each-ref", "--format=%(refname:short)") or b""
        hint = did_you_mean(revision, heads.decode("utf-8", "replace").split())
        raise DiagnosticsError([_no_such(f"`{name}` 不是目录，也不是 git 版本", f"写目录或者版本；{hint}")])
    commit = listed.decode("ascii").strip()
    archive = _git("archive", "--format=tar", commit, f"{prefix}rules", f"{prefix}schemas", at_top=True)
    if archive is None:
        raise DiagnosticsError(
            [_no_such(f"版本 `{revision}` 里没有 {prefix}rules 和 {prefix}schemas", "写成 REV:目录")]
        )
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            target = (folder / member.name).resolve()
            # Only plain files inside the folder; a rule base has nothing else.
            content = tar.extractfile(member) if member.isfile() else None
            if content is not None and target.is_relative_to(folder.resolve()):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def _git(*arguments: str, at_top: bool = False) -> bytes | None:
    where: list[str] = []
    if at_top:
        top = _git("rev-parse", "--show-toplevel")
        where = ["-C", top.decode("utf-8").strip()] if top else []
    try:
        # A fixed program; the revision is an argument of its own and can't become an option.
        done = subprocess.run(["git", *where, *arguments], capture_output=True, check=False)  # noqa: S603, S607
    except OSError:
        raise DiagnosticsError([_no_such("没有找到 git", "安装 git，或者写两个目录")]) from None
    return done.stdout if done.returncode == 0 else None


def _no_such(message: str, help_text: str) -> Diagnostic:
    return Diagnostic(code="PE731", message=message, span=file_span("diff"), help=help_text)
