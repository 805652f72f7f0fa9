"""Load a rule base and decide cases with it, from another program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from policy_engine.compilation import CompiledRuleSet
from policy_engine.evaluation.agreement import EngineBrokeError, EnginesDisagreeError
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.parts import absent_part
from policy_engine.foundation.text import both_ends
from policy_engine.library.decided import Decision
from policy_engine.loading.cases import CaseDefaults, load_cases, load_given
from policy_engine.loading.files import read_source, refused_path
from policy_engine.model.cases import Case
from policy_engine.usecases.checking import check, engine_fault
from policy_engine.usecases.extending import SHIPPED
from policy_engine.usecases.kept.loading import loaded
from policy_engine.usecases.locating import MARK, RuleBase, named_rule_base, shipped_rule_base
from policy_engine.usecases.today import today_in_china

_LONGEST = 80


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A rule base made ready. Frozen, and any number of threads may use one at a time."""

    _compiled: CompiledRuleSet = field(repr=False)

    def __repr__(self) -> str:
        return f"<Program {self.name} {self.version}>"

    @property
    def name(self) -> str:
        """Give what the rule base is called: 自带, or its path."""
        return self._compiled.rule_set.name

    @property
    def version(self) -> str:
        """Give the digest of its content: the same rules have the same on every machine."""
        return self._compiled.rule_set.version

    @property
    def subjects(self) -> tuple[str, ...]:
        """Name the subjects that a case can have."""
        return tuple(self._compiled.rule_set.vocabulary.subjects)

    def case(self, facts: Mapping[str, object], *, today: date | None = None) -> Case:
        """Read a case given in the form of a case file: `as_of`, `jurisdiction`, …, and subjects by name.

        A value is a `bool`, `int`, `float`, `Decimal`, `str`, `date`, a list, or a `dict` as `{"unknown": reason}`;
        numbers are in the unit of their field. `None` is a fact not told. `today` stands where no `as_of` does;
        without it the day is China's. Raises `DiagnosticsError` with everything wrong, each at the keys that lead
        to it.
        """
        return load_given(facts, self._compiled.rule_set, _defaults(today))

    def read(self, path: str | os.PathLike[str], *, today: date | None = None) -> tuple[Case, ...]:
        """Read the cases of a YAML or JSON file. Raises `DiagnosticsError` with all problems of the file."""
        return load_cases(read_source(Path(path)), self._compiled.rule_set, _defaults(today))

    def check(self, case: Case | Mapping[str, object], *, today: date | None = None) -> Decision:
        """Decide a case that this program has read, or facts as `case` takes them, and `today` with them.

        Raises `DiagnosticsError` where the facts are wrong or can't be true together, and where the two engines
        do not agree: then there is no decision.
        """
        read = self._own(case) if isinstance(case, Case) else self.case(case, today=today)
        try:
            return Decision(check(self._compiled, read), self._compiled)
        except (EnginesDisagreeError, EngineBrokeError) as error:
            raise DiagnosticsError([engine_fault(error, read)]) from error
        except ImportError as error:
            absent = absent_part(error)
            if absent is None:
                raise
            raise DiagnosticsError([absent]) from error

    def _own(self, case: Case) -> Case:
        subjects = self._compiled.rule_set.vocabulary.subjects
        for name, facts in case.subjects.items():
            fields = subjects[name].fields if name in subjects else {}
            strange = (
                name if name not in subjects else next((one for one in facts if one not in fields), None)
            )
            if strange is not None:
                message = f"案件是按别的规则库读的，这个规则库里没有 `{strange}`"
                help_text = "用同一个 Program 的 case 或者 read 读"
                raise DiagnosticsError(
                    [Diagnostic(code="PE502", message=message, span=case.span, help=help_text)]
                )
        return case


def load(
    rules: str | os.PathLike[str] | None = None, schemas: str | os.PathLike[str] | None = None
) -> Program:
    """Load a rule base: the shipped one, or the one that lies in a folder, as `--rules` and `--schemas` name it.

    The first time takes about a second; after that it is taken as it was kept, unless anything changed. Raises
    `DiagnosticsError` where there is none or it has errors.
    """
    vocabulary = _folder(schemas) if schemas is not None else None
    if vocabulary is not None and not any(vocabulary.glob("*.schema.json")):
        message = f"`{schemas}` 里没有词汇表"
        raise _refused(message, "写放着 *.schema.json 的目录")
    if rules is None:
        base: RuleBase | None = shipped_rule_base(vocabulary)
    else:
        base = named_rule_base(Path(SHIPPED) if str(rules) == SHIPPED else _folder(rules), vocabulary)
    if base is None:
        message = f"`{rules}` 里没有规则库（缺 {MARK}）"
        raise _refused(message, f"写规则库所在目录；用自带的规则库，不写或者写 {SHIPPED}")
    return Program(loaded(base.files, base.name))


def _folder(named: str | os.PathLike[str]) -> Path:
    # The empty path, from a setting without a value, is not the current folder.
    path = Path(named)
    try:
        is_folder = bool(os.fspath(named).strip()) and path.is_dir()
    except OSError as error:
        raise refused_path(str(named), error) from None
    if not is_folder:
        message = f"没有目录 `{both_ends(str(named), _LONGEST)}`"
        raise _refused(message, "检查路径；当前目录写 .")
    return path


def _refused(message: str, help_text: str) -> DiagnosticsError:
    return DiagnosticsError([Diagnostic(code="PE731", message=message, help=help_text)])


def _defaults(today: date | None) -> CaseDefaults:
    return CaseDefaults(today=today_in_china() if today is None else today.toordinal())
