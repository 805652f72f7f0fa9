"""What a wheel brings: each folder that a rule base is read from, or who installs it can't lay one of their own on it."""

import importlib.util
from pathlib import Path

from policy_engine.usecases.sources import shipped_rules

ROOT = Path(__file__).parents[2]


def test_a_wheel_holds_every_folder_of_the_shipped_rule_base() -> None:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    hook = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hook)
    assert {name for name, _ in shipped_rules().folders} == set(hook.FOLDERS)
