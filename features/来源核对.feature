# language: zh-CN
功能: 来源核对
  引文逐字可查，编写规则所依据的段落一有变动就知道。

  背景:
    假如 把规则库复制到“库”
    并且 文件“库/rules/registers/texts.yaml”内容为
      """
      texts:
        - {document: wenzhou-czj-2015, file: 温州.txt, sha256: "", anchors: []}
      """

  场景: 引文逐字找到，写明在哪一行
    假如 文件“原文/温州.txt”内容为
      """
      不得一边购买服务，
      一边养人办事。
      不再增加机构、编制、人员。
      """
    当 运行“policy-engine sources verify --against 原文 --rules 库/rules --schemas 库/schemas”
    那么 输出里有“引文一致：温州.txt:1-2 “一边购买服务，一边养人办事””

  场景: 引文差一个字就是错
    假如 文件“原文/温州.txt”内容为
      """
      不得一边购买服务，一边养人办事。
      不再增加机构和编制、人员。
      """
    当 运行“policy-engine sources verify --against 原文 --rules 库/rules --schemas 库/schemas”
    那么 退出码为 1
    而且 输出里有“里没有“不再增加机构、编制、人员””

  场景: 没有文本的不算比对过
    假如 文件“原文/别的.txt”内容为
      """
      别的文件
      """
    当 运行“policy-engine sources verify --against 原文 --rules 库/rules --schemas 库/schemas”
    那么 退出码为 1
    而且 输出里有“没有比对”

  场景: 登记的文件都列得出来
    当 运行“policy-engine sources list”
    那么 退出码为 0
    而且 输出里有“《政府购买服务管理办法》（财政部令第102号）”
