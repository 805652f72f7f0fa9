"""A program that uses the library as its page tells, to the letter of its types."""

from pathlib import Path

from policy_engine import Case, Decision, Diagnostic, DiagnosticsError, Page, Program, Question, Verdict, load


def ways_to_load() -> list[Program]:
    return [load(), load("my/rules"), load(Path("my/rules"), schemas="my/schemas")]


def open_keys(decision: Decision) -> dict[tuple[str, ...], Question]:
    return {question.keys: question for question in decision.questions}


def decide(program: Program, facts: dict[str, object]) -> tuple[Verdict | None, str, dict[str, object]]:
    try:
        decision = program.check(facts)
    except DiagnosticsError as error:
        return None, "\n".join(map(mended, error.diagnostics)), {}
    page: Page = decision.page("auditor")
    return decision.verdict, page.markdown(), decision.json()


def mended(problem: Diagnostic) -> str:
    return f"{problem.code} {problem.place} {problem.message} {problem.help}"


def decide_file(program: Program, path: str) -> list[Decision]:
    cases: tuple[Case, ...] = program.read(path)
    return [program.check(case) for case in cases]


def is_permitted(decision: Decision) -> bool:
    match decision.verdict:
        case Verdict.PERMITTED:
            return True
        case Verdict.PROHIBITED | Verdict.CONFLICT | Verdict.NON_COMPLIANT:
            return False
        case Verdict.UNDETERMINED | Verdict.NOT_COVERED | None:
            return False
