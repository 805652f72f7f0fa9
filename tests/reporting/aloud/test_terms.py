"""A document's own names are used in its sentences, and told once."""

from loading.toy import sources_with
from policy_engine.reporting.aloud.document import read_document
from policy_engine.reporting.aloud.writers import as_text
from policy_engine.usecases import load_rule_set

RULES = """\
document: toy-2020
definitions:
  - {name: 没有用到, cite: 第九条, subject: 采购事项, means: {含工程: true}}
  - name: 长期
    basis: 一年以上的都按长期看
    subject: 采购事项
    means: {合同期限_月: {more_than: 12}}
  - {name: 实物, cite: 第一条, subject: 采购事项, of: 采购标的, means: [货物, 工程]}
  - {name: 大宗, cite: 第二条, subject: 采购事项, means: {采购标的: 实物, 预算_万元: {at_least: 100}, meets: 长期}}
rules:
  - id: toy-2020.art-1
    title: 大宗的不买
    cite: 第一条
    subject: 采购事项
    when: {meets: 大宗, not: {采购标的: 实物}}
    prohibit: 政府购买服务
    remedy: 乙
  - id: toy-2020.art-2
    title: 大宗的要长期
    cite: 第二条
    subject: 采购事项
    when: {meets: 大宗}
    require: {meets: 长期}
    remedy: 乙
"""


def test_names_stand_in_the_sentences_and_are_explained_once_in_the_order_of_the_file():
    rule_set = load_rule_set(sources_with({"rules.yaml": RULES}))
    text = as_text(read_document(rule_set.documents["toy-2020"], rule_set, (), {}), 200)
    assert "符合“大宗”，并且采购标的不是“实物”的，不得实施" in text
    assert "符合“大宗”的，要求做到“长期”" in text
    told = text[text.index("本文件所称") : text.index("【第一条】")]
    assert "“长期”，是指合同期限超过12个月。理由：一年以上的都按长期看。" in told
    assert "“实物”（第一条），是指采购标的中的货物和工程。" in told
    assert "“大宗”（第二条），是指同时具备下列条件：" in told
    assert "采购标的为“实物”；" in told
    assert (
        told.index("长期”，是指") < told.index("实物”（第一条），是指") < told.index("大宗”（第二条），是指")
    )
    assert "没有用到" not in text
    assert 1 == text.count("“大宗”（第二条），是指")
