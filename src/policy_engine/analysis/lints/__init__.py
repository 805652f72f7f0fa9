"""Lints: what a person would criticise in rules that load and compile. One lint, one `detect_*` function."""

from policy_engine.analysis.lints.table import LINTS, lint

__all__ = ["LINTS", "lint"]
