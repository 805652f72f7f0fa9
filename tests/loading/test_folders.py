"""One folder a document: what lies elsewhere is read by nobody, and a folder bears the id of its document."""

import dataclasses

import pytest

from loading.toy import TEXTS, sources_with
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.loading.files import SourceText
from policy_engine.loading.folders import beside_law, document_of, kind_of
from policy_engine.usecases import load_rule_set


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("rules/national/a-2020/law.yaml", "law.yaml"),
        ("rules/national/a-2020/norms.yaml", "norms.yaml"),
        ("rules/national/a-2020/regressions.yaml", "regressions.yaml"),
        ("rules/registers/parameters/safety.yaml", "parameters"),
        ("rules/lexicon/works.yaml", "lexicon"),
        ("rules/catalogue/central.yaml", "catalogue"),
        ("rules/registers/documents.yaml", ""),
        ("rules/national/a-2020.yaml", ""),
        ("rules/national/a-2020/rules.yaml", ""),
        ("rules/national/more/a-2020/law.yaml", ""),
        ("rules/law.yaml", ""),
        ("rules/a-2020/law.yaml", ""),
        ("rules/lexicon/a-2020/law.yaml", ""),
        ("rules/registers/a-2020/law.yaml", ""),
        ("rules/coverage/a-2020.yaml", ""),
        ("rules/parameters/safety.yaml", ""),
        ("rules/lexicon/works.yml", ""),
    ],
)
def test_each_file_has_one_place(path: str, kind: str) -> None:
    assert kind == kind_of(path)


def test_what_belongs_to_a_document_lies_beside_its_rules() -> None:
    norms = beside_law("rules/national/a-2020/law.yaml", "norms.yaml")
    assert ("rules/national/a-2020/norms.yaml", "a-2020") == (norms, document_of(norms))


@pytest.mark.parametrize(("folder", "codes"), [("toy-2020", []), ("toy-2021", ["PE216"])])
def test_a_folder_bears_the_id_of_its_document(folder: str, codes: list[str]) -> None:
    law = SourceText(f"rules/toy/{folder}/law.yaml", TEXTS["rules.yaml"])
    sources = dataclasses.replace(sources_with({}), rules=(law,))
    try:
        load_rule_set(sources)
        found = []
    except DiagnosticsError as error:
        found = [(d.code, d.span.place) for d in error.diagnostics]
    assert [(code, f"{law.path}:1:11") for code in codes] == found
