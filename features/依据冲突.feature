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
    那么 规则 mof-order-102-2020.art-10-5 的结果为 被排除
    并且 规则 mof-order-102-2020.art-10-5 让位于 test-statute.art-1
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
