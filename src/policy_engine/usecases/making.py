"""Make the schemas of a rule base from its vocabulary."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, raise_errors
from policy_engine.foundation.in_place import rewrite
from policy_engine.foundation.spans import file_span
from policy_engine.language.aggregates_schema import AGGREGATE_FILE, aggregate_file_schema
from policy_engine.language.schema import FILE, rule_file_schema
from policy_engine.loading.folders import CASE_SCHEMA, VALUES_SCHEMA, VOCABULARY, is_own, within
from policy_engine.loading.made_schemas import is_made, schema_text, source_digests
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_authority, load_objects
from policy_engine.loading.rooms import Form, read_forms, subject_of
from policy_engine.loading.vocabulary import load_forms
from policy_engine.usecases.sources import RuleFiles, Sources, read_sources


@dataclass(frozen=True, slots=True)
class Made:
    """What writing would do, by the name of a schema: its text; `None` where the file goes, its subject being gone.

    `total`: how many subjects there are; the schema of rule files is made beside theirs.
    """

    changed: dict[str, str | None]
    total: int


def make_schemas(files: RuleFiles, sources: Sources | None = None) -> Made:
    """Make every schema anew, those of rule files and of aggregates included.

    Raises `DiagnosticsError` where there is no vocabulary, or anything in it is wrong.
    `sources`: the texts to take in place of what the files hold.
    """
    sources = sources or read_sources(files)
    if not sources.vocabulary:
        message = f"规则库没有 {VOCABULARY} 目录，模式文件是手写的，没有可以生成的"
        hint = "字段写在 schemas 里的，直接改 schemas；要分组写的，见 vocabulary/README.md"
        raise DiagnosticsError(
            [Diagnostic(code="PE011", message=message, span=file_span(f"{VOCABULARY}/"), help=hint)]
        )
    problems = Problems()
    forms = read_forms(sources.vocabulary, problems)
    vocabulary = load_forms(forms, problems)
    objects = load_objects(sources.register("objects.yaml"), problems)
    authority = load_authority(sources.register("authority.yaml"), problems)
    raise_errors(problems.found)
    digests = source_digests(sources.vocabulary)
    # A layer makes those of its own subjects and of those that it adds fields to; the others lie below.
    written = {subject_of(source.path) for source in sources.vocabulary if is_own(source.path)}
    made: dict[str, str | None] = {
        form.schema: schema_text(form, digests[form.subject]) for form in forms if form.subject in written
    }
    before = {s.path.removeprefix("schemas/"): s.text for s in sources.schemas if is_own(s.path)}
    total = len(made)
    below = files.base
    if below is not None:
        made |= _helpers(read_sources(below), forms, set(made))
    made[FILE] = rule_file_schema(vocabulary, objects, authority.forces)
    if any(is_own(source.path) for source in sources.aggregates):
        made[AGGREGATE_FILE] = aggregate_file_schema(vocabulary)
    made |= {name: None for name, text in before.items() if name not in made and is_made(text)}
    return Made({name: text for name, text in made.items() if before.get(name) != text}, total)


def _helpers(base: Sources, forms: Iterable[Form], own: Collection[str]) -> dict[str, str]:
    """Copy what the schemas of a layer refer to, and have that of case files know its subjects. `own`: those that it has."""
    below = {within(source.path).removeprefix("schemas/"): source.text for source in base.schemas}
    found = {VALUES_SCHEMA: below[VALUES_SCHEMA]} if own and VALUES_SCHEMA in below else {}
    if not own or CASE_SCHEMA not in below:
        return found
    root = json.loads(below[CASE_SCHEMA])
    known = {form.subject: form.schema for form in forms}
    # What lies below lies elsewhere on each machine: an editor can't follow there, the program checks it.
    root["properties"] = {
        key: {"description": "基础规则库的主题，由程序检查"}
        if "$ref" in value and known.get(key) not in own
        else value
        for key, value in root["properties"].items()
    }
    for subject, schema in known.items():
        if schema in own and subject not in root["properties"]:
            root["properties"][subject] = {"$ref": schema}
            root["anyOf"] = [*root.get("anyOf", ()), {"required": [subject]}]
    found[CASE_SCHEMA] = json.dumps(root, ensure_ascii=False, indent=2) + "\n"
    return found


def write_schemas(files: RuleFiles) -> Made:
    """Write the schemas that differ. Raises `DiagnosticsError` as above, `OSError` where the disk refuses."""
    made = make_schemas(files)
    files.schemas.mkdir(exist_ok=True)
    for name, text in made.changed.items():
        if text is None:
            (files.schemas / name).unlink()
        else:
            rewrite(files.schemas / name, text)
    return made
