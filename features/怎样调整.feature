# language: zh-CN
功能: 怎样调整
  不能实施的，说明怎样调整项目本身才能实施，以及哪些事实足以得出否定的结论。
  只提项目还能调整的事项；标的、金额、日期、身份和已有的情形不在其内。

  场景: 五年合同缩短到一年以内就可以实施
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      declaration: {no_other_circumstances: true, by: 经办人}
      采购事项: {购买主体类型: 国家机关, 购买内容: 城区道路保洁, 采购标的: 服务, 付费方: 政府, 已列入目录: true, 已列入预算: true, 合同期限_月: 60}
      """
    当 运行“policy-engine check 案件.yaml --what-if”
    那么 退出码为 1
    并且 输出里有“怎样调整（须真实调整项目本身，不得仅改填报）”
    并且 输出里有“合同期限由 60个月 改为不超过 12个月”
    并且 输出里有“针对：财政部令第102号第二十四条”
    并且 输出里有“调整后：可以作为政府购买服务实施”

  场景: 工程怎样调整期限都不行
    假如 把示例“purchase-wall-repair.yaml”复制为“案件.yaml”
    当 运行“policy-engine check 案件.yaml --what-if”
    那么 退出码为 1
    并且 输出里有“怎样改，都不能消除下列依据”
    并且 输出里有“取决于：采购标的 = 工程”

  场景: 由社会组织独立实施行政检查，可以改由执法人员实施，也可以改为协同
    假如 把示例“stage-2012-and-2026.yaml”复制为“案件.yaml”
    当 运行“policy-engine check 案件.yaml --what-if”
    那么 输出里有“由 社会组织 改为”
    并且 输出里有“监管人员协同由 否 改为 是”

  场景: 还没有查清的先补充
    假如 把示例“purchase-road-maintenance.yaml”复制为“案件.yaml”
    当 运行“policy-engine check 案件.yaml --what-if”
    那么 退出码为 3
    并且 输出里有“先补齐需补充核实的事项”

  场景: 足以否定的事实逐组列出
    假如 把示例“purchase-wall-repair.yaml”复制为“案件.yaml”
    当 运行“policy-engine check 案件.yaml --reasons”
    那么 退出码为 1
    并且 输出里有“足以得出结论的事实”
    并且 输出里有“第 1 组：采购标的 = 工程（填报）”
    并且 输出里有“第 2 组：含工程 = 是（填报）”
    并且 输出里没有“怎样调整”

  场景: 可以实施的无须调整
    假如 把示例“purchase-property-service.yaml”复制为“案件.yaml”
    当 运行“policy-engine check 案件.yaml --what-if --reasons”
    那么 退出码为 0
    并且 输出里有“可以作为政府购买服务实施，无须调整”
