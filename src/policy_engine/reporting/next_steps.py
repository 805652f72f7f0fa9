"""What is to be done: questions to answer, documents to read, ways out, duties ahead, advice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.model.decisions import ParameterQuestion, Question, Status, SubjectDecision, Verdict
from policy_engine.model.rules import Prohibit, Require, Rule, RuleSet
from policy_engine.model.vocabulary import Phase
from policy_engine.reporting.page import Item, items
from policy_engine.reporting.words import (
    citation_words,
    document_words,
    in_force_words,
    parameter_words,
    short_citation,
)

_MOST_REASONS = 3


def question_items(decision: SubjectDecision, rule_set: RuleSet) -> Iterator[Item]:
    """Write what has to be told, by whom and why; questions that one rule raises stand together."""
    if decision.asks_declaration:
        yield Item(
            "除已填报的以外，有没有其他应当说明的情形？",
            items(("没有的，由经办人在申报声明中写明并署名；有的，逐项填报",)),
        )
    rules = {rule.id: rule for rule in rule_set.rules}
    for waiting, questions in _by_rules(decision.missing).items():
        yield _question(questions[0], rules) if len(questions) == 1 else _several(waiting, questions, rules)
    yield from (_parameter(question, rules) for question in decision.lacking)
    if decision.verdict is Verdict.UNDETERMINED:
        for result in decision.results:
            if result.rule.is_default and result.status is Status.TRUE:
                yield Item(
                    f"与一般要求不符，须说明理由：{result.rule.title}",
                    items((citation_words(result.rule.citation),)),
                )


def _by_rules(questions: tuple[Question, ...]) -> dict[tuple[str, ...], list[Question]]:
    grouped: dict[tuple[str, ...], list[Question]] = {}
    for question in questions:
        grouped.setdefault(question.rules, []).append(question)
    return grouped


def _question(question: Question, rules: Mapping[str, Rule]) -> Item:
    lines = [f"填〔{question.field.name}〕{_supplied(question, '，由{}提供')}{_told(question)}"]
    lines += _reasons(question.rules, rules)
    lines += [
        f"存疑：{doubt.because}"
        for name in question.rules
        for doubt in rules[name].doubts
        if doubt.ask == question.field.name
    ]
    return Item(_asked(question), items(lines))


def _parameter(question: ParameterQuestion, rules: Mapping[str, Rule]) -> Item:
    lines = ["规则库没有登记这一天的值，由规则维护人员核对当日有效的规定后补入，案件里没有可填之处"]
    return Item(
        f"{parameter_words(question.parameter)}是多少？", items([*lines, *_reasons(question.rules, rules)])
    )


def _several(waiting: tuple[str, ...], questions: list[Question], rules: Mapping[str, Rule]) -> Item:
    lines = [f"{_asked(q)}〔{q.field.name}〕{_supplied(q, '（{}）')}{_told(q)}" for q in questions]
    first, *others = _reasons(waiting, rules)
    return Item(f"请补充下列情况，{first}", items([*lines, *others]))


def _asked(question: Question) -> str:
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


def unencoded_items(decision: SubjectDecision) -> Iterator[Item]:
    """Name the documents that were in force and are not rules yet; they keep the verdict open."""
    for document in decision.unencoded:
        note = [document.note] if document.note else []
        yield Item(f"{document_words(document)}，{in_force_words(document)}", items(note))


def change_items(decision: SubjectDecision) -> Iterator[Item]:
    """Say what the verdict may still turn into."""
    if decision.may_become:
        words = "或者".join(f"“{verdict.value}”" for verdict in decision.may_become)
        yield Item(f"上列事项查清以后，结论可能变为{words}")


def remedy_items(decision: SubjectDecision) -> Iterator[Item]:
    """Write the lawful way out of everything refused or to be corrected, each once."""
    broken = [r.rule for r in decision.grounds if isinstance(r.rule.kind, Prohibit | Require)]
    yield from items(dict.fromkeys(rule.remedy for rule in broken if rule.remedy))


def duty_items(decision: SubjectDecision) -> Iterator[Item]:
    """Write the duties that are still ahead, by phase. A refused matter has none."""
    if decision.verdict is Verdict.PROHIBITED:
        return
    if decision.phase is None:
        yield from items(_duty(r.rule) for r in decision.duties_ahead)
        return
    for phase in Phase:
        ahead = [r.rule for r in decision.duties_ahead if r.rule.due is phase]
        if ahead:
            yield Item(f"{phase.value}阶段", items(map(_duty, ahead)))


def _duty(rule: Rule) -> str:
    return f"{rule.title}（{short_citation(rule.citation)}）"


def advice_items(decision: SubjectDecision) -> Iterator[Item]:
    """Write advice, with where it comes from and what that is."""
    for result in decision.advice:
        rule = result.rule
        force = rule.citation.document.force
        note = [f"说明：{rule.note}"] if rule.note else []
        yield Item(f"{rule.advice or rule.title}（{force}：{short_citation(rule.citation)}）", items(note))
