"""Decide, with grounds, whether a case keeps the rules for government purchase of services.

    from policy_engine import Verdict, load

    program = load()                                  # or load("my/rules", "my/schemas")
    decision = program.check({"as_of": "2026-01-15", "jurisdiction": "湖州市", "采购事项": {"含工程": True}})
    decision.verdict is Verdict.PERMITTED
    decision.questions                                # what is still to be told
    print(decision.page("official").text())

Importing this module imports nothing else; each name brings what it needs when it is first used.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
    from policy_engine.library.decided import Decision, Question
    from policy_engine.library.program import Program, load
    from policy_engine.model.cases import Case
    from policy_engine.model.decisions import Verdict
    from policy_engine.reporting.page import Page

__all__ = [
    "Case",
    "Decision",
    "Diagnostic",
    "DiagnosticsError",
    "Page",
    "Program",
    "Question",
    "Verdict",
    "load",
]

_HOMES = {
    "Case": "model.cases",
    "Decision": "library.decided",
    "Diagnostic": "foundation.diagnostics",
    "DiagnosticsError": "foundation.diagnostics",
    "Page": "reporting.page",
    "Program": "library.program",
    "Question": "library.decided",
    "Verdict": "model.decisions",
    "load": "library.program",
}

if not TYPE_CHECKING:  # or a type checker would take any name for one of these

    def __getattr__(name: str) -> object:
        """Import a public name from where it lives."""
        if name not in _HOMES:
            message = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(message, name=name)
        from importlib import import_module  # noqa: PLC0415 - the program itself needs none of this

        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)

    def __dir__() -> list[str]:
        """List the public names beside what is imported already."""
        return sorted({*globals(), *__all__})
