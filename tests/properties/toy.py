"""A toy vocabulary, documents, authority and areas: every type of field, every way in which forces are ordered."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from policy_engine.foundation.spans import file_span
from policy_engine.model.areas import Area, Areas
from policy_engine.model.cases import Situation
from policy_engine.model.conditions import AREA, AS_OF, Bound, Compare, Equals
from policy_engine.model.documents import (
    Authority,
    Document,
    Encoding,
    Force,
    Precedence,
    Ranking,
    StatedDate,
    Verification,
)
from policy_engine.model.rules import Effect, Rule, RuleSet
from policy_engine.model.values import Value
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role, Subject, Vocabulary

SPAN = file_span("toy.yaml")
PURCHASE, CONTRACT = "采购事项", "服务合同"

# Month ends, leap days, days next to a term's last day, and one of a year whose holidays nobody knows.
DAYS = tuple(
    date.fromisoformat(day).toordinal()
    for day in (
        "2023-02-28 2090-01-05 2023-12-31 2024-01-15 2024-01-31 2024-02-14 2024-02-15 2024-02-28 2024-02-29 2024-03-01 "
        "2024-03-30 2024-03-31 2024-12-31 2025-01-30 2025-02-28 2025-03-31"
    ).split()
)


def new_field(name: str, kind: FieldType, role: Role, **more) -> Field:
    texts = {"title": name, "description": name, "supplier": "经办人", "question": f"{name}？"}
    return Field(name=name, subject="", type=kind, role=role, span=SPAN, **texts, **more)


INPUTS = (
    new_field("含工程", FieldType.BOOLEAN, Role.FLAG, declared=False),
    new_field("已列目录", FieldType.BOOLEAN, Role.ELEMENT),
    new_field("有理由", FieldType.BOOLEAN, Role.ELEMENT),
    new_field(
        "变相用工",
        FieldType.BOOLEAN,
        Role.CONCLUSION,
        declared=False,
        indicators=(Compare("人数", Bound.AT_LEAST, 3, SPAN), Equals("含工程", True, SPAN)),
    ),
    new_field("金额", FieldType.NUMBER, Role.PLAN, scale=2, minimum=0, unit="元"),
    new_field("余额", FieldType.NUMBER, Role.PLAN, scale=2, unit="元"),
    new_field("人数", FieldType.NUMBER, Role.ELEMENT, minimum=0, maximum=9999),
    new_field("签订", FieldType.DATE, Role.EVENT, phase=Phase.CONTRACT),
    new_field("验收", FieldType.DATE, Role.EVENT, phase=Phase.PERFORMANCE),
    new_field("方式", FieldType.CHOICE, Role.ELEMENT, choices=("招标", "谈判", "直购")),
    new_field("标签", FieldType.LIST, Role.ELEMENT, choices=("红", "黄", "绿")),
    new_field("备注", FieldType.TEXT, Role.NOTE),
)
ONLY_PURCHASE = new_field("打包", FieldType.BOOLEAN, Role.PLAN)
# The rules of a derived field use only derived fields that stand before it, so nothing depends on itself.
DERIVED = (
    new_field("类别", FieldType.LIST, Role.DERIVED, choices=("甲", "乙", "丙")),
    new_field("重大", FieldType.BOOLEAN, Role.DERIVED),
    new_field("差额", FieldType.NUMBER, Role.DERIVED, scale=2),
    new_field("规模", FieldType.CHOICE, Role.DERIVED, choices=("大型", "中型", "小型")),
    new_field("期数", FieldType.NUMBER, Role.DERIVED),
    new_field("情形", FieldType.LIST, Role.DERIVED, choices=("子", "丑")),
    new_field("档次", FieldType.CHOICE, Role.DERIVED, choices=("高", "低")),
    new_field("特殊", FieldType.BOOLEAN, Role.DERIVED),
)


def new_subject(name: str, fields: tuple[Field, ...]) -> Subject:
    own = {f.name: Field(**{**{k: getattr(f, k) for k in f.__slots__}, "subject": name}) for f in fields}
    return Subject(
        name=name, description=name, file="toy.schema.json", gives_findings=False, fields=own, span=SPAN
    )


VOCABULARY = Vocabulary(
    {
        PURCHASE: new_subject(PURCHASE, (*INPUTS, ONLY_PURCHASE, *DERIVED)),
        CONTRACT: new_subject(CONTRACT, (*INPUTS, *DERIVED)),
    }
)
# The purchase as a subject that gives findings, as enterprises are.
FINDING = "类别"
_PURCHASE = VOCABULARY.subjects[PURCHASE]
FINDING_VOCABULARY = Vocabulary(
    {
        **VOCABULARY.subjects,
        PURCHASE: replace(
            _PURCHASE,
            gives_findings=True,
            fields={**_PURCHASE.fields, FINDING: replace(_PURCHASE.fields[FINDING], finding=True)},
        ),
    }
)
OBJECTS = {"政府购买服务": Effect.VETO, "作为购买主体": Effect.VETO, "转包": Effect.FIX}

NAMES = {"000000": "全国", "330000": "浙江省", "330500": "湖州市", "330502": "吴兴区", "410000": "河南省"}
AREAS = Areas(
    {code: Area(code=code, name=name) for code, name in NAMES.items()}, {n: (c,) for c, n in NAMES.items()}
)
CHAINS = tuple(
    frozenset(chain.split())
    for chain in ("330502 330500 330000 000000", "330500 330000 000000", "330000 000000", "410000 000000")
)

AUTHORITY = Authority(
    forces={
        name: Force(name=name, binding=binding, grounds=grounds, span=SPAN)
        for name, binding, grounds in (
            ("法律", True, True),
            ("行政法规", True, True),
            ("部门规章", True, True),
            ("地方性法规", True, True),
            ("地方政府规章", True, True),
            ("规范性文件", True, True),
            ("地方做法", False, True),
            ("文章", False, False),
        )
    },
    order=(
        Ranking("法律", "行政法规", Precedence.ALWAYS),
        Ranking("行政法规", "部门规章", Precedence.ALWAYS),
        Ranking("行政法规", "地方性法规", Precedence.ALWAYS),
        Ranking("地方性法规", "地方政府规章", Precedence.SAME_AREA_OR_BELOW),
        Ranking("部门规章", "规范性文件", Precedence.SAME_OR_LOWER_LEVEL),
        Ranking("地方政府规章", "规范性文件", Precedence.SAME_OR_LOWER_LEVEL),
        Ranking("规范性文件", "规范性文件", Precedence.SAME_AREA_OR_BELOW),
        Ranking("规范性文件", "地方做法", Precedence.SAME_AREA_OR_BELOW),
    ),
)


def new_document(name: str, issuer: str, force: str, area: str, effective: str | None) -> Document:
    day = (
        StatedDate(date.fromisoformat(effective).toordinal(), "第一条", verified=True) if effective else None
    )
    return Document(
        id=name,
        number=name,
        title=name,
        issuer=issuer,
        force=force,
        area=area,
        issued=day,
        published=day,
        effective=day,
        ended=None,
        repeals=(),
        status_checked_on=None,
        verified=Verification.NO,
        verified_articles=(),
        encoded=Encoding.FULL,
        concerns=(PURCHASE, CONTRACT),
        governed_by_later=None,
        told_by=None,
        note="",
        span=SPAN,
    )


DOCUMENTS = {
    document.id: document
    for document in (
        new_document("law", "全国人大常委会", "法律", "000000", "2015-01-01"),
        new_document("regulation", "国务院", "行政法规", "000000", "2024-02-15"),
        new_document("order-old", "财政部", "部门规章", "000000", "2014-01-01"),
        new_document("order-new", "财政部", "部门规章", "000000", "2024-02-29"),
        new_document("order-other", "民政部", "部门规章", "000000", "2020-03-01"),
        new_document("statute", "省人大常委会", "地方性法规", "330000", "2019-01-01"),
        new_document("rules-city", "市政府", "地方政府规章", "330500", "2023-02-28"),
        new_document("rules-other", "外省政府", "地方政府规章", "410000", "2023-02-28"),
        new_document("notice-nation", "财政部", "规范性文件", "000000", None),
        new_document("notice-province", "省财政厅", "规范性文件", "330000", "2024-01-31"),
        new_document("notice-city", "市财政局", "规范性文件", "330500", "2024-03-31"),
        # By the province's organ too, later, for one city: the wider area prevails all the same.
        new_document("notice-for-city", "省财政厅", "规范性文件", "330500", "2024-03-01"),
        new_document("notice-other", "省财政厅", "规范性文件", "410000", "2024-03-30"),
        new_document("anonymous-old", "", "规范性文件", "330502", "2023-02-28"),
        new_document("anonymous-new", "", "规范性文件", "330502", "2024-02-28"),
        new_document("practice", "区财政局", "地方做法", "330502", None),
        new_document("article", "作者", "文章", "000000", None),
    )
}


class ToyRuleSet(RuleSet):
    """A rule set that shows a failing test only what differs from rule to rule."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = (
            "id subjects kind when scope unless overrides conflicts_with is_default justified_by due".split()
        )
        lines = [", ".join(f"{name}={getattr(rule, name)!r}" for name in shown) for rule in self.rules]
        return re.sub(r",? ?(span=)?Span\([^)]*\)", "", "\n".join(lines))

    def _repr_pretty_(self, printer, cycle) -> None:
        printer.text(repr(self))


def rule_set(*rules: Rule) -> RuleSet:
    """Put toy rules into a toy rule set."""
    return ToyRuleSet(
        rules=rules,
        vocabulary=VOCABULARY,
        documents=DOCUMENTS,
        authority=AUTHORITY,
        objects=OBJECTS,
        areas=AREAS,
        version="toy",
    )


def situation(values: Mapping[str, Value], subject: str = PURCHASE) -> Situation:
    """Make a situation of 2024-03-01 in 湖州市."""
    return Situation(subject, {AS_OF: date(2024, 3, 1).toordinal(), AREA: CHAINS[1], **values})
