"""What the program does, each as one function. The command line and other surfaces call these.

What only authors need is imported from its own module, so that deciding a case doesn't wait for it.
"""

from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError
from policy_engine.usecases.checking import check
from policy_engine.usecases.rule_base import (
    RuleFiles,
    Sources,
    load_rule_set,
    prepare,
    read_sources,
    shipped_rules,
)

__all__ = [
    "Engine",
    "EngineBrokeError",
    "EnginesDisagreeError",
    "RuleFiles",
    "Sources",
    "check",
    "load_rule_set",
    "prepare",
    "read_sources",
    "shipped_rules",
]
