"""What rules refer to is computed by some rule, or the rule base is refused."""

from dataclasses import replace

import pytest

from policy_engine.compilation import compile_rules
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.rules import Classify, Prohibit, Rule
from properties import toy
from properties.test_agreement import simple_rule


def test_a_bound_of_a_document_is_computed_by_a_rule() -> None:
    """What a document leaves to others is told by a classification without members, whichever rule makes it."""
    bound = replace(toy.DOCUMENTS["law"], outside="重大")
    documents = {**toy.DOCUMENTS, "law": bound}

    def complaints(*rules: Rule) -> list[tuple[str, str]]:
        with pytest.raises(DiagnosticsError) as raised:
            compile_rules(replace(toy.rule_set(*rules), documents=documents))
        return [(d.code, d.message) for d in raised.value.diagnostics]

    wanted = [("PE403", "文件 `law` 的 outside 写 `重大`，没有规则得出这个是非字段")]
    veto, members = simple_rule(1, Prohibit("转包")), simple_rule(2, Classify("类别", ("甲",)))
    assert wanted == complaints(veto) == complaints(veto, members)
    assert wanted == complaints(veto, simple_rule(3, Classify("特殊", ())))
    assert compile_rules(
        replace(toy.rule_set(veto, simple_rule(3, Classify("重大", ()))), documents=documents)
    )
