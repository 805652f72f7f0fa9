"""Start a rule base: a repository that validates, every place to fill in marked as such."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from pathlib import Path

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.loading.folders import CASE_SCHEMA, EXTENDS, REGISTERS, VOCABULARY
from policy_engine.model.rules import RuleSet
from policy_engine.usecases.making import write_schemas
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import PACKAGE, RuleFiles, read_sources, shipped_rules

_TEMPLATE = PACKAGE / "data" / "start"
_LAYER = PACKAGE / "data" / "layer"
# What a layer has of the other template.
_SHARED = ("github", "pre-commit-config.yaml")
_USUAL_FORCE = "规范性文件"
# A wheel leaves hidden files out, so they lie under other names.
_HIDDEN = {"github": ".github", "pre-commit-config.yaml": ".pre-commit-config.yaml"}
_VALUES = "values.schema.json"
# What is a rule base or would become part of this one.
_WHOLE = ("rules", "schemas", VOCABULARY)
_MOST = 5
# What the template of a layer calls its document, its group of fields and its field.
_DOCUMENT = "local-2026-1"
OWN_GROUP = "本级"
_FIELD = "本级已批准"


def start(folder: Path, extends: str = "") -> tuple[str, ...]:
    """Write a new rule base into a folder, made where there is none, and list its files.

    `extends`: what it is to lie on, as its register says it: 自带, `package:name` or a folder from the new one; "" for nothing.
    Raises `DiagnosticsError` with what stands in the way, `OSError` where the disk refuses. Nothing is overwritten.
    """
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        if extends:
            _lay(made, folder.resolve(), extends)
        else:
            _copy(made)
        files = sorted(p.relative_to(made) for p in made.rglob("*") if p.is_file())
        _refuse(folder, files)
        for file in files:
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            # Whatever came there meanwhile stays.
            with target.open("xb") as out:
                out.write((made / file).read_bytes())
    return tuple(file.as_posix() for file in files)


def _lay(made: Path, folder: Path, extends: str) -> None:
    """Write a layer: on the subject that most rules below are about, with what those call ordinary documents."""
    _take(made, [*_LAYER.iterdir(), *(_TEMPLATE / name for name in _SHARED)])
    register = made / "rules" / REGISTERS / EXTENDS
    files = RuleFiles(made / "rules", made / "schemas", at=folder)
    register.write_text(f"extends: {json.dumps(extends, ensure_ascii=False)}\n", encoding="utf-8")
    below = files.base
    assert below is not None
    base = read_sources(below)
    rule_set = load_rule_set(base, reads_examples=False)
    about = Counter(subject for rule in rule_set.rules for subject in rule.subjects)
    subject = max(rule_set.vocabulary.subjects, key=lambda name: about[name])
    forces = rule_set.authority.forces
    words = {
        "<基础>": extends,
        "<版本>": base.version,
        "<主题>": subject,
        "<效力>": _USUAL_FORCE if _USUAL_FORCE in forces else list(forces)[-1],
    }
    (made / VOCABULARY / subject).mkdir()
    number = _free(rule_set, subject)
    group = next((made / VOCABULARY).glob("*.yaml"))
    group.rename(made / VOCABULARY / subject / f"1-{_numbered(OWN_GROUP, number)}.yaml")
    if number > 1:
        local = made / "rules" / "local"
        (local / _DOCUMENT).rename(local / _document(number))
        words |= {_DOCUMENT: _document(number), _FIELD: _numbered(_FIELD, number)}
    shutil.copyfile(_LAYER / "rules" / REGISTERS / EXTENDS, register)
    for path in (p for p in made.rglob("*") if p.is_file()):
        text = path.read_text(encoding="utf-8")
        for mark, word in words.items():
            text = text.replace(mark, word)
        path.write_text(text, encoding="utf-8", newline="\n")
    write_schemas(files)
    # What is written loads, or nothing is written: the base may have a document or a field called so.
    load_rule_set(read_sources(files), reads_examples=False)


def _free(rule_set: RuleSet, subject: str) -> int:
    """Find the first number with which nothing of the template is called as something below: that may be a layer itself."""
    below = rule_set.vocabulary.subjects[subject]
    return next(
        number
        for number in count(1)
        if _document(number) not in rule_set.documents
        and _numbered(_FIELD, number) not in below.fields
        and _numbered(OWN_GROUP, number) not in below.groups
    )


def _document(number: int) -> str:
    return _DOCUMENT.removesuffix("1") + str(number)


def free_group(groups: Collection[str]) -> str:
    """Name the first group of a layer's own fields as none below is named."""
    return next(name for number in count(1) if (name := _numbered(OWN_GROUP, number)) not in groups)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}_{number}"


def _take(made: Path, paths: Iterable[Path]) -> None:
    for path in paths:
        target = made / _HIDDEN.get(path.name, path.name)
        if path.is_dir():
            shutil.copytree(path, target)
        else:
            shutil.copyfile(path, target)


def _copy(made: Path) -> None:
    _take(made, _TEMPLATE.iterdir())
    files = RuleFiles(made / "rules", made / "schemas")
    files.schemas.mkdir()
    shipped = shipped_rules().schemas
    shutil.copyfile(shipped / _VALUES, files.schemas / _VALUES)
    write_schemas(files)
    subjects = [_subject_of(path) for path in sorted(files.schemas.glob("*.json"))]
    case = _case_schema((shipped / CASE_SCHEMA).read_text(encoding="utf-8"), {n: f for n, f in subjects if n})
    (files.schemas / CASE_SCHEMA).write_text(case, encoding="utf-8", newline="\n")


def _subject_of(path: Path) -> tuple[str, str]:
    return json.loads(path.read_text(encoding="utf-8")).get("x-subject", ""), path.name


def _case_schema(shipped: str, subjects: Mapping[str, str]) -> str:
    """Write the schema of case files for other subjects than the shipped ones. `subjects`: the file of each."""
    root = json.loads(shipped)
    own = {name: {"$ref": file} for name, file in subjects.items()}
    kept = {key: value for key, value in root["properties"].items() if "$ref" not in value}
    root["properties"] = kept | own
    root["anyOf"] = [{"required": [name]} for name in own]
    return json.dumps(root, ensure_ascii=False, indent=2) + "\n"


def with_subject(text: str, name: str, file: str) -> str:
    """Have the schema of case files know one more subject."""
    root = json.loads(text)
    root["properties"][name] = {"$ref": file}
    root["anyOf"] = [*root.get("anyOf", ()), {"required": [name]}]
    return json.dumps(root, ensure_ascii=False, indent=2) + "\n"


def _refuse(folder: Path, files: Sequence[Path]) -> None:
    """Refuse with what stands in the way: a file that would be overwritten, a folder that would become part of the rule base."""
    wanted = dict.fromkeys([*map(Path, _WHOLE), *files])
    present = [path for path in wanted if os.path.lexists(folder / path)]
    # A file where a folder is wanted.
    above = {p for file in files for p in (folder, *(folder / q for q in file.parents))}
    blocked = sorted(p for p in above if os.path.lexists(p) and (not p.is_dir() or _leads_away(p, folder)))
    # Of a folder that is in the way, not every file in it.
    shown = [p.as_posix() for p in present if not any(q in present for q in p.parents)]
    shown += [str(p) for p in blocked]
    if not shown:
        return
    more = f"等 {len(shown)} 处" if len(shown) > _MOST else ""
    raise DiagnosticsError(
        [
            Diagnostic(
                code="PE017",
                message=f"目录里已经有 {'、'.join(f'`{name}`' for name in shown[:_MOST])}{more}，没有写任何文件",
                span=file_span(str(folder)),
                help="换一个空目录，或者先把它们移开；init 不改已有的文件",
            )
        ]
    )


def _leads_away(path: Path, folder: Path) -> bool:
    return path != folder and path.is_symlink()
