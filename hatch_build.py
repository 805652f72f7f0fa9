"""Put the rules and the vocabulary into a wheel; an editable install reads them from the checkout."""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# All that a rule base is read from: what lies on the shipped one needs its groups of fields, too.
FOLDERS = ("rules", "schemas", "vocabulary")


class CustomBuildHook(BuildHookInterface):
    """Maps the folders of the rule base to policy_engine/_data, with the rule base as it is once loaded and compiled."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add them unless the install is editable, where a copy would go stale."""
        if version != "editable":
            for folder in FOLDERS:
                build_data["force_include"][folder] = f"policy_engine/_data/{folder}"
            kept = Path(self.directory) / "kept.base"
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_bytes(_kept(Path(self.root)))
            build_data["force_include"][str(kept)] = "policy_engine/_data/kept.base"

    def finalize(self, *_: object) -> None:
        """Leave nothing beside the wheel."""
        (Path(self.directory) / "kept.base").unlink(missing_ok=True)


def _kept(root: Path) -> bytes:
    sys.path.insert(0, str(root / "src"))
    from policy_engine.usecases.kept.shipping import pack_rules  # noqa: PLC0415 - of the source that is built

    # As they lie in the wheel.
    with tempfile.TemporaryDirectory() as folder:
        for name in FOLDERS:
            shutil.copytree(root / name, Path(folder) / name)
        return pack_rules(Path(folder))
