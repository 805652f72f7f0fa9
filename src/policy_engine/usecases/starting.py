"""Start a rule base: a repository that validates, every place to fill in marked as such."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import file_span
from policy_engine.loading.folders import CASE_SCHEMA, VOCABULARY
from policy_engine.usecases.making import write_schemas
from policy_engine.usecases.sources import PACKAGE, RuleFiles, shipped_rules

_TEMPLATE = PACKAGE / "data" / "start"
# A wheel leaves hidden files out, so they lie under other names.
_HIDDEN = {"github": ".github", "pre-commit-config.yaml": ".pre-commit-config.yaml"}
_VALUES = "values.schema.json"
# What is a rule base or would become part of this one.
_WHOLE = ("rules", "schemas", VOCABULARY)
_MOST = 5


def start(folder: Path) -> tuple[str, ...]:
    """Write a new rule base into a folder, made where there is none, and list its files.

    Raises `DiagnosticsError` with what stands in the way, `OSError` where the disk refuses. Nothing is overwritten.
    """
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
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


def _copy(made: Path) -> None:
    for path in _TEMPLATE.iterdir():
        target = made / _HIDDEN.get(path.name, path.name)
        if path.is_dir():
            shutil.copytree(path, target)
        else:
            shutil.copyfile(path, target)
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
