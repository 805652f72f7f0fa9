"""`policy-engine rules`: list the rules, show one in readable Chinese."""

from __future__ import annotations

from pathlib import Path

import click

from policy_engine.cli.chinese import Command
from policy_engine.cli.colour import as_page
from policy_engine.cli.completing import documents, subjects
from policy_engine.cli.completing import rules as rules_known
from policy_engine.cli.exits import Exit
from policy_engine.cli.output import output_options
from policy_engine.cli.rule_base import rule_base, rule_base_options, ruled
from policy_engine.cli.telling import tell
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends, joined
from policy_engine.model.documents import Encoding
from policy_engine.reporting.json_report import rule_json
from policy_engine.reporting.ordering import in_order
from policy_engine.reporting.page import as_text, page_json
from policy_engine.reporting.rule_page import kind_words, rule_page
from policy_engine.reporting.term_page import term_json, term_page
from policy_engine.reporting.words import short_citation

_LONGEST = 100


@click.command("list", cls=Command, help="列出规则：编号、类别、标题、出处。")
@click.option("--document", metavar="文件编号", help="只列这份文件的规则", shell_complete=documents)
@click.option("--subject", metavar="主题", help="只列这个主题的规则", shell_complete=subjects)
@output_options(("text", "json"))
@rule_base_options
def list_rules(*, document: str | None, subject: str | None, rules: Path | None, schemas: Path | None) -> int:
    """Print one line a rule."""
    base = rule_base(rules, schemas)
    rule_set = ruled(base).rule_set
    for word, known, what in (
        (document, rule_set.documents, "文件"),
        (subject, rule_set.vocabulary.subjects, "主题"),
    ):
        if word is not None and word not in known:
            raise click.UsageError(
                f"没有{what} `{both_ends(word, _LONGEST)}`，{did_you_mean(word, known)}", _here()
            )
    shown = [
        rule
        for rule in in_order(rule_set.rules, rule_set)
        if document in (None, rule.citation.document.id) and (subject is None or subject in rule.subjects)
    ]
    lines = [
        f"{rule.id}  [{kind_words(rule)}]  {rule.title}（{short_citation(rule.citation)}）" for rule in shown
    ]
    is_blank = document is not None and rule_set.documents[document].encoded is Encoding.NONE
    count = f"共 {len(shown)} 条" + ("，这份文件尚未编成规则" if is_blank else "")
    return tell(
        Exit.PERMITTED,
        lambda: as_page(joined([*lines, count, base.described(rule_set.version)])),
        lambda: (rule_json(rule, rule_set) for rule in shown),
        count,
    )


@click.command(
    cls=Command,
    help="用中文说明一条规则（内容、条件、例外、出处、例子），或者一个词条（词、指向、不算的情形、例子）。",
    arguments=[("ID", "规则或词条编号")],
)
@click.argument("rule_id", metavar="ID", shell_complete=rules_known)
@output_options(("text", "json"))
@rule_base_options
def show(*, rule_id: str, rules: Path | None, schemas: Path | None) -> int:
    """Print one rule or one term."""
    base = rule_base(rules, schemas)
    rule_set = ruled(base).rule_set
    by_id = {rule.id: rule for rule in rule_set.rules}
    terms = {term.id: term for term in rule_set.lexicon.terms}
    if rule_id not in by_id and rule_id not in terms:
        raise click.UsageError(
            f"没有规则或词条 `{both_ends(rule_id, _LONGEST)}`，{did_you_mean(rule_id, [*by_id, *terms])}",
            _here(),
        )
    if rule_id in by_id:
        page, data = rule_page(by_id[rule_id], rule_set), rule_json(by_id[rule_id], rule_set)
    else:
        page, data = term_page(terms[rule_id], rule_set), term_json(terms[rule_id])
    return tell(
        Exit.PERMITTED,
        lambda: as_page(as_text(page) + base.described(rule_set.version)),
        lambda: [{**data, "page": page_json(page)}],
        page.headline,
    )


def _here() -> click.Context:
    return click.get_current_context()
