"""What stands beside the rules and must agree with them: coverage lists, the register of texts, quotations, the case schema."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from policy_engine.analysis.quotations import digest_of
from policy_engine.foundation.diagnostics import Diagnostic, Related, Severity
from policy_engine.foundation.fixes import respelling
from policy_engine.loading.coverage import NormAnswer
from policy_engine.loading.texts import lines_of
from policy_engine.model.calendar import chinese_day
from policy_engine.model.documents import Document, Encoding
from policy_engine.model.rules import Rule, RuleSet
from policy_engine.model.texts import Anchor, DocumentText, RegisteredQuote


def find_unlisted_documents(
    rule_set: RuleSet, listed: Iterable[str], named: Iterable[str]
) -> Iterator[Diagnostic]:
    """Report documents without a coverage list some of whose rules no other list names: a rule made up would go unnoticed."""
    known, answered = frozenset(listed), frozenset(named)
    rules = Counter(rule.citation.document.id for rule in rule_set.rules)
    # Named by another document's list is as good: reports answer for what they tell of.
    loose = {rule.citation.document.id for rule in rule_set.rules if rule.id not in answered}
    for document in rule_set.documents.values():
        is_full = document.encoded is Encoding.FULL
        is_open = document.id in loose or (is_full and not rules[document.id])
        if document.id in known or not is_open:
            continue
        why = "登记为已编写（encoded: full）" if is_full else f"有规则 {rules[document.id]} 条"
        yield Diagnostic(
            code="PE614",
            message=f"`{document.id}` {why}，没有覆盖表",
            span=document.at("encoded") if is_full else document.span,
            help="在规则旁边的 norms.yaml 里逐条写明规范怎样回答；暂时写不出的，在登记里写 accept，说明理由和期限",
            severity=Severity.ERROR if is_full else Severity.WARNING,
            documents=(document.id,),
        )


# Of more quotations, none of them registered, the register itself is what is missing.
_FEW = 3
# Whoever validates as of a day some weeks back isn't told of what was checked since.
_BACK = 31


def find_checks_to_come(documents: Iterable[Document], today: int) -> Iterator[Diagnostic]:
    """Report documents whose force is said to have been checked on a day that is still far to come."""
    for document in documents:
        checked = document.status_checked_on
        if checked is not None and checked > today + _BACK:
            yield Diagnostic(
                code="PE207",
                message=f"`{document.id}` 核对效力的日期（status_checked_on）{chinese_day(checked)}还没有到",
                span=document.at("status_checked_on"),
                help="写看过 status_evidence 的那一天",
                documents=(document.id,),
            )


def find_unknown_subjects(rule_set: RuleSet, listed: Iterable[str]) -> Iterator[Diagnostic]:
    """Report subjects that the schema of case files does not refer to: an editor would call their cases wrong."""
    known = frozenset(listed)
    for subject in rule_set.vocabulary.subjects.values():
        if subject.name not in known:
            file = subject.file.rsplit("/", 1)[-1]
            yield Diagnostic(
                code="PE615",
                message=f"案件格式里没有主题 `{subject.name}`，编辑器会说写了它的案件不对",
                span=subject.span,
                help=f'在 schemas/case.schema.json 的 properties 里写 "{subject.name}": {{"$ref": "{file}"}}',
            )


def told_in(document: str, documents: Mapping[str, Document], texts: Iterable[DocumentText]) -> str:
    """Name the document in whose text the norms of a coverage list stand: itself, or the report that tells of it."""
    told_by = documents[document].told_by if document in documents else None
    return document if told_by is None or document in {text.document for text in texts} else told_by


def find_loose_anchors(
    rule_set: RuleSet, answers: Iterable[NormAnswer], texts: tuple[DocumentText, ...]
) -> Iterator[Diagnostic]:
    """Report norms whose lines in a coverage list and in the register of texts differ, and anchors of no norm."""
    by_text: dict[str, dict[str, NormAnswer]] = {text.document: {} for text in texts}
    for listed in answers:
        name = told_in(listed.document, rule_set.documents, texts)
        if name in by_text:
            by_text[name][listed.norm] = listed
    for text in texts:
        for anchor in text.anchors:
            answer: NormAnswer | None = by_text[text.document].get(anchor.norm)
            if answer is None or lines_of(answer.lines) != (anchor.first, anchor.last):
                yield _loose(anchor, answer)


def _loose(anchor: Anchor, answer: NormAnswer | None) -> Diagnostic:
    if answer is None:
        return Diagnostic(
            code="PE327",
            message=f"定位的规范 `{anchor.norm}` 不在覆盖表里",
            span=anchor.span,
            help="核对规范的编号；删去的规范把定位也删去",
        )
    stood = lines_words(anchor.first, anchor.last)
    return Diagnostic(
        code="PE327",
        message=f"规范 `{anchor.norm}` 在覆盖表里是 `{answer.lines or '没有写'}`，核对时的定位是 `{stood}`",
        span=answer.span,
        help=f"写成 lines: {stood}；原文移了位置的，用 sources verify --update 一并更新",
        related=(Related("核对时的定位", anchor.span),),
        fixes=respelling(answer.lines_span, answer.lines, stood, is_sure=False) if answer.lines_span else (),
    )


def lines_words(first: int, last: int) -> str:
    """Write lines as the registers do: L12 or L12-15."""
    return f"L{first}" if first == last else f"L{first}-{last}"


def digest_of_quote(quote: str) -> str:
    """Digest a quotation, whitespace left out as in comparing with texts."""
    return digest_of("".join(quote.split()))


def find_altered_quotes(rules: Iterable[Rule], registered: Iterable[RegisteredQuote]) -> Iterator[Diagnostic]:
    """Report quotations that are not those somebody compared: known without the text at hand."""
    digests = {quote.rule: quote for quote in registered}
    quoted = {rule.id: rule for rule in rules if rule.quote}
    if not digests and len(quoted) > _FEW:
        yield _no_quotes(next(iter(quoted.values())), len(quoted))
        return
    for rule in quoted.values():
        quote, now = digests.get(rule.id), digest_of_quote(rule.quote)
        if quote is None:
            yield _quote(rule, f"的引文没有登记，改动了也看不出来：“{rule.quote}”", now, Severity.WARNING)
        elif quote.digest != now:
            yield _quote(rule, f"的引文与核对时不同：“{rule.quote}”", now, Severity.ERROR)
    for quote in digests.values():
        if quote.rule not in quoted:
            yield Diagnostic(
                code="PE329",
                message=f"登记了引文的规则 `{quote.rule}` 没有引文",
                span=quote.span,
                help="删去这一项登记",
                severity=Severity.WARNING,
            )


def _no_quotes(first: Rule, number: int) -> Diagnostic:
    return Diagnostic(
        code="PE329",
        message=f"{number} 条规则有引文，一处也没有登记，改动了也看不出来",
        span=first.at("quote"),
        help="rules/registers/texts.yaml 的 quotes 整个没有了的，找回来；从来没有的，逐字核对原文以后用 sources verify --update 登记",
        severity=Severity.WARNING,
        rules=(first.id,),
    )


def _quote(rule: Rule, what: str, digest: str, severity: Severity) -> Diagnostic:
    entry = f"{{rule: {rule.id}, digest: {digest}}}"
    is_changed = severity is Severity.ERROR
    first = "改回原来的字；确实按原文改的" if is_changed else "逐字核对原文以后"
    return Diagnostic(
        code="PE328" if is_changed else "PE329",
        message=f"规则 `{rule.id}` {what}",
        span=rule.at("quote"),
        help=f"{first}，用 sources verify --update 登记，没有文本文件的在 rules/registers/texts.yaml 的 quotes 里写 {entry}",
        severity=severity,
        rules=(rule.id,),
    )
