"""Make the schemas of a rule base from its vocabulary."""

from __future__ import annotations

from dataclasses import dataclass

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError, raise_errors
from policy_engine.foundation.spans import file_span
from policy_engine.language.schema import FILE, rule_file_schema
from policy_engine.loading.folders import VOCABULARY
from policy_engine.loading.made_schemas import is_made, schema_text, source_digests
from policy_engine.loading.problems import Problems
from policy_engine.loading.registers import load_authority, load_objects
from policy_engine.loading.rooms import read_forms
from policy_engine.loading.vocabulary import load_forms
from policy_engine.usecases.sources import RuleFiles, read_sources


@dataclass(frozen=True, slots=True)
class Made:
    """What writing would do, by the name of a schema: its text; `None` where the file goes, its subject being gone.

    `total`: how many subjects there are; the schema of rule files is made beside theirs.
    """

    changed: dict[str, str | None]
    total: int


def make_schemas(files: RuleFiles) -> Made:
    """Make every schema anew, that of rule files included. Raises `DiagnosticsError` where there is no vocabulary, or anything in it is wrong."""
    sources = read_sources(files)
    if not sources.vocabulary:
        message = f"规则库没有 {VOCABULARY} 目录，模式文件是手写的，没有可以生成的"
        hint = "字段写在 schemas 里的，直接改 schemas；要分组写的，见 vocabulary/README.md"
        raise DiagnosticsError(
            [Diagnostic(code="PE011", message=message, span=file_span(f"{VOCABULARY}/"), help=hint)]
        )
    problems = Problems()
    forms = read_forms(sources.vocabulary, problems)
    vocabulary = load_forms(forms, problems)
    objects = load_objects(sources.registers["objects.yaml"], problems)
    authority = load_authority(sources.registers["authority.yaml"], problems)
    raise_errors(problems.found)
    digests = source_digests(sources.vocabulary)
    made: dict[str, str | None] = {form.schema: schema_text(form, digests[form.subject]) for form in forms}
    before = {source.path.removeprefix("schemas/"): source.text for source in sources.schemas}
    total = len(made)
    made[FILE] = rule_file_schema(vocabulary, objects, authority.forces)
    made |= {name: None for name, text in before.items() if name not in made and is_made(text)}
    return Made({name: text for name, text in made.items() if before.get(name) != text}, total)


def write_schemas(files: RuleFiles) -> Made:
    """Write the schemas that differ. Raises `DiagnosticsError` as above, `OSError` where the disk refuses."""
    made = make_schemas(files)
    files.schemas.mkdir(exist_ok=True)
    for name, text in made.changed.items():
        if text is None:
            (files.schemas / name).unlink()
        else:
            (files.schemas / name).write_text(text, encoding="utf-8", newline="\n")
    return made
