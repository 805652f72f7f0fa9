"""The steps of features/: a small stable vocabulary in the words of policy staff. See features/README.md."""

from pathlib import Path

import pytest
from pytest_bdd import given, parsers, then, when

from features.desk import Desk
from features.story import Story, iso
from policy_engine.model.decisions import Finding
from policy_engine.model.rules import Rule
from policy_engine.reporting.words import blocked_words, verdict_label

ROOT = Path(__file__).resolve().parents[2]
ORDINARY = {
    "购买内容": "普通服务",
    "购买主体类型": "国家机关",
    "付费方": "政府",
    "采购标的": "服务",
    "已列入目录": "是",
    "已列入预算": "是",
}


def cited(rule: Rule) -> str:
    document = rule.citation.document
    return f"{document.number or document.title} {rule.citation.locator}"


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "待修: what the scenario says is right; the rules or the program are not yet"
    )


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("待修"):
            item.add_marker(pytest.mark.xfail(strict=True, reason="待修"))


@pytest.fixture
def story() -> Story:
    return Story()


# —— 假如 ——


@given(parsers.parse("基准日为 {day}"))
def as_of(story, day):
    story.head["as_of"] = iso(day)


@given(parsers.parse("地区为 {area}"))
def jurisdiction(story, area):
    story.head["jurisdiction"] = area


@given(parsers.parse("阶段为 {phase}"))
def phase(story, phase):
    story.head["phase"] = phase


@given("申报人声明没有其他情形")
def declared(story):
    story.head["declaration"] = {"no_other_circumstances": "true", "by": "申报人"}


@given("没有申报声明")
def undeclared(story):
    story.head.pop("declaration", None)


@given("国家机关拟购买一项已列入目录和预算的服务")
def ordinary_purchase(story):
    story.subject = "采购事项"
    story.facts.update(ORDINARY)


@given(parsers.re(r"审查一[个项家份次条](?P<subject>\S+)"))
def subject_under_review(story, subject):
    story.subject = subject


@given(parsers.re(r"“(?P<field>[^”]+)”为“(?P<value>[^”]*)”"))
def fact(story, field, value):
    story.facts[field] = value


@given(parsers.re(r"“(?P<field>[^”]+)”不清楚，因为“(?P<reason>[^”]*)”"))
def doubtful_fact(story, field, reason):
    story.facts[field] = {"unknown": reason}


@given("事实如下")
def facts(story, datatable):
    story.facts.update(datatable[1:])


@given(parsers.re(r"“(?P<field>[^”]+)”为“(?P<value>[^”]*)”，出自“(?P<source>[^”]+)”"))
def sourced_fact(story, field, value, source):
    story.facts[field] = {"value": value, "source": source}


@given(parsers.re(r"没有填报“(?P<field>[^”]+)”"))
def unstated_fact(story, field):
    story.facts.pop(field, None)


@given("另外登记文件")
def extra_documents(story, docstring):
    lines = docstring.splitlines()
    story.documents = "\n".join(f"  {line}" for line in lines)


@given("另有规则")
def extra_rules(story, docstring):
    story.rules.append(docstring)


# —— 当 ——


@when("进行审查")
def review(story):
    story.decide()


# —— 那么 ——


@then(parsers.parse("结论为 {label}"))
def verdict(story, label):
    assert story.one.subject
    assert label == verdict_label(story.decision.verdict)


@then(parsers.parse("还可能变为 {label}"))
def may_become(story, label):
    assert label in [v.value for v in story.one.may_become]


@then(parsers.parse("依据包括 {citation}"))
def ground(story, citation):
    assert citation in [cited(result.rule) for result in story.one.grounds]


@then(parsers.parse("依据不包括 {citation}"))
def no_ground(story, citation):
    assert citation in [cited(r.rule) for r in story.one.results], "没有这样一条规定，检查文号和条款的写法"
    assert citation not in [cited(result.rule) for result in story.one.grounds]


@then(parsers.re(r"需要补充“(?P<field>[^”]+)”"))
def question(story, field):
    assert field in [q.field.name for q in story.one.missing]


@then(parsers.re(r"不需要补充“(?P<field>[^”]+)”"))
def no_question(story, field):
    assert field in story.one.facts, "没有这个字段，检查名称"
    assert field not in [q.field.name for q in story.one.missing]


@then(parsers.re(r"“(?P<field>[^”]+)”由“(?P<supplier>[^”]+)”提供"))
def supplier(story, field, supplier):
    assert supplier in {q.field.name: q.field.supplier for q in story.one.missing}[field]


@then("不需要补充任何事实")
def no_questions(story):
    assert [] == [q.field.name for q in story.one.missing]


@then("需要补充申报声明")
def asks_declaration(story):
    assert story.one.asks_declaration


@then("不需要补充申报声明")
def no_declaration_asked(story):
    assert not story.one.asks_declaration


@then(parsers.re(r"“(?P<field>[^”]+)”取自 (?P<origin>\S+)"))
def origin(story, field, origin):
    found = story.one.facts[field]
    assert origin == (found.source or found.origin.value)


@then(parsers.re(r"规则 (?P<rule>\S+) 的结果为 (?P<outcome>\S+)"))
def outcome(story, rule, outcome):
    assert outcome == story.result(rule).outcome.value


@then(parsers.re(r"规则 (?P<rule>\S+) 让位于 (?P<winner>\S+)"))
def yields(story, rule, winner):
    assert winner in story.result(rule).blocked.rules


@then(parsers.re(r"规则 (?P<rule>\S+) 不起作用，因为“(?P<words>[^”]+)”"))
def blocked(story, rule, words):
    rules = {result.rule.id: result.rule for result in story.one.results}
    assert words in blocked_words(story.result(rule).blocked, rules)


@then(parsers.re(r"规则 (?P<rule>\S+) 的说明包括“(?P<words>[^”]+)”"))
def note(story, rule, words):
    assert words in story.result(rule).rule.note


def finding(story, category) -> Finding:
    return next(f for f in story.one.findings if f.category == category)


@then(parsers.re(r"“(?P<category>[^”]+)”认定为“(?P<truth>是|否|待核实|未涉及)”"))
def category_found(story, category, truth):
    assert truth == finding(story, category).found.value


@then(parsers.re(r"各类别都认定为“(?P<truth>是|否|待核实|未涉及)”"))
def all_categories(story, truth):
    assert {truth} == {f.found.value for f in story.one.findings}


@then(parsers.re(r"“(?P<field>[^”]+)”推算为“(?P<value>[^”]+)”"))
def derived(story, field, value):
    assert value == story.one.derived.get(field)


@then(parsers.re(r"后续义务包括“(?P<words>[^”]+)”"))
def duty(story, words):
    assert any(words in r.rule.title for r in story.one.duties_ahead)


@then(parsers.re(r"后续义务不包括“(?P<words>[^”]+)”"))
def no_duty(story, words):
    titles = [r.rule.title for r in story.one.results]
    assert any(words in title for title in titles), "没有这样的义务，检查写法"
    assert not any(words in r.rule.title for r in story.one.duties_ahead)


@then(parsers.re(r"合规途径包括“(?P<words>[^”]+)”"))
def remedy(story, words):
    assert any(words in r.rule.remedy for r in story.one.grounds)


@then(parsers.re(r"建议包括“(?P<words>[^”]+)”"))
def advice(story, words):
    assert any(words in (r.rule.advice or r.rule.title) for r in story.one.advice)


@then("没有建议")
def no_advice(story):
    assert [] == [r.rule.id for r in story.one.advice]


@then(parsers.parse("有效而未录入的文件包括 {number}"))
def unencoded(story, number):
    assert number in [d.number for d in story.one.unencoded]


@then(parsers.parse("输入有误，代码为 {code}"))
def bad_input(story, code):
    assert code in [d.code for d in story.problems]


@then(parsers.re(r"修改提示包括“(?P<words>[^”]+)”"))
def help_words(story, words):
    assert any(words in d.help for d in story.problems)


# —— 命令 ——


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk(tmp_path)


@given(parsers.re(r"文件“(?P<name>[^”]+)”内容为"))
def file(desk, name, docstring):
    desk.write(name, docstring)


@given(parsers.re(r"把示例“(?P<example>[^”]+)”复制为“(?P<name>[^”]+)”"))
def copied(desk, example, name):
    desk.write(name, (ROOT / "examples" / example).read_text(encoding="utf-8"))


@given(parsers.re(r"把规则库复制到“(?P<name>[^”]+)”"))
def rule_base(desk, name):
    desk.copy_rule_base(name)


@given(parsers.re(r"把“(?P<name>[^”]+)”里的“(?P<old>[^”]+)”改成“(?P<new>[^”]*)”"))
def edited(desk, name, old, new):
    desk.replace(name, old, new)


@when(parsers.re(r"运行“policy-engine (?P<line>[^”]+)”"))
def run(desk, line):
    desk.run(line)


@then(parsers.re(r"退出码为 (?P<code>\d)"))
def exit_code(desk, code):
    assert int(code) == desk.result.exit_code, desk.result.output


@then(parsers.re(r"输出里有“(?P<words>.+)”"))
def says(desk, words):
    assert words in desk.result.output


@then(parsers.re(r"输出里没有“(?P<words>.+)”"))
def says_not(desk, words):
    assert words not in desk.result.output
