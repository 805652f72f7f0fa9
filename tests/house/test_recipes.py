"""The recipes of CONTRIBUTING, followed to the letter in a copy of the program: what they name is all there is to do."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from effort import IS_FULL

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CASE = ROOT / "examples" / "purchase-property-service.yaml"


@pytest.fixture
def copy(tmp_path):
    """A copy of the program and the shipped rules that may be changed."""
    for folder in ("src", "rules", "schemas", "vocabulary"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "_data")
        )
    return tmp_path


def run(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run the copy, not what is installed."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy / "src"), "PYTHONUTF8": "1"},
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert 1 == text.count(old), (path.name, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def recipe(title: str) -> str:
    """Take one section of the guide."""
    return GUIDE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_a_format_of_check_is_one_line(copy):
    assert "`FORMATS`" in recipe("Add a report")
    change(
        copy / "src/policy_engine/reporting/render.py",
        "FORMATS: Mapping[str, Callable[[Checked], str]] = {\n",
        'FORMATS: Mapping[str, Callable[[Checked], str]] = {\n    "short": lambda checked: f"{len(checked.entries)} 件\\n",\n',
    )
    found = run(copy, "-m", "policy_engine", "check", str(CASE), "--format", "short")
    assert "1 件\n" == found.stdout, found.stderr


LINT = '''"""A lint."""

from policy_engine.foundation.diagnostics import Diagnostic


def detect_long_titles(rule_set):
    """Report every rule."""
    return (Diagnostic(code="PE699", message="举例", span=rule.span, help="举例") for rule in rule_set.rules[:1])
'''
LINTED = """
from policy_engine.analysis.lints import lint
from policy_engine.usecases import load_rule_set, read_sources, shipped_rules
print({found.code for found in lint(load_rule_set(read_sources(shipped_rules())))} & {"PE699"})
"""


@pytest.mark.broad
def test_a_lint_is_a_function_and_a_line_of_a_table(copy):
    assert "`analysis/lints/`" in recipe("Add a lint or a detector")
    lints = copy / "src/policy_engine/analysis/lints"
    (lints / "titles.py").write_text(LINT, encoding="utf-8")
    table = lints / "table.py"
    change(
        table,
        "LINTS: MappingProxyType[str, Lint] = MappingProxyType(\n    {\n",
        'LINTS: MappingProxyType[str, Lint] = MappingProxyType(\n    {\n        "PE699": detect_long_titles,\n',
    )
    change(
        table, "\nLint = ", "\nfrom policy_engine.analysis.lints.titles import detect_long_titles\n\nLint = "
    )
    found = run(copy, "-c", LINTED)
    assert "{'PE699'}\n" == found.stdout, found.stderr


SUBJECT = "help: 一次验收\nschema: acceptance.schema.json\ngives: verdict\npermitted: 验收符合要求\n"
GROUP = """\
help: 怎样验收
fields:
  - name: 已组织验收
    help: 是否组织了验收
    type: boolean
    role: element
    supplier: 经办人
    question: 是否组织了验收？
"""
LAW = """\
  - id: mof-order-110-2022.example-acceptance
    title: 应当组织验收
    cite: 第九条
    subject: 验收
    require: {已组织验收: true}
    remedy: 组织验收
"""


@pytest.mark.broad
def test_a_subject_is_a_folder_of_the_vocabulary_a_reference_and_a_rule(copy):
    words = recipe("Add a subject type")
    assert all(name in words for name in ("subject.yaml", "schema --write", "schemas/case.schema.json"))
    room = copy / "vocabulary" / "验收"
    room.mkdir()
    (room / "subject.yaml").write_text(SUBJECT, encoding="utf-8")
    (room / "1-验收.yaml").write_text(GROUP, encoding="utf-8")
    made = run(copy, "-m", "policy_engine", "schema", "--write")
    assert 0 == made.returncode, made.stdout + made.stderr
    assert '"验收"' in (copy / "schemas" / "rule-file.schema.json").read_text(encoding="utf-8")
    law = copy / "rules/national/mof-order-110-2022/law.yaml"
    law.write_text(law.read_text(encoding="utf-8").rstrip("\n") + "\n" + LAW, encoding="utf-8")
    case = copy / "case.yaml"
    case.write_text("as_of: 2026-01-15\njurisdiction: 全国\n验收: {已组织验收: false}\n", encoding="utf-8")
    found = run(copy, "-m", "policy_engine", "check", "case.yaml")
    assert "应当组织验收" in found.stdout, found.stdout + found.stderr


LEAF = '''@dataclass(frozen=True, slots=True)
class Multiple:
    """A number field is a whole multiple of a constant of its scale."""

    field: str
    factor: int
    span: Span = dataclasses.field(compare=False)


'''
OPERATOR = """    Operator(
        word=Quantity.MULTIPLE.value,
        comparison=Quantity.MULTIPLE,
        types=(FieldType.NUMBER,),
        operand=Operand.VALUE,
        title="整数倍",
        meaning="是几的整数倍",
        holds="it is a whole multiple of n",
        slips=(Slip.LIMIT,),
    ),
"""


@pytest.mark.skipif(not IS_FULL, reason="checks the types of the whole program")
def test_an_operator_touches_the_files_that_the_guide_lists_and_the_type_checker_names_them(copy):
    model, language = (
        copy / "src/policy_engine/model/conditions.py",
        copy / "src/policy_engine/language/operators.py",
    )
    change(
        model,
        "@dataclass(frozen=True, slots=True)\nclass Members:",
        LEAF + "@dataclass(frozen=True, slots=True)\nclass Members:",
    )
    change(model, "Plain = Compare |", "Plain = Compare | Multiple |")
    change(language, '    COUNT = "count"\n', '    COUNT = "count"\n    MULTIPLE = "multiple_of"\n')
    change(language, "_OPERATORS = (\n", "_OPERATORS = (\n" + OPERATOR)
    shutil.copy(ROOT / "pyproject.toml", copy)
    found = run(copy, "-m", "mypy", "--strict", "src").stdout
    named = set(re.findall(r"^src/policy_engine/(\S+)\.py:\d+: error", found, re.MULTILINE))
    listed = set(re.findall(r"^   - `([a-z_/]+)`", recipe("Add an operator"), re.MULTILINE))
    by_second_look = {"evaluation/durable/properties", "language/operators"}
    assert named == listed - by_second_look
    assert 13 == len(listed)
