"""Turn checked rules into programs: order, prevailing, Kleene lowering, generated Python."""

from __future__ import annotations

from policy_engine.compilation.compiled import CompiledRuleSet, CompiledSubject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from policy_engine.compilation.compiling import compile_rules

__all__ = ["CompiledRuleSet", "CompiledSubject", "compile_rules"]


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import the compiler where it is wanted: rules may come compiled."""
        if name != "compile_rules":
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message, name=name)
        from policy_engine.compilation.compiling import compile_rules  # noqa: PLC0415

        return compile_rules
