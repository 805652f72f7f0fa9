"""What a rule may say only together: a quotation of a verified text, a general rule that can be broken."""

from __future__ import annotations

from policy_engine.loading.problems import Problems
from policy_engine.loading.tree import Mapping
from policy_engine.model.rules import Prohibit, Require, Rule
from policy_engine.model.vocabulary import Role, Vocabulary

LONGEST_QUOTE = 40


def check_quote(rule: Rule, entry: Mapping, problems: Problems) -> None:
    """Note a quotation that is too long, or of a text that nobody checked."""
    node = entry.get("quote")
    if node is None:
        return
    if len(rule.quote) > LONGEST_QUOTE:
        message = f"引文 {len(rule.quote)} 个字，上限 {LONGEST_QUOTE}"
        problems.error("PE208", message, node.span, "只引最要紧的一句")
    if not rule.citation.verified:
        problems.error("PE208", "原文待核的条文不得引用原文", node.span, "改为转述，或先核对原文")


def check_default(rule: Rule, entry: Mapping, vocabulary: Vocabulary, problems: Problems) -> None:
    """Note a general rule (`strength: default`) that nobody can break, or whose excuse can't be stated."""
    if rule.is_default and not isinstance(rule.kind, Prohibit | Require):
        # A permission, advice, a computed fact: none can be broken, so none leaves room for a reason.
        node = entry.get("strength")
        problems.error(
            "PE314",
            "`strength: default` 只用于 prohibit 和 require",
            node.span if node is not None else entry.span,
            "删去 strength（和 justified_by）；许可不及于某种情形的，写进 when 或者 unless",
        )
        return
    if rule.justified_by and not rule.is_default:
        problems.error("PE311", "`justified_by` 只用于 strength: default", entry.span, "补上 strength 或删去")
    for name in [rule.justified_by] if rule.justified_by else []:
        field = vocabulary.field(rule.subjects[0], name)
        if field.role is Role.DERIVED:
            problems.error("PE311", f"`{name}` 是推算字段，不能说明理由", entry.span, "换一个填报的是非字段")
