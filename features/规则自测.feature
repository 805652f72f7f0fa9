# language: zh-CN
功能: 规则自测
  规则自带例子。改规则的人想知道：例子还对不对，还有哪些小错例子发现不了。

  背景:
    假如 把规则库复制到“库”

  场景: 例子全部通过
    当 运行“policy-engine test 库/rules/huzhou”
    那么 退出码为 0
    并且 输出里有“全部通过”

  场景: 规则改错了，例子当场发现
    假如 把“库/rules/national/mof-order-102-2020/law.yaml”里的“when: {融资: true}”改成“when: {融资: false}”
    当 运行“policy-engine test 库/rules/national/mof-order-102-2020/law.yaml”
    那么 退出码为 1
    并且 输出里有“mof-order-102-2020.art-10-4 的例子”
    并且 输出里有“预期 违反（单凭本条：不得实施），实际 不适用（单凭本条：未涵盖）”

  场景: 界限差一也发现得了
    当 运行“policy-engine test 库/rules/national/mof-zong-2016-54/law.yaml --mutate”
    那么 退出码为 0
    并且 输出里有“得分 100.0%”

  场景: 案件文件写明预期的，一并核对
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      expect: 可以实施
      采购事项: {融资: true}
      """
    当 运行“policy-engine test 案件.yaml --rules 自带”
    那么 退出码为 1
    并且 输出里有“预期 可以实施，实际 不得实施”

  场景: 只核对案件时没有条件可覆盖，不报百分之百
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      expect: 不得实施
      采购事项: {融资: true}
      """
    当 运行“policy-engine test 案件.yaml --rules 库/rules”
    那么 退出码为 0
    并且 输出里没有“覆盖”

  场景: 划型标准的界限改动一点也发现得了
    假如 把“库/rules/national/miit-2011-300/law.yaml”里的“{规模行业: 工业, 从业人员: {at_least: 1000}, 营业收入_万元: {at_least: 40000}}”改成“{规模行业: 工业, 从业人员: {at_least: 999}, 营业收入_万元: {at_least: 40000}}”
    当 运行“policy-engine test 库/rules/national/miit-2011-300/law.yaml”
    那么 退出码为 1
    并且 输出里有“第 1 行：从业人员 的界限减一”
