"""Whole renderings of the examples, compared with tests/golden/. Renew them with `--update-goldens` and read the diff."""

import re
from pathlib import Path

import pytest

import as_shipped
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import read_source
from policy_engine.model.calendar import day_number
from policy_engine.reporting.render import render_decisions
from policy_engine.usecases import check

ROOT = Path(__file__).parent.parent.parent
GOLDEN = ROOT / "tests" / "golden"
RENDERINGS = [
    *((path.stem, "official", "text") for path in sorted((ROOT / "examples").glob("*.yaml"))),
    ("purchase-wall-repair", "official", "markdown"),
    ("purchase-road-maintenance", "official", "json"),
    ("purchase-wall-repair", "auditor", "text"),
    ("stage-2012-and-2026", "auditor", "markdown"),
    ("staffing-textile-mill", "developer", "text"),
]
SUFFIXES = {"text": "txt", "markdown": "md", "json": "json"}


@pytest.fixture(scope="session")
def compiled():
    return as_shipped.compiled()


@pytest.mark.parametrize(("name", "view", "format_"), RENDERINGS, ids=["-".join(r) for r in RENDERINGS])
def test_rendering_is_as_written_down(name: str, view: str, format_: str, compiled, request) -> None:
    source = read_source(ROOT / "examples" / f"{name}.yaml", f"examples/{name}.yaml")
    cases = load_cases(source, compiled.rule_set, CaseDefaults(today=day_number("2026-01-15")))
    found = without_versions(
        render_decisions([check(compiled, case) for case in cases], compiled, view, format_)
    )
    golden = GOLDEN / name / f"{view}.{SUFFIXES[format_]}"
    if request.config.getoption("--update-goldens"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == found


def without_versions(text: str) -> str:
    """Rule versions and lines change with every edit of a rule that a rendering does not otherwise show."""
    text = re.sub(r"\b[0-9a-f]{16}\b", "（摘要）", text)
    return re.sub(r"(rules/[\w/.-]+\.yaml):\d+:\d+", r"\1", text)
