"""Put the rules and the vocabulary into a wheel; an editable install reads them from the checkout."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):
    """Maps rules/ and schemas/ to policy_engine/_data."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add both folders unless the install is editable, where a copy would go stale."""
        if version != "editable":
            for folder in ("rules", "schemas"):
                build_data["force_include"][folder] = f"policy_engine/_data/{folder}"
