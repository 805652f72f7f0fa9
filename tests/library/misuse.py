"""What a type checker tells whoever misuses the library: each line marked here, and no other."""

from policy_engine import Decision, Nothing, load  # noqa: F401  # wrong: attr-defined

program = load(3)  # wrong: arg-type
decision: Decision = program.check(["采购事项"])  # wrong: arg-type
decision.verdict = None  # wrong: misc
text = decision.page("official").txt()  # wrong: attr-defined
first: str = decision.questions[0].keys  # wrong: assignment
