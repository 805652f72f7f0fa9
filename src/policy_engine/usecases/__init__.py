"""What the program does, each as one function. The command line and other surfaces call these."""

from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError
from policy_engine.usecases.checking import check
from policy_engine.usecases.coverage import Coverage, cover
from policy_engine.usecases.rule_base import (
    RuleFiles,
    Sources,
    load_rule_set,
    prepare,
    read_sources,
    shipped_rules,
)

__all__ = [
    "Coverage",
    "Engine",
    "EngineBrokeError",
    "EnginesDisagreeError",
    "RuleFiles",
    "Sources",
    "check",
    "cover",
    "load_rule_set",
    "prepare",
    "read_sources",
    "shipped_rules",
]
