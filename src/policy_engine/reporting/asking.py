"""What has to be told: each question with why it is asked, what it hangs on, and cases of either answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.evaluation.condition_words import condition_words
from policy_engine.evaluation.support import Support, support_of
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.records import dataclass
from policy_engine.model.cases import Case, Fact, Origin
from policy_engine.model.decisions import (
    ParameterQuestion,
    Question,
    Status,
    SubjectDecision,
    Verdict,
)
from policy_engine.model.documents import WHETHER_BEGUN
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.model.vocabulary import Field, Role
from policy_engine.reporting.indications import asking_lines
from policy_engine.reporting.judgements import sign_words
from policy_engine.reporting.page import Item, items
from policy_engine.reporting.words import citation_words, parameter_question, short_citation, spoken

DECLARATION = "除已填报的以外，有没有其他应当说明的情形？"
_MOST_REASONS = 3
_MOST_SIGNS = 6


@dataclass(frozen=True, slots=True)
class _Asker:
    decision: SubjectDecision
    rules: Mapping[str, Rule]
    fields: Mapping[str, Field]
    support: Support
    stated: Mapping[str, Fact]
    told_words: str

    def one(self, question: Question) -> Item:
        lines = [f"填〔{question.field.name}〕{_supplied(question, '，由{}提供')}{_told(question)}"]
        lines += self.why(question)
        lines += _reasons(question.rules, self.rules)
        lines += self.help(question)
        return Item(asked_words(question), items(lines))

    def several(self, waiting: tuple[str, ...], questions: list[Question]) -> Item:
        lines = [
            Item(
                f"{asked_words(q)}〔{q.field.name}〕{_supplied(q, '（{}）')}{_told(q)}",
                items([*self.why(q), *self.help(q)]),
            )
            for q in questions
        ]
        first, *others = _reasons(waiting, self.rules)
        return Item(f"请补充下列情况，{first}", (*lines, *items(others)))

    def why(self, question: Question) -> Iterator[str]:
        field = question.field
        if told := sign_words(field, self.decision, self.fields, self.support):
            yield f"{self.told_words}：{told}"
        words = list(asking_lines(field, self.decision, self.stated.get(field.name), self.fields))
        yield from words
        if self.decision.facts[field.name].origin is Origin.UNREASONED and not words:
            yield "已填，但没有写明由谁认定、为什么（source），不作数"
        for name in question.rules:
            for doubt in self.rules[name].doubts:
                if doubt.ask == field.name and self.support.truth(doubt.when) is Truth.TRUE:
                    yield f"存疑：{doubt.because}"

    def help(self, question: Question) -> Iterator[str]:
        """Say what can be seen either way, and name a typical yes and a typical no."""
        field = question.field
        yield from (f"{answer}：{'；'.join(seen)}" for answer, seen in field.criteria.items())
        if field.role is Role.CONCLUSION and field.indicators and not field.criteria:
            signs = [condition_words(sign, spoken(self.fields)) for sign in field.indicators]
            more = " 等" if len(signs) > _MOST_SIGNS else ""
            yield f"这样的迹象须认定：{'；'.join(signs[:_MOST_SIGNS])}{more}"
        told = "；".join(one for seen in field.criteria.values() for one in seen)
        typical = ((field.typical_yes, "是"), (field.typical_no, "否"))
        shown = [(case, answer) for case, answer in typical if case and case not in told]
        if words := "；".join(f"“{case}”填{answer}" for case, answer in shown):
            yield f"例如{words}"


def question_items(
    decision: SubjectDecision, case: Case, rule_set: RuleSet, support: Support, told_words: str = "因已填报"
) -> Iterator[Item]:
    """Write what has to be told, by whom and why; questions that one rule raises stand together.

    `told_words`: how the facts are spoken of by which a question is raised.
    """
    if decision.asks_declaration:
        lines = ["没有的，由经办人在申报声明中写明并署名；有的，逐项填报"]
        lines += ["已有申报声明，但没有署名，不作数"] if case.declaration is not None else []
        yield Item(DECLARATION, items(lines))
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    rules = {result.rule.id: result.rule for result in decision.results}
    asker = _Asker(decision, rules, fields, support, case.subjects[decision.subject], told_words)
    for waiting, questions in _by_rules(decision.missing).items():
        yield asker.one(questions[0]) if len(questions) == 1 else asker.several(waiting, questions)
    yield from (_parameter(question, rules) for question in decision.lacking)
    if decision.verdict is Verdict.UNDETERMINED:
        for result in decision.results:
            if result.rule.is_default and result.status is Status.TRUE:
                yield Item(
                    f"与一般要求不符，须说明理由：{result.rule.title}",
                    items((citation_words(result.rule.citation),)),
                )


def asked_item(question: Question, decision: SubjectDecision, case: Case, rule_set: RuleSet) -> Item:
    """Write one question by itself: why it is asked, what it hangs on, and cases of either answer."""
    fields = rule_set.vocabulary.subjects[decision.subject].fields
    rules = {rule.id: rule for rule in rule_set.rules}
    support = support_of(decision, fields)
    asker = _Asker(decision, rules, fields, support, case.subjects[decision.subject], "因已填报")
    lines = [*asker.why(question), *_reasons(question.rules, rules), *asker.help(question)]
    supplier = _supplied(question, "由{}提供")
    return Item(asked_words(question), items([*lines, supplier] if supplier else lines))


def _by_rules(questions: tuple[Question, ...]) -> dict[tuple[str, ...], list[Question]]:
    grouped: dict[tuple[str, ...], list[Question]] = {}
    for question in questions:
        grouped.setdefault(question.rules, []).append(question)
    return grouped


def _parameter(question: ParameterQuestion, rules: Mapping[str, Rule]) -> Item:
    line = "规则库没有登记这一天的值，由规则维护人员核对当日有效的规定后补入，案件里没有可填之处"
    if question.parameter.name.endswith(WHETHER_BEGUN):
        begins = rules[question.rules[0]].citation.document.effective
        basis = f"（{begins.basis}）" if begins is not None else ""
        line = f"施行日没有核到{basis}，由规则维护人员核对以后登记，案件里没有可填之处"
    return Item(parameter_question(question.parameter), items([line, *_reasons(question.rules, rules)]))


def asked_words(question: Question) -> str:
    """Put a fact as a question."""
    return question.field.question or f"{question.field.title}：{question.field.description or '请填报'}"


def _supplied(question: Question, pattern: str) -> str:
    return pattern.format(question.field.supplier) if question.field.supplier else ""


def _told(question: Question) -> str:
    return f"；已填“说不清”：{question.reason}" if question.reason else ""


def _reasons(waiting: tuple[str, ...], rules: Mapping[str, Rule]) -> list[str]:
    by_title = dict.fromkeys(f"{rules[n].title}（{short_citation(rules[n].citation)}）" for n in waiting)
    shown = [f"关系到：{reason}" for reason in list(by_title)[:_MOST_REASONS]]
    more = len(by_title) - _MOST_REASONS
    return [*shown, f"另有 {more} 条规定也取决于此"] if more > 0 else shown
