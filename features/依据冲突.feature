# language: zh-CN
功能: 依据冲突
  地方性法规与部门规章之间不分位阶。两者方向相反而都有效时，程序不替有权机关裁决。
  下面用虚构的地方性法规演示，不代表任何现行规定。

  背景:
    假如 国家机关拟购买一项已列入目录和预算的服务
    并且 地区为 浙江温州
    并且 基准日为 2026-01-15
    并且 “公益性岗位”为“是”
    并且 申报人声明没有其他情形

  场景: 地方性法规明文许可部门规章所禁止的
    假如 另外登记文件
      """
      - {id: test-regulation, title: 试验条例, issuer: 浙江省人大常委会, force: 地方性法规, area: 浙江省, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-regulation
      rules:
        - {id: test-regulation.art-1, title: 可以购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
      """
    当 进行审查
    那么 结论为 依据冲突
    并且 依据包括 试验条例 第一条
    并且 依据包括 财政部令第102号 第十条第（五）项

  场景: 法律明文许可的，部门规章的禁止让位
    假如 另外登记文件
      """
      - {id: test-statute, title: 试验法, issuer: 全国人大常委会, force: 法律, area: 全国, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-statute
      rules:
        - {id: test-statute.art-1, title: 可以购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
      """
    当 进行审查
    那么 规则 mof-order-102-2020.art-10-5-posts 的结果为 被排除
    并且 规则 mof-order-102-2020.art-10-5-posts 让位于 test-statute.art-1
    并且 结论为 可以实施

  场景: 许可失效以后不再冲突
    假如 另外登记文件
      """
      - {id: test-regulation, title: 试验条例, issuer: 浙江省人大常委会, force: 地方性法规, area: 浙江省, effective: {date: 2022-01-01, basis: 虚构, verified: true}, ended: {date: 2024-12-31, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-regulation
      rules:
        - {id: test-regulation.art-1, title: 可以购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
      """
    当 进行审查
    那么 结论为 不得实施

  场景: 排除者自己被排除的，排除不了别人
    假如 另外登记文件
      """
      - {id: test-statute, title: 试验法, issuer: 全国人大常委会, force: 法律, area: 全国, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-statute
      rules:
        - {id: test-statute.art-1, title: 可以购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
        - id: test-statute.art-2
          title: 前条不及于派遣用工
          cite: 第二条
          subject: 采购事项
          when: {劳务派遣: true}
          prohibit: 政府购买服务
          remedy: 另循他途
          overrides: [{rule: test-statute.art-1, basis: text, because: 本条是前条的例外}]
      """
    并且 “劳务派遣”为“是”
    当 进行审查
    那么 结论为 不得实施
    并且 规则 test-statute.art-1 的结果为 不成立
    并且 依据包括 财政部令第102号 第十条第（五）项

  场景: 冲突之外另有没有争议的禁止，就不得实施
    假如 另外登记文件
      """
      - {id: test-regulation, title: 试验条例, issuer: 浙江省人大常委会, force: 地方性法规, area: 浙江省, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-regulation
      rules:
        - {id: test-regulation.art-1, title: 可以购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
      """
    并且 “购买主体类型”为“公益一类事业单位”
    当 进行审查
    那么 结论为 不得实施
    并且 依据包括 财政部令第102号 第八条
    并且 依据不包括 财政部令第102号 第十条第（五）项

  场景: 法律也禁止的，条例的许可让位，没有冲突
    假如 另外登记文件
      """
      - {id: test-regulation, title: 试验条例, issuer: 浙江省人大常委会, force: 地方性法规, area: 浙江省, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-regulation
      rules:
        - {id: test-regulation.art-1, title: 可以购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
      """
    并且 “已列入预算”为“否”
    当 进行审查
    那么 结论为 不得实施
    并且 依据包括 中华人民共和国预算法 第十三条
    并且 规则 test-regulation.art-1 让位于 npc-budget-2018.art-13

  场景: 许可的条件没有查清，冲突也就没有定
    假如 另外登记文件
      """
      - {id: test-regulation, title: 试验条例, issuer: 浙江省人大常委会, force: 地方性法规, area: 浙江省, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-regulation
      rules:
        - {id: test-regulation.art-1, title: 面向公众的公益性岗位可以购买, cite: 第一条, subject: 采购事项, when: {公益性岗位: true, 受益对象: 社会公众}, permit: 政府购买服务}
      """
    当 进行审查
    那么 结论为 需补充核实
    并且 需要补充“受益对象”
    假如 “受益对象”为“社会公众”
    当 进行审查
    那么 结论为 依据冲突
    假如 “受益对象”为“政府”
    当 进行审查
    那么 结论为 不得实施

  场景: 别的省的条例管不到这里，没有冲突
    假如 另外登记文件
      """
      - {id: test-regulation, title: 试验条例, issuer: 江苏省人大常委会, force: 地方性法规, area: 江苏省, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-regulation
      rules:
        - {id: test-regulation.art-1, title: 可以购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
      """
    当 进行审查
    那么 结论为 不得实施

  场景: 地方政府规章与部门规章之间也不分位阶
    假如 另外登记文件
      """
      - {id: test-order, title: 试验办法, issuer: 温州市人民政府, force: 设区的市政府规章, area: 温州市, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-order
      rules:
        - {id: test-order.art-1, title: 可以购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
      """
    当 进行审查
    那么 结论为 依据冲突
    并且 依据包括 试验办法 第一条

  场景: 规范性文件的许可让位于部门规章
    假如 另外登记文件
      """
      - {id: test-notice, title: 试验通知, issuer: 温州市人民政府办公室, force: 规范性文件, area: 温州市, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-notice
      rules:
        - {id: test-notice.part-1, title: 可以购买公益性岗位, cite: 第一部分, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
      """
    当 进行审查
    那么 结论为 不得实施
    并且 规则 test-notice.part-1 让位于 mof-order-102-2020.art-10-5-posts

  场景: 同一机关的新规定优于旧规定
    假如 另外登记文件
      """
      - {id: test-older, title: 旧试验条例, issuer: 浙江省人大常委会, force: 地方性法规, area: 浙江省, effective: {date: 2021-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      - {id: test-newer, title: 新试验条例, issuer: 浙江省人大常委会, force: 地方性法规, area: 浙江省, effective: {date: 2024-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-older
      rules:
        - {id: test-older.art-1, title: 可以购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, permit: 政府购买服务}
      """
    并且 另有规则
      """
      document: test-newer
      rules:
        - {id: test-newer.art-1, title: 不再购买公益性岗位, cite: 第一条, subject: 采购事项, when: {公益性岗位: true}, prohibit: 政府购买服务, remedy: 按就业政策办理}
      """
    当 进行审查
    那么 结论为 不得实施
    并且 规则 test-older.art-1 让位于 test-newer.art-1
    并且 依据包括 新试验条例 第一条

  场景大纲: 例外所依据的文件失效，例外不再成立
    假如 另外登记文件
      """
      - {id: test-regulation, title: 试验条例, issuer: 浙江省人大常委会, force: 地方性法规, area: 浙江省, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      - {id: test-relief, title: 试验细则, issuer: 浙江省人民政府, force: 省政府规章, area: 浙江省, effective: {date: 2022-01-01, basis: 虚构, verified: true}, ended: {date: 2024-12-31, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-regulation
      rules:
        - id: test-regulation.art-2
          title: 不得按人头计费
          cite: 第二条
          subject: 采购事项
          when: {按成果付费: false}
          unless: [{basis: text, document: test-relief, cite: 第三条, because: 细则许可短期项目, when: {合同期限_月: {at_most: 6}}}]
          prohibit: 合同条款
          remedy: 改为按服务量计费
      """
    并且 “公益性岗位”为“否”
    并且 “按成果付费”为“否”
    并且 “合同期限_月”为“6”
    并且 基准日为 <日期>
    当 进行审查
    那么 规则 test-regulation.art-2 的结果为 <结果>
    并且 结论为 <结论>

    例子:
      | 日期       | 结果   | 结论     |
      | 2024-12-31 | 有例外 | 可以实施 |
      | 2025-01-01 | 违反   | 须整改   |

  场景: 两项要求不能同时满足，也是冲突
    假如 另外登记文件
      """
      - {id: test-order, title: 试验办法, issuer: 国务院某部, force: 部门规章, area: 全国, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      - {id: test-regulation, title: 试验条例, issuer: 浙江省人大常委会, force: 地方性法规, area: 浙江省, effective: {date: 2022-01-01, basis: 虚构, verified: true}, verified: full, encoded: full}
      """
    并且 另有规则
      """
      document: test-order
      rules:
        - {id: test-order.art-1, title: 应当公开招标, cite: 第一条, subject: 采购事项, require: {采购方式: 公开招标}, remedy: 改为公开招标}
      """
    并且 另有规则
      """
      document: test-regulation
      rules:
        - {id: test-regulation.art-1, title: 应当竞争性磋商, cite: 第一条, subject: 采购事项, require: {采购方式: 竞争性磋商}, conflicts_with: [test-order.art-1], remedy: 改为竞争性磋商}
      """
    并且 “公益性岗位”为“否”
    并且 “采购方式”为“公开招标”
    当 进行审查
    那么 结论为 依据冲突
    并且 依据包括 试验办法 第一条
    并且 依据包括 试验条例 第一条
