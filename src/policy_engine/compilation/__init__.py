"""Turn checked rules into programs: order, prevailing, Kleene lowering, generated Python."""

from policy_engine.compilation.compile_rules import CompiledRuleSet, CompiledSubject, compile_rules

__all__ = ["CompiledRuleSet", "CompiledSubject", "compile_rules"]
