"""A small lexicon over the toy vocabulary, and reading with it."""

from loading.toy import prepared
from policy_engine.model.lexicon import Indication, Lexicon
from policy_engine.reading import read

TERMS = """
sets:
  服务中心词: [监理, 设计, 检测, 审计]
terms:
  - id: works.renovation
    words: [外墙修缮, 装修改造, 装修, 施工]
    points_to: {采购事项: {含工程: true}}
    certainty: stated
    unless:
      within: [装修改造政策]
      before: [参观]
      after: [{set: 服务中心词}]
      beside: [统计]
      anywhere: [本项目不涉及任何建设内容]
    because: 修缮、装修是建设工程
    examples: [办公楼外墙修缮, 老旧小区装修改造项目]
    harmless: [装修改造工程监理服务]
  - id: goods.device
    words: [设备, 检测设备]
    points_to: {采购事项: {采购标的: 货物}}
    certainty: implied
    because: 设备是货物
    examples: [购置设备, 检测设备一批]
    harmless: [不含设备的维护]
  - id: service.detection
    words: [检测]
    points_to: {采购事项: {采购标的: 服务}}
    certainty: suspected
    because: 检测是服务
    examples: [消防检测, 车辆检测]
    harmless: [检测室]
    unless: {within: [检测室]}
  - id: goods.lease
    pattern: '(?P<words>租赁[^，。]{0,6}车辆)'
    points_to: {采购事项: {采购标的: 服务}}
    certainty: stated
    because: 租赁是服务
    examples: [租赁公务车辆, 租赁大中型车辆]
    harmless: [车辆]
  - id: term.service-period
    words: [服务期限, 合同期限]
    reads: months
    into: {采购事项: 合同期限_月}
    certainty: stated
    because: 文字写明了期限
    examples: [服务期限两年, 合同期限：12个月]
    harmless: [服务期限面议]
  - id: term.before-word
    pattern: '(?P<words>[一二三两0-9]{1,2}年的?(?:服务期|合同))'
    reads: months
    into: {采购事项: 合同期限_月}
    certainty: implied
    because: 年数写在前面
    examples: [三年服务期, 两年的合同]
    harmless: [合同]
"""
RULE_SET = prepared({"lexicon.yaml": TERMS}).rule_set
LEXICON: Lexicon = RULE_SET.lexicon


def found(text: str, lexicon: Lexicon = LEXICON) -> tuple[Indication, ...]:
    return read(lexicon, RULE_SET.vocabulary, "采购事项", {"购买内容": text})


def words(text: str) -> list[str]:
    return [one.words for one in found(text)]
