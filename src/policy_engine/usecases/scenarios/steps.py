"""The table of steps: a small stable vocabulary in the words of policy staff. See features/README.md."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

from policy_engine.evaluation.condition_words import derived_words
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.model.decisions import Finding, Yielded
from policy_engine.reporting.features_page import cited, reasons
from policy_engine.reporting.opinion.compose import compose
from policy_engine.reporting.opinion.paper import Line, Opinion
from policy_engine.reporting.words import blocked_words, verdict_label
from policy_engine.usecases.scenarios.story import StepError, Story
from policy_engine.usecases.scenarios.vocabulary import Form

_ORDINARY = {
    "购买内容": "普通服务",
    "购买主体类型": "国家机关",
    "付费方": "政府",
    "采购标的": "服务",
    "已列入目录": "是",
    "已列入预算": "是",
}
_FORMS: list[Form] = []
_ONES: tuple[str, ...] = ("", *"一二三四五六七八九")


def _step(kind: str, form: str, takes: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    def decorate(act: Callable[..., None]) -> Callable[..., None]:
        _FORMS.append(Form(kind=kind, form=form, act=act, takes=takes))
        return act

    return decorate


def _expect(is_met: bool, message: str, *why: str) -> None:
    if not is_met:
        raise StepError(message, why)


def _expect_same(expected: str, found: str, *why: str) -> None:
    _expect(expected == found, f"预期 {expected}，实际 {found}", *why)


def _expect_among(expected: str, there: list[str], what: str) -> None:
    near = did_you_mean(expected, there) if there else ""
    _expect(
        expected in there, f"没有{what} {expected}" + (f"，{near}" if near else ""), *_listed(what, there)
    )


def _listed(what: str, there: list[str]) -> list[str]:
    return [f"有的{what}：{'；'.join(there)}" if there else f"一项{what}也没有"]


def _why(story: Story) -> tuple[str, ...]:
    return reasons(story.decision, story.compiled.rule_set) if story.decision is not None else ()


# —— 假如 ——


@_step("假如", "基准日为 {day}")
def _as_of(story: Story, day: str) -> None:
    story.tell_head("as_of", day)


@_step("假如", "事项名称为“{name:words}”")
def _name(story: Story, name: str) -> None:
    story.tell_head("name", name)


@_step("假如", "地区为 {area:rest}")
def _jurisdiction(story: Story, area: str) -> None:
    story.tell_head("jurisdiction", area)


@_step("假如", "阶段为 {phase}")
def _phase(story: Story, phase: str) -> None:
    story.tell_head("phase", phase)


@_step("假如", "申报人声明没有其他情形")
def _declared(story: Story) -> None:
    story.tell_head("declaration", {"no_other_circumstances": True, "by": "申报人"})


@_step("假如", "申报人声明没有其他情形，没有署名")
def _unsigned(story: Story) -> None:
    story.tell_head("declaration", {"no_other_circumstances": True})


@_step("假如", "没有申报声明")
def _undeclared(story: Story) -> None:
    story.head.pop("declaration", None)


@_step("假如", "国家机关拟购买一项已列入目录和预算的服务")
def _ordinary_purchase(story: Story) -> None:
    story.subject = "采购事项"
    for name, value in _ORDINARY.items():
        story.tell(name, value)


@_step("假如", "审查一{:measure}{subject}")
def _subject_under_review(story: Story, subject: str) -> None:
    subjects = story.compiled.rule_set.vocabulary.subjects
    _expect(subject in subjects, f"没有主题 {subject}，{did_you_mean(subject, subjects)}")
    if story.subject not in ("", subject):
        story.facts.clear()  # what was told of another subject says nothing of this one
    story.subject = subject


@_step("假如", "“{name}”为“{value:any}”")
def _fact(story: Story, name: str, value: str) -> None:
    story.tell(name, value)


@_step("假如", "“{name}”为“{value:any}”，出自“{source}”")
def _sourced_fact(story: Story, name: str, value: str, source: str) -> None:
    story.tell(name, {"value": value, "source": source})


@_step("假如", "“{name}”不清楚，因为“{reason:any}”")
def _doubtful_fact(story: Story, name: str, reason: str) -> None:
    story.tell(name, {"unknown": reason})


@_step("假如", "事实如下", takes="table")
def _facts(story: Story, table: list[list[str]]) -> None:
    places = story.step.rows if story.step is not None else ()
    for row, place in zip_longest(table[1:], places[1:]):
        _expect(len(row) == len(("事实", "内容")), "表格每行两格：事实、内容")
        story.tell(row[0], row[1], place)


@_step("假如", "没有填报“{name}”")
def _unstated_fact(story: Story, name: str) -> None:
    story.facts.pop(name, None)


@_step("假如", "另外登记文件", takes="quoted")
def _extra_documents(story: Story, quoted: str) -> None:
    story.documents = "\n".join(f"  {line}" for line in quoted.splitlines())


@_step("假如", "另有规则", takes="quoted")
def _extra_rules(story: Story, quoted: str) -> None:
    story.rules.append(quoted)
    story.rules_told_by.append(story.step)


# —— 当 ——


@_step("当", "进行审查")
def _review(story: Story) -> None:
    story.decide()


# —— 那么 ——


@_step("那么", "结论为 {label:rest}")
def _verdict(story: Story, label: str) -> None:
    assert story.one.subject
    assert story.decision is not None
    _expect_same(label, verdict_label(story.decision.verdict), *_why(story))


@_step("那么", "还可能变为 {label:rest}")
def _may_become(story: Story, label: str) -> None:
    _expect_among(label, [v.value for v in story.one.may_become], "可能的变化")


@_step("那么", "依据包括 {citation:rest}")
def _ground(story: Story, citation: str) -> None:
    grounds = [cited(result.rule) for result in story.one.grounds]
    if citation not in grounds:
        known = [cited(result.rule) for result in story.one.results]
        is_known = citation in known
        message = f"依据里没有 {citation}" if is_known else f"没有这样一条规定：{citation}"
        # A rule that there is was spelt right: only another ground can have been meant.
        near = did_you_mean(_in_chinese(citation), grounds if is_known else [*grounds, *known], 0.7)
        hint = f"，{near}" if near.startswith("是否") else ""
        raise StepError(message + hint, (*_listed("依据", grounds), *_why(story)))


def _in_chinese(citation: str) -> str:
    """Write 令102号 第10条第3项 as citations are written: 令第102号 第十条第（三）项."""
    text = re.sub(r"令(?=\d)", "令第", citation)
    text = re.sub(r"第(\d{1,2})(?=[条款])", lambda found: f"第{_number(found[1])}", text)
    return re.sub(
        r"第(?:（)?([\d一二三四五六七八九十]{1,3})(?:）)?项", lambda f: f"第（{_number(f[1])}）项", text
    )


def _number(digits: str) -> str:
    if not digits.isascii():
        return digits
    tens, ones = divmod(int(digits), 10)
    return ("" if tens == 1 else _ONES[tens]) + ("十" if tens else "") + _ONES[ones]


@_step("那么", "依据不包括 {citation:rest}")
def _no_ground(story: Story, citation: str) -> None:
    known = [cited(r.rule) for r in story.one.results]
    _expect(citation in known, f"没有这样一条规定：{citation}，{did_you_mean(citation, known)}")
    grounds = [cited(result.rule) for result in story.one.grounds]
    _expect(citation not in grounds, f"依据里有 {citation}", *_why(story))


@_step("那么", "需要补充“{name}”")
def _question(story: Story, name: str) -> None:
    _known_field(story, name)
    _expect_among(name, [q.field.name for q in story.one.missing], "要补充的事实")


@_step("那么", "不需要补充“{name}”")
def _no_question(story: Story, name: str) -> None:
    _known_field(story, name)
    asked = [q.field.name for q in story.one.missing]
    _expect(name not in asked, f"要补充 {name}", *_why(story))


@_step("那么", "“{name}”由“{supplier}”提供")
def _supplier(story: Story, name: str, supplier: str) -> None:
    _question(story, name)
    (found,) = (q.field.supplier for q in story.one.missing if q.field.name == name)
    _expect(supplier in found, f"预期由 {supplier} 提供，实际由 {found} 提供")


@_step("那么", "不需要补充任何事实")
def _no_questions(story: Story) -> None:
    asked = [q.field.name for q in story.one.missing]
    _expect(not asked, f"要补充 {'、'.join(asked)}")


@_step("那么", "需要补充申报声明")
def _asks_declaration(story: Story) -> None:
    _expect(story.one.asks_declaration, "不要补充申报声明", *_why(story))


@_step("那么", "不需要补充申报声明")
def _no_declaration_asked(story: Story) -> None:
    _expect(not story.one.asks_declaration, "要补充申报声明", *_why(story))


@_step("那么", "“{name}”取自 {origin:rest}")
def _origin(story: Story, name: str, origin: str) -> None:
    _known_field(story, name)
    found = story.one.facts[name]
    _expect_same(origin, found.source or found.origin.value)


def _known_field(story: Story, name: str) -> None:
    facts = story.one.facts
    _expect(name in facts, f"没有字段 {name}，{did_you_mean(name, facts)}")


@_step("那么", "规则 {rule} 的结果为 {outcome}")
def _outcome(story: Story, rule: str, outcome: str) -> None:
    _expect_same(outcome, story.result(rule).outcome.value, *_why(story))


@_step("那么", "规则 {rule} 让位于 {winner}")
def _yields(story: Story, rule: str, winner: str) -> None:
    blocked = story.result(rule).blocked
    _expect_among(winner, list(blocked.rules) if isinstance(blocked, Yielded) else [], "排除它的规则")


@_step("那么", "规则 {rule} 不起作用，因为“{words}”")
def _blocked(story: Story, rule: str, words: str) -> None:
    rules = {result.rule.id: result.rule for result in story.one.results}
    _expect_within(words, [blocked_words(story.result(rule).blocked, rules)], "不起作用的原因")


@_step("那么", "规则 {rule} 的说明包括“{words}”")
def _note(story: Story, rule: str, words: str) -> None:
    _expect_within(words, [story.result(rule).rule.note], "说明")


@_step("那么", "“{category}”认定为“{truth}”")
def _category_found(story: Story, category: str, truth: str) -> None:
    _expect_same(truth, _finding(story, category).found.value, *_why(story))


def _finding(story: Story, category: str) -> Finding:
    found = {f.category: f for f in story.one.findings}
    _expect(category in found, f"没有类别 {category}，{did_you_mean(category, found)}")
    return found[category]


@_step("那么", "各类别都认定为“{truth}”")
def _all_categories(story: Story, truth: str) -> None:
    found = {f.category: f.found.value for f in story.one.findings}
    others = [f"{name}：{value}" for name, value in found.items() if truth != value]
    _expect(bool(found) and not others, f"不都是{truth}：{'，'.join(others) or '没有类别'}", *_why(story))


@_step("那么", "“{name}”推算为“{value}”")
def _derived(story: Story, name: str, value: str) -> None:
    derived = story.one.derived
    _expect(name in derived, f"没有推算 {name}，{did_you_mean(name, derived)}")
    field = story.compiled.rule_set.vocabulary.subjects[story.one.subject].fields[name]
    _expect_same(value, derived_words(field, derived[name]))


@_step("那么", "后续义务包括“{words}”")
def _duty(story: Story, words: str) -> None:
    _expect_within(words, [r.rule.title for r in story.one.duties_ahead], "后续义务")


@_step("那么", "后续义务不包括“{words}”")
def _no_duty(story: Story, words: str) -> None:
    titles = [r.rule.title for r in story.one.results]
    _expect(any(words in title for title in titles), f"没有这样的义务：{words}，检查写法")
    ahead = [r.rule.title for r in story.one.duties_ahead if words in r.rule.title]
    _expect(not ahead, f"后续义务里有“{'；'.join(ahead)}”")


@_step("那么", "合规途径包括“{words}”")
def _remedy(story: Story, words: str) -> None:
    _expect_within(words, [r.rule.remedy for r in story.one.grounds], "合规途径")


@_step("那么", "建议包括“{words}”")
def _advice(story: Story, words: str) -> None:
    _expect_within(words, [r.rule.advice or r.rule.title for r in story.one.advice], "建议")


@_step("那么", "没有建议")
def _no_advice(story: Story) -> None:
    found = [r.rule.advice or r.rule.title for r in story.one.advice]
    _expect(not found, f"有建议：{'；'.join(found)}")


@_step("那么", "有效而未录入的文件包括 {number:rest}")
def _unencoded(story: Story, number: str) -> None:
    _expect_among(number, [d.number for d in story.one.unencoded], "有效而未录入的文件")


@_step("那么", "输入有误，代码为 {code}")
def _bad_input(story: Story, code: str) -> None:
    _expect_among(code, [d.code for d in story.problems], "输入错误")


@_step("那么", "修改提示包括“{words}”")
def _help_words(story: Story, words: str) -> None:
    _expect_within(words, [d.help for d in story.problems], "修改提示")


# —— 意见书 ——


def _opinion(story: Story) -> Opinion:
    _expect(
        story.decision is not None, "还没有审查：前面写“当 进行审查”", *(d.message for d in story.problems)
    )
    assert story.decision is not None
    return compose(story.decision, story.compiled.rule_set)


def _lines_of(story: Story, title: str) -> list[str]:
    parts = {part.title: part for part in _opinion(story).parts}
    _expect(
        title in parts, f"意见书没有“{title}”，{did_you_mean(title, parts)}", *_listed("各部分", list(parts))
    )
    return [
        line
        for block in parts[title].blocks
        for line in ([block.text] if isinstance(block, Line) else ["　".join(row) for row in block.rows])
    ]


@_step("那么", "意见书题为“{title:words}”")
def _title(story: Story, title: str) -> None:
    _expect_same(title, _opinion(story).title)


@_step("那么", "意见书依次有 {titles:rest}")
def _parts(story: Story, titles: str) -> None:
    _expect_same(titles, "、".join(part.title for part in _opinion(story).parts))


@_step("那么", "意见书的“{title}”写有“{words:words}”")
def _written(story: Story, title: str, words: str) -> None:
    _expect_within(words, _lines_of(story, title), title)


@_step("那么", "意见书的“{title}”没有写“{words:words}”")
def _not_written(story: Story, title: str, words: str) -> None:
    found = [line for line in _lines_of(story, title) if words in line]
    _expect(not found, f"{title}里有“{words}”", *found)


def _expect_within(words: str, texts: list[str], what: str) -> None:
    there = [text for text in texts if text]
    _expect(any(words in text for text in there), f"{what}里没有“{words}”", *_listed(what, there))


# —— 命令 ——


@_step("假如", "文件“{name}”内容为", takes="quoted")
def _file(story: Story, name: str, quoted: str) -> None:
    _write(story.path(name), quoted + "\n")


@_step("假如", "把示例“{example}”复制为“{name}”")
def _copied(story: Story, example: str, name: str) -> None:
    examples = story.setting.files.rules.parent / "examples"
    found = (examples / example).resolve()
    _expect(
        found.is_file() and found.is_relative_to(examples.resolve()),
        f"没有示例“{example}”，示例在 {examples}",
    )
    _write(story.path(name), found.read_text(encoding="utf-8"))


@_step("假如", "把规则库复制到“{name}”")
def _rule_base(story: Story, name: str) -> None:
    files = story.setting.files
    for shown, folder in files.folders:
        if folder.is_dir():
            shutil.copytree(folder, story.path(name) / shown)


@_step("假如", "把“{name}”里的“{old}”改成“{new:any}”")
def _edited(story: Story, name: str, old: str, new: str) -> None:
    path = story.path(name)
    _expect(path.is_file(), f"没有文件“{name}”，前面写一步“文件“{name}”内容为”或者“把规则库复制到…”")
    text = path.read_text(encoding="utf-8")
    _expect(text.count(old) == 1, f"“{name}”里的“{old}”出现 {text.count(old)} 次，应恰好一次")
    path.write_text(text.replace(old, new), encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@_step("当", "运行“policy-engine {line}”")
def _run(story: Story, line: str) -> None:
    try:
        words = shlex.split(line)
    except ValueError:
        raise StepError("命令里的引号没有配对") from None
    story.ran = story.setting.run(story.folder, words)


@_step("那么", "退出码为 {code}")
def _exit_code(story: Story, code: str) -> None:
    ran = story.last_run()
    _expect_same(code, str(ran.code), *ran.output.splitlines())


@_step("那么", "输出里有“{text:words}”")
def _says(story: Story, text: str) -> None:
    output = story.last_run().output
    _expect(text in output, f"输出里没有“{text}”", *output.splitlines())


@_step("那么", "输出里没有“{text:words}”")
def _says_not(story: Story, text: str) -> None:
    output = story.last_run().output
    _expect(text not in output, f"输出里有“{text}”", *output.splitlines())


FORMS: tuple[Form, ...] = tuple(_FORMS)
