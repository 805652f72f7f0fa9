"""What the program does, each as one function. The command line and other surfaces call these.

Each name brings what it needs when it is first used, so that deciding a case waits for nothing that only authors need.
"""

from __future__ import annotations

from policy_engine.foundation.lazily import lazily

TYPE_CHECKING = False
if TYPE_CHECKING:
    from policy_engine.evaluation.agreement import Engine, EngineBrokeError, EnginesDisagreeError
    from policy_engine.usecases.checking import check
    from policy_engine.usecases.rule_base import load_rule_set, prepare
    from policy_engine.usecases.sources import RuleFiles, Sources, read_sources, shipped_rules

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

_HOMES = {
    "Engine": "evaluation.agreement",
    "EngineBrokeError": "evaluation.agreement",
    "EnginesDisagreeError": "evaluation.agreement",
    "RuleFiles": "usecases.sources",
    "Sources": "usecases.sources",
    "check": "usecases.checking",
    "load_rule_set": "usecases.rule_base",
    "prepare": "usecases.rule_base",
    "read_sources": "usecases.sources",
    "shipped_rules": "usecases.sources",
}

if not TYPE_CHECKING:  # or a type checker would take any name for one of these
    __getattr__ = lazily(__name__, _HOMES)
