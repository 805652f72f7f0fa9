"""Random cases over the shipped vocabulary: an ordinary case of a subject, with some of it told otherwise.

Cases that no rule refuses are rare among arbitrary facts, so each begins with one that is calm.
"""

from dataclasses import replace
from functools import cache
from types import MappingProxyType

import yaml
from hypothesis import strategies as st

from honesty.desk import PLAIN, SIGNED, compiled
from policy_engine.compilation.reads import conditions_of
from policy_engine.foundation.spans import file_span
from policy_engine.loading.cases import CaseDefaults, load_cases
from policy_engine.loading.files import SourceText
from policy_engine.model import conditions as c
from policy_engine.model.calendar import day_number
from policy_engine.model.cases import Case, Declaration, Fact, Origin
from policy_engine.model.values import NOT_HAPPENED, UNKNOWN, Known
from policy_engine.model.vocabulary import Field, FieldType, Phase, Role

SPAN = file_span("案件.yaml")
TODAY = day_number("2026-01-15") or 0
HUZHOU, LONGAN = "浙江省湖州市", "河南省安阳市龙安区"
# For each subject the heads and facts of cases that give no offence.
CALM: dict[str, list[dict]] = {
    "采购事项": [{"采购事项": PLAIN}, {"jurisdiction": HUZHOU, "采购事项": PLAIN}],
    "服务合同": [
        {
            "jurisdiction": HUZHOU,
            "phase": "合同",
            "服务合同": {
                "书面合同": True,
                "合同要素": [
                    "服务内容",
                    "期限",
                    "数量",
                    "质量",
                    "价格",
                    "资金结算方式",
                    "各方权利义务",
                    "违约责任",
                ],
                "承接主体类型": "企业",
                "合同期限_月": 12,
                "合同签订日": "2026-01-10",
                "成交通知书日": "2026-01-05",
                "中小企业": False,
            },
        }
    ],
    "承接主体": [
        {
            "承接主体": {
                "承接主体类型": "企业",
                "独立承担民事责任": True,
                "商业信誉和财务制度": True,
                "设备和专业技术能力": True,
                "依法纳税和缴纳社保": True,
            }
        }
    ],
    "年度汇总": [
        {
            "年度汇总": {
                "新增公共服务购买支出_万元": 100,
                "其中向社会组织购买_万元": 50,
                "分母含履职辅助性服务": False,
            }
        }
    ],
    "职能转移": [
        {
            "as_of": "2015-11-25",
            "jurisdiction": "浙江省温州市",
            "职能转移": {"转移方式": "委托", "继续安排购买经费": True, "原经费已核减": True, "转移年数": 2},
        }
    ],
    "县区实施办法": [
        {
            "jurisdiction": HUZHOU,
            "县区实施办法": {
                "已出台实施办法": True,
                "细化适用范围": True,
                "细化服务类别": True,
                "细化服务内容": True,
                "质量监督检查制度": True,
                "隐患报告和整改督办制度": True,
                "约谈通报制度": True,
                "绩效评比制度": True,
                "列出重点对象": True,
            },
        }
    ],
    "服务项目": [{"jurisdiction": HUZHOU, "服务项目": {"提供者依法设立": True}}],
    "服务形式": [
        {
            "jurisdiction": HUZHOU,
            "服务形式": {
                "付费方": "政府",
                "委托方": "政府部门",
                "提供者": "安全专家",
                "受益对象": "政府监管",
                "服务内容": ["安全生产检查支撑", "事故调查分析鉴定支撑"],
                "公开招标或合同约定": True,
                "已签服务合同": True,
                "时点": "与投保信贷无关",
            },
        }
    ],
    "企业": [
        {
            "jurisdiction": HUZHOU,
            "企业": {"领域": "工矿商贸", "行业": "工业", "从业人员": 85, "营业收入_万元": 6200},
        },
        {"企业": {"领域": "工矿商贸", "行业": "工业"}},
    ],
    "区域": [{"jurisdiction": HUZHOU, "区域": {"区域类型": "化工园区", "工业企业相对集中": False}}],
    "联席会议": [
        {
            "jurisdiction": LONGAN,
            "联席会议": {
                "已建立制度": True,
                "牵头单位": "安全生产部门",
                "召集人": "主管副区长",
                "成员单位": ["公安", "消防", "市场监管"],
                "缺会月份_个": 0,
                "听取当月排查情况": True,
                "汇报上月整改情况": True,
                "做法仍执行": True,
            },
        }
    ],
    "派员": [
        {
            "jurisdiction": LONGAN,
            "派员": {"环节": "排查", "专家人数": 5, "时间冲突": False, "做法仍执行": True},
        }
    ],
    "监管环节": [
        {
            "as_of": "2012-06-01",
            "jurisdiction": LONGAN,
            "监管环节": {
                "环节": ["排查"],
                "承担者": ["社会组织"],
                "监管人员协同": True,
                "检查报告": "有",
                "付费方": "政府",
                "购买主体层级": "乡镇街道",
                "采购方式": "公开招标",
                "已签服务合同": True,
                "合同约定标准": ["设备", "专业技术人员", "每年排查次数"],
                "涉及执法": False,
            },
        }
    ],
    "隐患": [
        {
            "as_of": "2012-12-01",
            "jurisdiction": LONGAN,
            "隐患": {
                "台账日期": "2012-11-30",
                "排查承担者": ["社会组织"],
                "排查日期": "2012-05-10",
                "排查有监管人员协同": True,
                "排查报告": "有",
                "反馈主体": "区安委会",
                "反馈日期": "2012-05-28",
                "督办主体": "成员单位",
                "督办日期": "2012-05-30",
                "整改主体": "企业",
                "整改付费方": "企业",
                "整改期限": "2012-06-30",
                "整改完成日期": "2012-06-20",
                "复查承担者": ["社会组织"],
                "复查日期": "2012-06-25",
                "复查有监管人员协同": True,
                "复查报告": "有",
                "处理主体": "成员单位",
                "处理日期": "2012-07-01",
            },
        }
    ],
}
NOTES = st.sampled_from(("", "另有情况，见附件"))


@cache
def calm(subject: str) -> tuple[Case, ...]:
    """Read the calm cases of a subject."""
    return tuple(read(told) for told in CALM[subject])


def read(told: dict) -> Case:
    head = {"name": "一件", "as_of": "2026-01-15", "declaration": SIGNED}
    text = yaml.safe_dump(head | told, allow_unicode=True, sort_keys=False)
    defaults = CaseDefaults(today=TODAY)
    (case,) = load_cases(SourceText("案件.yaml", text), compiled().rule_set, defaults)
    return case


@st.composite
def cases(draw, subject: str) -> Case:
    """Draw a calm case with a few facts told otherwise, unknown or left out; now and then unsigned, or in a phase."""
    base = draw(st.sampled_from(calm(subject)))
    told = dict(base.subjects[subject])
    for name in draw(st.lists(st.sampled_from(sorted(tellable(subject))), max_size=5, unique=True)):
        fact = draw(facts(subject, name))
        told.pop(name, None)
        told |= {} if fact is None else {name: fact}
    phase = draw(st.sampled_from((None, None, *Phase)))
    return replace(
        base,
        declaration=draw(st.sampled_from((*["经办人"] * 6, "", None)).map(signed)),
        phase=phase or Phase.PROJECT,
        is_phase_stated=phase is not None,
        subjects=MappingProxyType({subject: MappingProxyType(told)}),
    )


def signed(by: str | None) -> Declaration | None:
    return None if by is None else Declaration(by=by, span=SPAN)


@cache
def tellable(subject: str) -> dict[str, Field]:
    """Give the fields that cases tell: all but those that are computed."""
    fields = compiled().rule_set.vocabulary.subjects[subject].fields
    return {name: field for name, field in fields.items() if field.role is not Role.DERIVED}


@cache
def facts(subject: str, name: str) -> st.SearchStrategy[Fact | None]:
    """Draw what a case says of one field: a value, with or without a source; that nobody can tell; nothing."""
    field = tellable(subject)[name]
    unknown = st.just(stated(field, UNKNOWN, ""))
    values = NOTES if field.type is FieldType.TEXT else st.sampled_from(values_of(subject, name))
    told = st.builds(stated, st.just(field), values, st.sampled_from(("", "承办人认定")))
    return st.one_of(told, told, unknown, unknown, st.none())


def stated(field: Field, value: Known, source: str) -> Fact:
    return Fact(field=field.name, value=value, origin=Origin.STATED, source=source)


@cache
def values_of(subject: str, name: str) -> list[Known]:
    """List the values of a field that rules tell apart, and their neighbours."""
    field = tellable(subject)[name]
    match field.type:
        case FieldType.BOOLEAN:
            return [True, False]
        case FieldType.CHOICE:
            return list(field.choices)
        case FieldType.LIST:
            return [frozenset(), *(frozenset((one,)) for one in field.choices), frozenset(field.choices)]
        case FieldType.DATE:
            days = {TODAY, TODAY - 40, TODAY - 400, TODAY + 40, *limits(subject, name)}
            return [NOT_HAPPENED, *sorted(days - {NOT_HAPPENED})]
        case FieldType.NUMBER:
            low, high = field.minimum, field.maximum
            near = {n + step for n in (low or 0, *limits(subject, name)) for step in (-1, 0, 1)}
            return [n for n in sorted(near) if (low is None or low <= n) and (high is None or n <= high)]
        case _:
            return [""]


def limits(subject: str, name: str) -> set[int]:
    """Collect what the rules of a subject compare a field with."""
    rules = [rule for rule in compiled().rule_set.rules if subject in rule.subjects]
    leaves = [leaf for rule in rules for condition in conditions_of(rule) for leaf in c.leaves(condition)]
    compared = {leaf.value for leaf in leaves if isinstance(leaf, c.Compare) and leaf.field == name}
    return compared | {leaf.value for leaf in leaves if isinstance(leaf, c.Equals) and leaf.field == name}
