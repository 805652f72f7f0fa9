"""The titles of real notices: what stands behind what is bought, who buys, and what is only kept up.

All are made up for this test.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import as_shipped
from effort import examples
from policy_engine.reading import read
from policy_engine.reading.names import title_of, without_body

PURCHASE = "采购事项"
NOTICES = [
    "公开招标公告",
    "中标（成交）结果公告",
    "竞争性磋商公告（第二次）",
    "(二次)招标(采购)公告",
    "的公开招标公告[某省招标代理有限公司]",
    "-采购公告",
    "单一来源公示",
    "政府采购合同公告(网)",
    "入围结果公告（第三批）",
    "公开招标",
]


def pointed(name: str, content: str = "详见附件") -> set[str]:
    """All fields to which the words point, but for what is usual."""
    rule_set = as_shipped.rule_set()
    fields = rule_set.vocabulary.subjects[PURCHASE].fields
    found = read(rule_set.lexicon, rule_set.vocabulary, PURCHASE, {"事项名称": name, "购买内容": content})
    return {
        one.field for one in found if one.value not in (fields[one.field].declared, "服务", "公开招标")
    } - {"采购方式"}


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("name", ["北区水质自动分析设备", "社工站服务项目"])
def test_a_title_is_what_stands_before_its_notice(name, notice):
    assert title_of(name + notice) == (name, True)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("办公设备采购公告", ("办公设备采购", True)),
        ("保洁项目采购公告", ("保洁项目", True)),
        ("道路养护项目(网)", ("道路养护项目", False)),
        ("道路养护项目（一标段）", ("道路养护项目", False)),
        ("道路养护（含路面翻修）", ("道路养护（含路面翻修）", False)),
        ("政务公开", ("政务", True)),
        ("道路养护", ("道路养护", False)),
        ("", ("", False)),
    ],
)
def test_only_what_a_platform_or_a_notice_adds_is_left_off(written, title):
    assert title_of(written) == title


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("县中医院血液净化仪器设备", "含货物"),
        ("派出所防护器材", "含货物"),
        ("大学后勤用房改造项目", "含工程"),
        ("校区门面招租项目", "付费方"),
    ],
)
def test_a_notice_says_that_what_its_title_ends_in_is_bought(name, field, notice):
    assert field in pointed(name + notice)


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize(
    "name",
    [
        "实验室仪器设备维保服务",
        "图录出版",
        "教学楼改造项目监理",
        "门禁系统及监控系统维保",
        "学位证书等印刷服务",
        "冷水机组巡检采购项目",
    ],
)
def test_a_notice_of_a_service_asks_nothing(name, notice):
    assert not pointed(name + notice) & {"含货物", "含工程", "采购标的", "付费方"}


NAMES = st.lists(
    st.sampled_from(
        "办公 设备 家具 维修 监理 改造 系统 采购 项目 服务 派遣 文员 三名 车辆 租赁 及 、 装修 运维 县 管理局 服务中心 （ ） 劳务 外包 20套".split()
    ),
    min_size=1,
    max_size=8,
).map("".join)


@given(NAMES, st.sampled_from(NOTICES))
@settings(max_examples=examples(150))
def test_a_notice_takes_no_question_back(name, notice):
    assert pointed(name) <= pointed(name + notice)


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("南山县城市管理局沥青冷补料采购", "南山县城市□□局沥青冷补料采购"),
        ("市退役军人服务中心纪念章采购", "市退役军人□□中心纪念章采购"),
        ("物业管理服务采购", "物业管理服务采购"),
        ("老年服务中心", "老年服务中心"),
        ("沥青冷补料采购，由城市管理局验收", "沥青冷补料采购，由城市管理局验收"),
    ],
)
def test_what_a_body_is_called_says_nothing_of_what_it_buys(name, hidden):
    assert without_body(name) == hidden


def test_a_body_that_is_called_by_a_service_may_buy_goods():
    assert "含货物" in pointed("南山县城市管理局沥青冷补料采购")
    assert "含货物" in pointed("市公共资源交易服务中心票箱采购项目")
    assert "含货物" not in pointed("南山县城市管理局停车管理采购")


def test_what_is_counted_beside_what_is_kept_up_is_asked_about():
    assert "含货物" not in pointed("打印机、复印机维保")
    assert "含货物" in pointed("打印机20台、复印机维保")
    assert "含货物" in pointed("采购打印机、复印机维保")
    assert "含货物" in pointed("办公家具及打印机维修", "家具二十套")


@pytest.mark.parametrize(
    ("name", "content", "field"),
    [
        ("道路提升服务", "按设计及施工图组织实施", "含工程"),
        ("林区巡护标识采购项目", "详见附件", "含货物"),
        ("智能巡检仪表盘购置", "详见附件", "含货物"),
        ("车辆保险箱采购", "详见附件", "含货物"),
        ("强制隔离戒毒所看管外包", "由保安公司看管戒毒人员", "应当由政府直接履职"),
        ("边防检查站执勤外包", "由公司查验证件", "应当由政府直接履职"),
        ("采购项目第三批电脑", "采购电脑", "含货物"),
        ("会议室装修", "工程量清单及预算内全部施工", "含工程"),
    ],
)
def test_what_only_holds_a_harmless_word_is_asked_about(name, content, field):
    assert field in pointed(name, content)


# Of every kind that may not be bought as a service, in words of their own.
FORBIDDEN = [
    ("办公楼外立面重新贴砖", "由中标单位拆掉旧瓷砖重贴，含脚手架", "含工程"),
    ("老年活动中心屋面漏水整治", "铲除旧卷材，重做防水层1200平方米", "含工程"),
    ("幼儿园塑胶操场翻铺服务", "旧胶皮铲除后重新浇筑，工期40天", "含工程"),
    ("镇区路灯建设运维一体化服务", "新立灯杆260基并负责八年亮灯率考核", "工程和服务打包"),
    ("河道景观提升服务采购", "沿岸铺设透水砖步道并种植乔木", "含工程"),
    ("自来水老旧管网更换服务招标公告", "更换DN300球墨铸铁管4公里", "含工程"),
    ("会议系统服务采购", "采购LED大屏两块、音箱八只，安装后归我局", "含货物"),
    ("智慧课堂服务", "为每间教室配发触控一体机共86台，验收后列入固定资产", "含货物"),
    ("执法装备保障服务", "购入执法记录仪120台、对讲机60部", "含货物"),
    ("巡逻车租购服务", "三年后车辆产权过户给我局", "货物归属"),
    ("社区养老服务", "给每户独居老人配一套紧急呼叫设备归社区", "含货物"),
    ("食堂食材配送服务", "每日供应大米、肉类、蔬菜", "含货物"),
    ("窗口服务外包", "公司派15人坐窗口，由大厅主任排班考勤", "人员由谁管理"),
    ("文秘辅助服务", "劳务派遣文员6名", "劳务派遣"),
    ("综治辅助力量服务", "需要巡防队员30人，每人每月4200元，服从派出所调遣", "人员由谁管理"),
    ("驾驶服务", "司机5名，工资由机关核发，公司只交社保", "人员由谁管理"),
    ("保洁外包", "原保洁员全部转到公司名下，人还是那些人，归后勤科管", "用工迹象"),
    ("临聘人员托管", "临聘人员工资社保委托人力公司代发代缴", "变相用工"),
    ("行政许可受理审批服务", "由公司对申请作出准予许可决定", "应当由政府直接履职"),
    ("城市管理服务外包", "由公司队员对占道摊贩扣押物品并罚款", "应当由政府直接履职"),
    ("环保网格监管服务", "公司派员检查企业排污并责令整改", "应当由政府直接履职"),
    ("渣土车查处服务", "发现违法车辆予以拦停、暂扣", "应当由政府直接履职"),
    ("低保审核确认外包", "由社工机构决定是否符合低保条件", "应当由政府直接履职"),
    ("税费征收服务", "委托企业向纳税人征收税款", "应当由政府直接履职"),
    ("安全生产检查服务", "第三方独立对企业检查并下达整改通知书", "行政检查"),
    ("信访事项办理服务", "由公司作出信访答复意见", "应当由政府直接履职"),
    ("政府投资项目垫资建设服务", "公司先行出资，财政分六年偿还", "融资"),
    ("公园运营服务", "社会资本建设，政府按年付可用性服务费，十年回购", "融资"),
    ("棚改购买服务", "以购买服务协议向银行质押贷款", "融资"),
    ("平台公司融资服务", "城投公司贷款20亿元，财政列入预算偿还", "融资"),
    ("污水处理厂特许经营", "授予经营权25年，向用户收费", "特许经营"),
    ("环卫服务直接委托", "指定由城发集团承担，不再招标", "采购方式适用情形"),
    ("印刷服务", "仅限本县企业参加", "差别待遇"),
    ("审计服务", "中标后可整体转给其他事务所完成", "转包"),
    ("保安服务", "允许中标人将主体业务分包", "分包"),
    ("为某企业做宣传片", "专门给落户的新能源厂拍片推广", "受益对象"),
    ("企业稳岗奖补发放", "对规上企业每家奖励五万元", "资金性质"),
    ("干部疗养服务", "组织机关干部赴外地疗休养", "受益对象"),
    ("涉密档案加工", "含绝密级文件扫描，由民营公司完成", "涉密"),
    ("街道网格员购买服务", "要40个网格员，街道自己招自己管", "变相用工"),
    ("公办幼儿园保育员服务", "岗位数35个，按岗位拨付人头费", "用工迹象"),
    ("城管协管服务", "定员50人，每班12人，中队点名", "固定人数"),
    ("医院护工岗位外包", "工资由医院发放，公司开票", "用工迹象"),
    ("消防队员服务", "招录专职消防员20名，驻队执勤", "变相用工"),
]


@pytest.mark.parametrize(("name", "content", "field"), FORBIDDEN)
def test_what_is_forbidden_is_noticed(name, content, field):
    assert field in pointed(name, content)


@pytest.mark.parametrize(("name", "content", "field"), FORBIDDEN)
def test_it_is_noticed_under_the_title_of_a_notice(name, content, field):
    assert field in pointed(f"南山县城市管理局{name}项目(二次)公开招标公告", content)
