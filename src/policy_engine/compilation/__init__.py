"""Turn checked rules into programs: order, prevailing, Kleene lowering, generated Python."""

from __future__ import annotations

from policy_engine.compilation.compiled import CompiledRuleSet, CompiledSubject
from policy_engine.foundation.lazily import lazily

TYPE_CHECKING = False
if TYPE_CHECKING:
    from policy_engine.compilation.compiling import compile_rules

__all__ = ["CompiledRuleSet", "CompiledSubject", "compile_rules"]

if not TYPE_CHECKING:  # rules may come compiled: the compiler is imported where it is wanted
    __getattr__ = lazily(__name__, {"compile_rules": "compilation.compiling"})
