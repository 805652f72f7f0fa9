"""The document worked on in docs/encoding.md goes through every step the guide shows."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app
from policy_engine.usecases import shipped_rules

pytestmark = pytest.mark.usefixtures("spared")

GUIDE = Path(__file__).parents[2] / "docs" / "encoding"


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("guide")
    files = shipped_rules()
    shutil.copytree(files.rules, root / "rules")
    shutil.copytree(files.schemas, root / "schemas")
    shutil.copytree(GUIDE / "rules", root / "rules", dirs_exist_ok=True)
    register = root / "rules" / "registers" / "documents.yaml"
    entry = (GUIDE / "documents-entry.yaml").read_text("utf-8")
    register.write_text(register.read_text("utf-8").rstrip("\n") + "\n\n" + entry, encoding="utf-8")
    return root


@pytest.mark.every(3)
@pytest.mark.parametrize(
    "arguments",
    [
        ["fmt", "--check", "rules/lishui"],
        ["validate", "rules", "--strict"],
        ["test", "rules/lishui", "--mutate"],
        ["analyse", "rules/lishui", "--subject", "采购事项"],
        ["rules", "coverage", "--rules", "rules", "--schemas", "schemas"],
        ["rules", "show", "example-2027-1.art-3", "--rules", "rules", "--schemas", "schemas"],
    ],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_step_of_the_guide_finds_nothing_to_complain_of(base, arguments, monkeypatch):
    monkeypatch.chdir(base)
    result = CliRunner().invoke(app, arguments, prog_name="policy-engine")
    assert 0 == result.exit_code, result.output


def test_the_new_document_changes_what_it_should(base, monkeypatch):
    monkeypatch.chdir(base)
    shipped = shipped_rules().rules.parent
    result = CliRunner().invoke(
        app, ["diff", str(shipped), ".", "--subject", "采购事项"], prog_name="policy-engine"
    )
    assert 1 == result.exit_code
    assert "[新增] example-2027-1.art-3" in result.stdout
    assert "[改动]" not in result.stdout
