"""What the rules of a row come to: weights, and the first verdict that holds. docs/meaning.md has the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp

from policy_engine.compilation import CompiledSubject
from policy_engine.compilation.reads import fields_read
from policy_engine.model.conditions import AREA, AS_OF, All, Any, Condition, Leaf, Not
from policy_engine.model.decisions import SETTLED, Verdict
from policy_engine.model.documents import Document, Encoding
from policy_engine.model.rules import (
    Classify,
    Derive,
    Effect,
    Impossible,
    Permit,
    Prohibit,
    Recommend,
    Require,
    Rule,
    RuleSet,
    Table,
)
from policy_engine.model.vocabulary import FieldType, Phase, Role, Subject
from policy_engine.relational.days import key_of
from policy_engine.relational.facts import Facts
from policy_engine.relational.inputs import DOUBTS, PHASE, RUNNING, UNDESCRIBED
from policy_engine.relational.rules import Written
from policy_engine.relational.trees import (
    Tree,
    chosen,
    coalesced,
    compared,
    conj,
    denied,
    disj,
    false,
    is_null,
    listed,
    number,
    text,
)

_GROUND_SEPARATOR: Final = ";"


@dataclass(slots=True)
class Weighing:
    """Weighs the rules of one subject. `told`: the other columns of a row: its phase, doubts, running terms."""

    facts: Facts
    program: CompiledSubject
    subject: Subject
    rule_set: RuleSet
    written: Written
    _sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _doubtful: dict[str, Tree] = field(default_factory=dict)
    _may: dict[tuple[str, bool], Tree] = field(default_factory=dict)

    def verdict(self) -> tuple[Tree, Tree]:
        """Write the verdict of a row, in the words of officials, and the ids of the rules that carry it."""
        chain = self.facts.chain
        forces = self.rule_set.authority.forces
        # Documents of a force that grounds nothing are told of, and move no verdict.
        counted = {r.id: r for r in self.program.written if forces[r.citation.document.force].grounds}
        rivals = [pair for pair in self.program.rivals if counted.keys() >= set(pair)]
        contests = {
            pair: chain.bind(f"相争:{'/'.join(pair)}", self._contest(counted[pair[0]], counted[pair[1]]))
            for pair in rivals
        }
        ahead = {rule.id: self._before(rule) for rule in counted.values()}
        vetoes: dict[str, Tree] = {}
        fixes: dict[str, Tree] = {}
        permits: dict[str, Tree] = {}
        for rule in counted.values():
            weight = self._weight(rule, ahead[rule.id])
            match rule.kind:
                case Prohibit(object=name):
                    contested = disj([one for pair, one in contests.items() if rule.id in pair])
                    is_veto = self.rule_set.objects[name] is Effect.VETO
                    uncontested = conj((weight, denied(contested)))
                    (vetoes if is_veto else fixes)[rule.id] = chain.bind(f"计:{rule.id}", uncontested)
                case Require():
                    fixes[rule.id] = chain.bind(f"计:{rule.id}", weight)
                case Permit():
                    permits[rule.id] = chain.bind(f"计:{rule.id}", weight)
                case Recommend() | Classify() | Table() | Derive() | Impossible():
                    continue
        due = {
            pair: chain.bind(f"到期相争:{'/'.join(pair)}", _due(contest, [ahead[rule] for rule in pair]))
            for pair, contest in contests.items()
        }
        joined = [
            chain.bind(what, disj(truths.values()))
            for what, truths in (("否决", vetoes), ("冲突", due), ("整改", fixes), ("许可", permits))
        ]
        found = chain.bind("按规则", self._combined(*joined))
        found = chain.bind("按范围", self._qualified(found))
        return found, self._grounds(found, vetoes, fixes, permits, due)

    def _combined(self, veto: Tree, conflict: Tree, fix: Tree, permit: Tree) -> Tree:
        # A constant is never open: asked about, it would only lengthen the query.
        is_open = disj([is_null(one) for one in (veto, conflict, fix) if not isinstance(one, exp.Boolean)])
        return chosen(
            [
                # To CASE what is open is not true: it passes on here, and is asked for once nothing surely bars.
                (veto, text(Verdict.PROHIBITED.value)),
                (conflict, text(Verdict.CONFLICT.value)),
                (fix, text(Verdict.NON_COMPLIANT.value)),
                (is_open, text(Verdict.UNDETERMINED.value)),
                (permit, text(Verdict.PERMITTED.value)),
                (is_null(permit), text(Verdict.UNDETERMINED.value)),
            ],
            text(Verdict.NOT_COVERED.value),
        )

    def _qualified(self, verdict: Tree) -> Tree:
        """Take into account what no rule says: documents that are none yet, what nobody described, findings."""

        def among(*verdicts: Verdict) -> Tree:
            return exp.In(this=verdict, expressions=[text(one.value) for one in verdicts])

        if self.subject.gives_findings:
            is_open, is_unexamined = self._findings()
            mild = among(Verdict.PERMITTED, Verdict.NOT_COVERED, Verdict.UNDETERMINED)
            return chosen(
                [
                    # Such a subject permits nothing: with every category settled there is no more to say.
                    (denied(mild), verdict),
                    (is_open, text(Verdict.UNDETERMINED.value)),
                    (is_unexamined, text(Verdict.NOT_COVERED.value)),
                ],
                text(SETTLED),
            )
        branches = []
        unencoded = disj(self._unencoded())
        if not isinstance(unencoded, exp.Boolean):
            branches.append((conj((among(Verdict.PERMITTED, Verdict.NOT_COVERED), unencoded)), unencoded))
        if UNDESCRIBED in self.facts.told:
            branches.append((conj((among(Verdict.PERMITTED), self.facts.told[UNDESCRIBED])), unencoded))
        undetermined = [(when, text(Verdict.UNDETERMINED.value)) for when, _ in branches]
        return chosen(undetermined, verdict) if undetermined else verdict

    def _unencoded(self) -> Iterable[Tree]:
        documents = self.rule_set.documents
        for document in documents.values():
            if document.encoded is Encoding.NONE and self.subject.name in document.concerns:
                later = documents.get(document.governed_by_later or "")
                found = self._reaches(document)
                # Where a later document has taken its matter over, that nobody encoded this one leaves nothing out.
                yield found if later is None else conj((found, denied(self._reaches(later))))

    def _reaches(self, document: Document) -> Tree:
        begins = document.effective or document.published or document.issued
        if begins is None:
            return false()
        day = self.facts.told[AS_OF]
        parts = [compared(day, exp.GTE, number(key_of(begins.first_possible)))]
        if document.ended is not None:
            parts.append(compared(day, exp.LTE, number(key_of(document.ended.day))))
        return conj((*parts, listed(self.facts.told[AREA], document.area)))

    def _findings(self) -> tuple[Tree, Tree]:
        """Say whether a category of some document is open, and whether nobody looked at any."""
        is_open: list[Tree] = []
        is_looked_at: list[Tree] = []
        for known in self.subject.fields.values():
            if not known.finding:
                continue
            told = self.facts.told[known.name]
            is_looked_at.append(denied(is_null(told)))
            by_document: dict[tuple[str, str], list[Rule]] = {}
            for rule in self.program.written:
                if isinstance(rule.kind, Classify) and rule.kind.field == known.name:
                    for member in rule.kind.members:
                        by_document.setdefault((member, rule.citation.document.id), []).append(rule)
            for (member, document), makers in by_document.items():
                # A rule that is out of force makes nothing, and neither does it deny.
                reaching = [(self.written.scopes[r.id], self.written.broken[r.id]) for r in makers]
                truth = disj([conj((denied(_surely_not(scope)), broken)) for scope, broken in reaching])
                is_looked_at += [denied(_surely_not(scope)) for scope, _ in reaching]
                bound = self.facts.chain.bind(f"认定:{known.name}={member}:{document}", truth)
                if not isinstance(bound, exp.Boolean):
                    is_open.append(conj((is_null(told), is_null(bound))))
        return disj(is_open), denied(disj(is_looked_at))

    def _grounds(
        self,
        verdict: Tree,
        vetoes: Mapping[str, Tree],
        fixes: Mapping[str, Tree],
        permits: Mapping[str, Tree],
        rivals: Mapping[tuple[str, str], Tree],
    ) -> Tree:
        """Name the rules that carry a verdict, in the order of the files."""
        of_pairs = {
            rule: disj([truth for pair, truth in rivals.items() if rule in pair])
            for pair in rivals
            for rule in pair
        }
        carried: tuple[tuple[tuple[Verdict, ...], Mapping[str, Tree]], ...] = (
            ((Verdict.PROHIBITED,), vetoes),
            ((Verdict.PROHIBITED, Verdict.NON_COMPLIANT), fixes),
            ((Verdict.PERMITTED,), permits),
            ((Verdict.CONFLICT,), of_pairs),
        )
        chain = self.facts.chain
        named: list[Tree] = []
        for rule in self.program.written:
            cases = []
            for verdicts, weights in carried:
                if rule.id in weights:
                    # A fix is among the grounds of a refusal too: it would have to be mended all the same.
                    words = [text(one.value) for one in verdicts]
                    cases.append(conj((exp.In(this=verdict, expressions=words), weights[rule.id])))
            if cases:
                name = text(f"{_GROUND_SEPARATOR}{rule.id}")
                named.append(chosen([(disj(cases), name)], text("")))
        if not named:
            return text("")
        joined = named[0]
        for one in named[1:]:
            joined = exp.DPipe(this=joined, expression=one)
        whole = chain.bind("依据列", joined)
        return exp.Substring(this=whole, start=number(1 + len(_GROUND_SEPARATOR)))

    def _contest(self, one: Rule, other: Rule) -> Tree:
        effects = [self.written.effects[rule.id] for rule in (one, other)]
        return conj((*effects, *(self._bound(rule) for rule in (one, other))))

    def _bound(self, rule: Rule) -> Tree:
        """Say whether a document may bind the matter: not where that surely lies outside of it. Settled."""
        name = rule.citation.document.outside
        if name not in self.facts.fields:
            return exp.true()
        return denied(coalesced(self._told(name), false()))

    def _told(self, name: str) -> Tree:
        """Give a boolean fact as it was told, else as it was computed."""
        known = self.facts.fields[name]
        if known.role is Role.DERIVED and known.type is FieldType.BOOLEAN:
            return self.facts.truth(name, "")
        return self.facts.told[name]

    def _weight(self, rule: Rule, before: Tree) -> Tree:
        weight = self.written.broken[rule.id]
        if rule.is_default:
            justified = false() if rule.justified_by is None else self._told(rule.justified_by)
            weight = conj((weight, denied(justified)))
        # What is open and not due is a duty, no gap.
        weight = (
            _due(weight, [before])
            if not rule.is_default
            else _due_of(self.written.broken[rule.id], weight, before)
        )
        return conj((weight, self._bound(rule)))

    def _before(self, rule: Rule) -> Tree:
        """Say whether an open rule is ahead of its time: settled."""
        reads = self.program.reads[rule.id]
        events = tuple(dict.fromkeys(one for name in reads for one in self._sources_of(name)))
        waiting = disj([listed(self.facts.told[RUNNING], one) for one in events if self._is_event(one)])
        early: Tree = false()
        resting = self.subject.resting
        if resting is not None:
            early = exp.true() if resting.rank < rule.due.rank else false()
        elif rule.due is not Phase.PROJECT:
            early = compared(self.facts.told[PHASE], exp.LT, number(rule.due.rank))
        before = disj((early, waiting))
        if isinstance(before, exp.Boolean) and not before.this:
            return before
        # A doubt may be looked into now; it doesn't wait for the phase that the rest waits for.
        kept = self._kept_open(rule)
        return self.facts.chain.bind(f"未到期:{rule.id}", conj((before, denied(kept))))

    def _is_event(self, name: str) -> bool:
        known = self.facts.fields.get(name)
        return known is not None and known.role is not Role.DERIVED and known.type is not FieldType.TEXT

    def _kept_open(self, rule: Rule) -> Tree:
        """Say whether some answer to the doubts alone would break a rule: settled."""
        touched = disj([self._is_doubtful(name) for name in dict.fromkeys(self.program.reads[rule.id])])
        parts = [touched]
        if isinstance(rule.kind, Require | Recommend):
            parts.append(self._may_be(rule.kind.condition, wanted=False))
        return conj((*parts, self._may_have_effect(rule, wanted=True)))

    def _may_have_effect(self, rule: Rule, *, wanted: bool) -> Tree:
        key = (rule.id, wanted)
        if key not in self._may:
            exceptions = (Not(All((one.scope, one.when), one.span), one.span) for one in rule.unless)
            # Effective if what goes before it may fail; without effect if one of those may take effect.
            own = self._may_be(All((rule.scope, rule.when, *exceptions), rule.span), wanted=wanted)
            others = self.program.defeated_by.get(rule.id, ())
            winners = [
                self._may_have_effect(r, wanted=not wanted) for r in self.program.rules if r.id in others
            ]
            joined = conj((own, *winners)) if wanted else disj((own, *winners))
            what = "可能有效" if wanted else "可能无效"
            self._may[key] = self.facts.chain.bind(f"{what}:{rule.id}", joined)
        return self._may[key]

    def _may_be(self, condition: Condition, *, wanted: bool) -> Tree:
        if isinstance(condition, Leaf):
            plain = self.facts.leaf(condition)
            if isinstance(plain, exp.Boolean):
                return plain if wanted else denied(plain)
            # What is merely not told yet is no doubt: only of a doubtful fact may a comparison come out either way.
            is_open = disj([self._is_doubtful(name) for name in dict.fromkeys(fields_read(condition))])
            return coalesced(plain if wanted else denied(plain), is_open)
        match condition:
            case Not(part=part):
                return self._may_be(part, wanted=not wanted)
            case All(parts=parts):
                found = [self._may_be(part, wanted=wanted) for part in parts]
                return conj(found) if wanted else disj(found)
            case Any(parts=parts):
                found = [self._may_be(part, wanted=wanted) for part in parts]
                return disj(found) if wanted else conj(found)

    def _is_doubtful(self, name: str) -> Tree:
        if name not in self._doubtful:
            doubts = self.facts.told[DOUBTS]
            found = disj([listed(doubts, one) for one in self._sources_of(name)])
            self._doubtful[name] = self.facts.chain.bind(f"存疑:{name}", found)
        return self._doubtful[name]

    def _sources_of(self, name: str) -> tuple[str, ...]:
        """List a field and all from which it is computed."""
        if name not in self._sources:
            makers = self.program.producers.get(name, ())
            behind = (
                one for rule in makers for read in self.program.reads[rule] for one in self._sources_of(read)
            )
            self._sources[name] = tuple(dict.fromkeys((name, *behind)))
        return self._sources[name]


def _due(truth: Tree, ahead: Iterable[Tree]) -> Tree:
    """Say that what is open only ahead of its time leaves nothing open."""
    before = disj(ahead)
    if isinstance(before, exp.Boolean) and not before.this:
        return truth
    return _due_of(truth, truth, before)


def _due_of(open_one: Tree, truth: Tree, before: Tree) -> Tree:
    if isinstance(before, exp.Boolean) and not before.this:
        return truth
    return chosen([(conj((is_null(open_one), before)), false())], truth)


def _surely_not(scope: Tree) -> Tree:
    return coalesced(denied(scope), false())
