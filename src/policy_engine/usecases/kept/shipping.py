"""What a wheel brings beside its rules, so that nobody's first run has to load them."""

from __future__ import annotations

from pathlib import Path

from policy_engine.compilation import compile_rules
from policy_engine.usecases.kept.loading import pack_shipped
from policy_engine.usecases.rule_base import load_rule_set
from policy_engine.usecases.sources import RuleFiles, read_sources


def pack_rules(folder: Path) -> bytes:
    """Load and compile the rule base that a folder holds, and pack it. Raises `DiagnosticsError` where it has errors."""
    files = RuleFiles(folder / "rules", folder / "schemas")
    compiled = compile_rules(load_rule_set(read_sources(files), reads_examples=False))
    return pack_shipped(compiled, files)
