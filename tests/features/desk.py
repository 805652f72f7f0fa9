"""A working folder in which scenarios write files and run commands."""

import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from policy_engine.cli.app import app
from policy_engine.usecases import shipped_rules


@dataclass
class Desk:
    """One folder; `result` is what the last command gave."""

    folder: Path
    result: Result | None = None

    def write(self, name: str, text: str) -> None:
        """Write a file, its folders included."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")

    def copy_rule_base(self, name: str) -> None:
        """Copy the shipped rules and schemas."""
        files = shipped_rules()
        shutil.copytree(files.rules, self.folder / name / "rules")
        shutil.copytree(files.schemas, self.folder / name / "schemas")

    def replace(self, name: str, old: str, new: str) -> None:
        """Change a file; what is to change must be there once."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert 1 == text.count(old), f"`{old}` 出现 {text.count(old)} 次"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(self, line: str) -> None:
        """Run a command of policy-engine in the folder."""
        self.result = CliRunner().invoke(app, shlex.split(line), prog_name="policy-engine")
