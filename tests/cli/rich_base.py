"""A small rule base that uses every key a rule, register or field may carry, for tests that change one of them."""

from collections.abc import Mapping
from pathlib import Path

from loading.toy import TEXTS

RULES = """\
document: toy-2020
rules:
  - id: toy-2020.art-1
    title: 工程不得购买
    cite: 第一条
    subject: [采购事项]
    when: {含工程: true, not: {采购标的: 服务}}
    unless:
      - {basis: text, because: 零星维修不算, cite: 第一条第二款, when: {合同期限_月: {at_most: 3}}}
    doubt:
      - {when: {采购标的: 货物}, ask: 免于限制, because: 条文没有写明}
    in_force: {from: 2020-06-01, until: 2030-12-31}
    prohibit: 政府购买服务
    conflicts_with: [toy-2020.art-4]
    remedy: 工程按工程采购
    note: 说明一
    quote: 工程不得购买
    accept: [{code: PE705, because: 举例, until: 2030-01-01}]
    examples:
      - {name: 含工程, given: {含工程: true, 采购标的: 工程, 合同期限_月: 12}, expect: 违反, phase: 合同}
  - id: toy-2020.art-2
    title: 总期限
    cite: 第二条
    subject: 采购事项
    derive: {总期限_月: {sum: [合同期限_月, 自动续签_月]}}
  - id: toy-2020.art-2-long
    title: 期限过长
    cite: 第二条
    subject: 采购事项
    when: {总期限_月: {more_than: {parameter: 期限上限}}}
    classify: {期限过长: true}
  - id: toy-2020.art-3
    title: 一般应当验收
    cite: 第三条
    subject: 采购事项
    dated_by: 合同签订日
    when: {含工程: false}
    require: {预算_万元: {at_least: 10}}
    strength: default
    justified_by: 免于限制
    due: 合同
    remedy: 验收
  - id: toy-2020.art-4
    title: 服务可以购买
    cite: 第四条
    subject: 采购事项
    when: {采购标的: 服务}
    permit: 政府购买服务
    overrides:
      - {rule: toy-2020.art-1, basis: text, because: 服务另有规定, cite: 第四条}
  - id: toy-2020.art-5
    title: 宜写质量
    cite: 第五条
    subject: 采购事项
    recommend: {合同要素: {any_of: [质量]}}
    advice: 写明质量
  - id: toy-2020.art-6
    title: 规模
    cite: 第六条
    subject: 采购事项
    table:
      field: 规模
      rows: [{when: {预算_万元: {at_least: 100}}, is: 大}]
      otherwise: 小
  - id: toy-2020.art-7
    title: 期限过长的改正
    cite: 第七条
    subject: 采购事项
    when: {期限过长: true}
    prohibit: 期限
    remedy: 缩短期限
  - id: toy-2020.art-8
    title: 标的填得一致
    cite: 第八条
    subject: 采购事项
    impossible: {含工程: true, 采购标的: 货物}
    message: 货物没有工程
  - id: toy-2020.art-9
    title: 两处填得一致
    cite: 第九条
    across: [采购事项, 服务合同]
    impossible: {采购事项.含工程: true, 服务合同.含工程: false}
    message: 两处不一致
"""
DOCUMENTS = """\
documents:
  - id: toy-2020
    number: 示例令第1号
    title: 示例办法
    issuer: 示例部
    force: 部门规章
    area: 全国
    issued: {date: 2020-01-01, basis: 公布稿, verified: true}
    published: {date: 2020-01-02, basis: 公布稿, verified: true}
    effective: {date: 2020-03-01, basis: 第九条, verified: true}
    ended: {date: 2035-03-01, basis: 第十条, verified: true}
    repeals: []
    status_checked_on: 2026-01-01
    verified: partial
    verified_articles: [第一条]
    encoded: full
    concerns: [采购事项]
    note: 备注
  - id: toy-blank
    number: 示例函第2号
    title: 未编函
    issuer: 示例部
    force: 规范性文件
    area: 浙江省
    effective: {date: 2024-03-01, basis: 第九条, verified: true}
    verified: no
    encoded: none
    concerns: [采购事项]
    governed_by_later: toy-later
  - id: toy-later
    number: 示例函第3号
    title: 后来的函
    issuer: 示例部
    force: 规范性文件
    area: 浙江省
    effective: {date: 2025-03-01, basis: 第九条, verified: true}
    verified: no
    told_by: toy-2020
    encoded: partial
    concerns: [采购事项]
"""
FIELD = (
    '"免于限制": {"title": "免于限制", "description": "是否免于限制", "type": "boolean", "x-role": "conclusion", '
    '"x-declared": false, "x-indicators": [{"合同期限_月": {"more_than": 24}}], "x-supplier": "法制审核人员", '
    '"x-question": "是否免于限制？", "x-implied": [{"value": true, "because": "服务都免", "when": {"采购标的": "服务"}, '
    '"before": "合同"}]},\n    "购买内容"'
)
TEXTS_OF: Mapping[str, str] = {
    **{f"schemas/{name}": text for name, text in TEXTS.items() if name.endswith(".schema.json")},
    "schemas/purchase.schema.json": TEXTS["purchase.schema.json"]
    .replace('"购买内容"', FIELD, 1)
    .replace('"x-gives"', '"x-phases": true,\n  "x-gives"', 1),
    "rules/registers/documents.yaml": DOCUMENTS,
    "rules/registers/authority.yaml": TEXTS["authority.yaml"],
    "rules/registers/areas.yaml": TEXTS["areas.yaml"].replace(
        "name: 温州市", "name: 温州市, aliases: [瓯越]"
    ),
    "rules/registers/objects.yaml": TEXTS["objects.yaml"],
    "rules/registers/parameters/toy.yaml": TEXTS["parameters.yaml"].replace(
        "type: number", "type: number\n    unit: 月\n    note: 备注"
    ),
    "rules/toy/toy-2020/law.yaml": RULES,
}


def write_rich_base(folder: Path, changed: Mapping[str, str] | None = None) -> None:
    """Write the base, some files replaced."""
    for name, text in {**TEXTS_OF, **(changed or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
