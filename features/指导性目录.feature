# language: zh-CN
功能: 指导性目录
  列入目录是第十四条的条件之一，按填报认定。载入本级目录以后，程序拿案件写的“目录条目”去核对：
  有这一条的，替没有填报的补上；与填报不一致的，提醒核实，仍按填报审查。
  目录里没有同样的名称，不等于没有列入：名称可能不同。

  背景:
    假如 把示例“catalogue/某区指导性目录.csv”复制为“目录.csv”

  场景: 目录里有的条目，没有填报是否列入的，由核对补上
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      phase: 立项
      declaration: {no_other_circumstances: true, by: 经办人}
      采购事项: {购买主体类型: 国家机关, 购买内容: 办公楼物业, 采购标的: 服务, 付费方: 政府, 目录条目: 物业服务, 已列入预算: true, 服务大类: 政府履职辅助性服务, 含工程: false}
      """
    当 运行“policy-engine check 案件.yaml --catalogue 目录.csv”
    那么 退出码为 0
    而且 输出里有“有“物业服务”，属政府履职辅助性服务—后勤服务；列入目录不排除第十条”

  场景: 填报已列入而目录里没有的，按填报审查并提醒核实
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      declaration: {no_other_circumstances: true, by: 经办人}
      采购事项: {购买主体类型: 国家机关, 购买内容: 森林防火巡航, 采购标的: 服务, 付费方: 政府, 目录条目: 无人机巡航, 已列入目录: true, 已列入预算: true, 含工程: false}
      """
    当 运行“policy-engine check 案件.yaml --catalogue 目录.csv”
    那么 退出码为 0
    而且 输出里有“里没有“无人机巡航””
    而且 输出里有“注意：“已列入目录”填报为是，与目录核对的结果不一致”

  场景: 目录里没有同样的名称，不能当作没有列入
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      declaration: {no_other_circumstances: true, by: 经办人}
      采购事项: {购买主体类型: 国家机关, 目录条目: 物业管理, 已列入预算: true, 含工程: false}
      """
    当 运行“policy-engine check 案件.yaml --catalogue 目录.csv”
    那么 退出码为 3
    而且 输出里有“该事项是否已列入本级指导性目录”

  场景: 列入目录不排除第十条
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      采购事项: {购买主体类型: 国家机关, 目录条目: 维修保养服务, 已列入预算: true, 含工程: true, 零星维修: false}
      """
    当 运行“policy-engine check 案件.yaml --catalogue 目录.csv”
    那么 退出码为 1

  场景: 没有载入目录的，写明以填报为准
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      采购事项: {购买主体类型: 国家机关, 已列入目录: true}
      """
    当 运行“policy-engine check 案件.yaml”
    那么 输出里有“未加载本级指导性目录，是否列入目录以填报为准”

  场景: 中央本级目录不适用于地方
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      jurisdiction: 浙江省湖州市
      采购事项: {购买主体类型: 国家机关, 目录条目: 公共安全服务}
      """
    当 运行“policy-engine check 案件.yaml --catalogue 中央本级”
    那么 输出里有“只适用于中央本级，不适用于本案的浙江省湖州市，没有采用”

  场景: 名称未核对原文的条目不替人填报
    假如 文件“案件.yaml”内容为
      """
      as_of: 2026-01-15
      jurisdiction: 全国
      declaration: {no_other_circumstances: true, by: 经办人}
      采购事项: {购买主体类型: 国家机关, 目录条目: 后勤服务, 已列入预算: true, 含工程: false}
      """
    当 运行“policy-engine check 案件.yaml --catalogue 中央本级”
    那么 退出码为 3
    而且 输出里有“这一条名称未核对原文”
