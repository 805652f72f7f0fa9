"""The whole rule file shown in the language guide loads, compiles, and its examples come out as written."""

import re
import shutil
from pathlib import Path

from policy_engine.evaluation.examples import run_examples
from policy_engine.usecases import RuleFiles, prepare, shipped_rules

GUIDE = Path(__file__).parents[2] / "rules" / "README.md"
BLOCK = re.compile(r"```yaml\n# file: (\S+)\n(.*?)```", re.DOTALL)


def test_the_file_shown_in_the_guide_loads_and_holds(tmp_path):
    files = shipped_rules()
    shutil.copytree(files.rules, tmp_path / "rules")
    ((name, text),) = BLOCK.findall(GUIDE.read_text("utf-8"))
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text(text, encoding="utf-8")
    compiled = prepare(RuleFiles(tmp_path / "rules", files.schemas))
    shown = [result for result in run_examples(compiled) if ".example-" in result.rule.id]
    assert len(shown) >= 15
    assert [] == [(r.rule.id, r.example.name, r.found) for r in shown if not r.is_as_expected]
