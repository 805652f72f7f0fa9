"""One cause is told once, with the number of places that follow from it; what is unlike stays apart."""

from policy_engine.foundation.diagnostics import Diagnostic, Severity
from policy_engine.foundation.spans import Span
from policy_engine.reporting.findings.causes import by_cause


def error(message: str, line: int, code: str = "PE301") -> Diagnostic:
    span = Span(path="rules/a/b.yaml", line=line, column=0, end_line=line, end_column=1)
    return Diagnostic(code=code, message=message, span=span)


def test_a_field_that_is_gone_is_told_once_and_counted():
    found = [error("没有字段 `融资`", n) for n in range(20)]
    found += [error("`采购事项` 没有字段 `融资`", n) for n in range(20, 27)]
    (told,) = by_cause(found)
    assert (26, 0, 2) == (told.more, told.span.line, len(told.related))
    assert "登记" in told.help


def test_complaints_of_one_name_in_several_codes_have_one_cause():
    codes = ["PE310", "PE303", "PE103"]
    messages = [
        "字段 `预算保障` 在各主题中的类型不同",
        "文字字段 `预算保障` 只供记录，不能用在条件里",
        "`预算保障` 应为数字",
    ]
    (told,) = by_cause(error(m, n, c) for n, (m, c) in enumerate(zip(messages, codes, strict=True)))
    assert 2 == told.more


def test_a_few_or_different_mistakes_are_told_each():
    found = [error(f"没有字段 `字段{n}`", n) for n in range(5)] + [
        error("没有字段 `融资`", n) for n in range(2)
    ]
    assert tuple(found) == by_cause(found)


def test_other_codes_and_warnings_are_never_folded():
    found = [error("规则 `a` 没有写出处", n, "PE604") for n in range(5)]
    warnings = [
        Diagnostic(code="PE301", message="没有字段 `融资`", severity=Severity.WARNING) for _ in range(5)
    ]
    assert (*found, *warnings) == by_cause([*found, *warnings])
