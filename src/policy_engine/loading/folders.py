"""Where things lie in a rule base: one folder a document, `rules/<area>/<document>/`, and the registers together."""

from __future__ import annotations

import os
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

from policy_engine.foundation.patterns import pattern

# What the folder of a document may hold: the rules; what was made to try them on; how its norms are answered.
LAW: Final = "law.yaml"
REGRESSIONS: Final = "regressions.yaml"
NORMS: Final = "norms.yaml"
OF_A_DOCUMENT: Final = (LAW, REGRESSIONS, NORMS)
# Below `rules/`: the registers, and among them the thresholds and lists the law may change.
REGISTERS: Final = "registers"
PARAMETERS: Final = "parameters"
# The register that makes a rule base a layer: what it lies on.
EXTENDS: Final = "extends.yaml"
# Beside the documents: catalogues, words, and what is looked for in whole lists.
APART: Final = ("aggregates", "catalogue", "lexicon")
# Beside `rules/`: the fields of every subject in groups, and the groups that several subjects share.
VOCABULARY: Final = "vocabulary"
SUBJECT: Final = "subject.yaml"
SHARED: Final = "shared"
# Schemas that hold no subject: they serve editors, other schemas and `cost`.
CASE_SCHEMA: Final = "case.schema.json"
VALUES_SCHEMA: Final = "values.schema.json"
HELPERS: Final = frozenset(
    f"{name}.schema.json"
    for name in ("aggregate-file", "case", "cost", "decision", "output", "rule-file", "values")
)
_GROUP = pattern(r"([1-9][0-9]{0,2})-(.+)\.yaml")


def root_of(path: str) -> str:
    """Name the rule base that a file belongs to, from its path as it is shown: "" for the one that is worked on.

    A file of what that one lies on is shown with its name before the first folder: `自带:rules/…`.
    """
    return path.partition("/")[0].rpartition(":")[0]


def is_own(path: str) -> bool:
    """Tell whether a file belongs to the rule base that is worked on, and not to one it lies on."""
    return not root_of(path)


def within(path: str) -> str:
    """Write a path without the rule base it belongs to: `rules/…`, `schemas/…`, `vocabulary/…`."""
    root = root_of(path)
    return path[len(root) + 1 :] if root else path


def document_of(path: str) -> str:
    """Give the document that a file belongs to: its folder bears its id."""
    return PurePosixPath(path).parent.name


def beside_law(law: str, name: str) -> str:
    """Name a file of the folder that a file of rules lies in."""
    return str(PurePosixPath(law).with_name(name))


def real_path(path: Path) -> Path:
    """Follow links to where a path leads; unlike `Path.resolve` it raises nothing where they lead in a circle."""
    return Path(os.path.realpath(path))


def shown_path(path: PurePath) -> str:
    """Write a path inside the rule base: its names are UTF-8, whatever the locale takes them for."""
    return os.fsencode(path.as_posix()).decode("utf-8", "surrogateescape")


def kind_of(path: str) -> str:
    """Tell what a file of a rule base holds, from its path as it is shown (`rules/…`); "" where nothing reads it there.

    One of `OF_A_DOCUMENT`, of `APART`, or `PARAMETERS`.
    """
    parts = PurePosixPath(path).parts
    match parts:
        case (_, folder, _) if folder in APART and path.endswith(".yaml"):
            return folder
        case (_, folder, below, _) if (folder, below) == (REGISTERS, PARAMETERS) and path.endswith(".yaml"):
            return PARAMETERS
        case (_, folder, _, name) if name in OF_A_DOCUMENT and folder not in (*APART, REGISTERS):
            return name
        case _:
            return ""


def full_id(written: str, document: str) -> str:
    """Give the id of a rule: within its document's file the document's own id may be left out."""
    return written if written.startswith(document + ".") else f"{document}.{written}"


def group_of(path: str) -> tuple[int, str]:
    """Read the number and the title of a group off its file name, `7-用工.yaml`; (0, "") where it is called otherwise."""
    named = _GROUP.fullmatch(PurePosixPath(path).name)
    return (int(named[1]), named[2]) if named else (0, "")


def holds_fields(path: str) -> bool:
    """Tell whether a file, as it is shown (`vocabulary/…`), is one that the vocabulary is read from."""
    match PurePosixPath(path).parts:
        case (top, folder, name) if top == VOCABULARY and name.endswith(".yaml"):
            return folder == SHARED or name == SUBJECT or group_of(name)[0] > 0
        case _:
            return False
