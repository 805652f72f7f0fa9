# language: zh-CN
功能: 规则变更
  改规则以前想知道：哪些事项的结论会变，哪一个最小的例子看得出来。
  “没有变化”是对全部案件的证明，不是抽查。

  背景:
    假如 把规则库复制到“旧”
    并且 把规则库复制到“新”

  场景: 只改文字，证明含义没有变化
    假如 把“新/rules/national/mof-order-102-2020/law.yaml”里的“title: 融资行为不得纳入政府购买服务范围”改成“title: 融资行为，不得纳入政府购买服务范围”
    当 运行“policy-engine diff 旧 新”
    那么 退出码为 0
    并且 输出里有“含义没有变化”
    并且 输出里有“的标题变了”

  场景: 换一种写法，证明含义没有变化
    假如 把“新/rules/national/mof-order-102-2020/law.yaml”里的“when: {融资: true}”改成“when: {not: {融资: false}}”
    当 运行“policy-engine diff 旧 新”
    那么 退出码为 0
    并且 输出里有“这是证明，不是抽查”

  场景: 放宽一个例外，给出受影响的最小例子
    假如 把“新/rules/national/mof-order-102-2020/law.yaml”里的“when: {融资: true}”改成“when: {融资: true, 已列入预算: false}”
    当 运行“policy-engine diff 旧 新”
    那么 退出码为 1
    并且 输出里有“[改动] mof-order-102-2020.art-10-4”
    并且 输出里有“融资: {value: true”

  场景: 一份台账里有几行结论会变
    假如 把“新/rules/national/mof-order-102-2020/law.yaml”里的“when: {融资: true}”改成“when: {融资: true, 已列入预算: false}”
    并且 文件“台账.yaml”内容为
      """
      - {name: 甲, as_of: 2026-01-15, 采购事项: {融资: true, 已列入预算: true}}
      - {name: 乙, as_of: 2026-01-15, 采购事项: {融资: true, 已列入预算: false}}
      """
    当 运行“policy-engine diff 旧 新 --ledger 台账.yaml --subject 采购事项”
    那么 输出里有“共 2 行，结论不同的 1 行”
    并且 输出里有“甲：不得实施 → 需补充核实”
