"""What a shell offers for a word that is being typed: names of the rule base that a command would use, or files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # every command names its completions, and hardly any run completes anything
    from click.shell_completion import CompletionItem

    from policy_engine.model.rules import RuleSet
    from policy_engine.model.vocabulary import FieldType


def files(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Leave it to the shell to offer files."""
    return [_item(typed, "file")]


def _named(
    names: Callable[[RuleSet], Iterable[str]],
) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    def complete(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
        rule_set = _rule_set()
        found = names(rule_set) if rule_set is not None else ()
        return [_item(name) for name in found if name.startswith(typed)]

    return complete


subjects = _named(lambda rule_set: rule_set.vocabulary.subjects)
rules = _named(lambda rule_set: (rule.id for rule in rule_set.rules))
documents = _named(lambda rule_set: rule_set.documents)
forces = _named(lambda rule_set: rule_set.authority.forces)


objects = _named(lambda rule_set: rule_set.objects)


def fields(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer the fields of the subject that was typed before."""
    return [_item(name) for name, _ in _fields(ctx) if name.startswith(typed)]


def flags(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer those that are either true or false."""
    from policy_engine.model.vocabulary import FieldType  # noqa: PLC0415 - as above

    return [
        _item(name)
        for name, kind in _fields(ctx)
        if kind.value == FieldType.BOOLEAN.value and name.startswith(typed)
    ]


def _fields(ctx: click.Context) -> Iterable[tuple[str, FieldType]]:
    rule_set = _rule_set()
    subject = (
        rule_set.vocabulary.subjects.get(ctx.params.get("subject") or "") if rule_set is not None else None
    )
    return [(name, field.type) for name, field in subject.fields.items()] if subject else []


def bases(_ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer what a rule base may lie on: the shipped one, a folder or a bundle."""
    from policy_engine.usecases.extending import PACKAGE, SHIPPED  # noqa: PLC0415 - as above

    named = [_item(word) for word in (SHIPPED, PACKAGE) if word.startswith(typed)]
    return [*named, _item(typed, "file")]


def subjects_and_files(ctx: click.Context, param: click.Parameter, typed: str) -> list[CompletionItem]:
    """Offer subjects, and files where none begins so."""
    return subjects(ctx, param, typed) or files(ctx, param, typed)


def _item(word: str, kind: str = "plain") -> CompletionItem:
    from click.shell_completion import CompletionItem  # noqa: PLC0415 - as above

    return CompletionItem(word, type=kind)


def _rule_set() -> RuleSet | None:
    # Most runs complete nothing.
    from policy_engine.foundation.diagnostics import DiagnosticsError  # noqa: PLC0415
    from policy_engine.usecases.kept.loading import place_of  # noqa: PLC0415
    from policy_engine.usecases.locating import find_rule_base, shipped_rule_base  # noqa: PLC0415

    base = find_rule_base(Path.cwd()) or shipped_rule_base()
    place = place_of(base.files)
    kept = place.read(base.name) if place is not None else None
    if kept is not None:
        return kept.compiled.rule_set
    from policy_engine.usecases.rule_base import load_rule_set  # noqa: PLC0415
    from policy_engine.usecases.sources import read_sources  # noqa: PLC0415

    try:
        return load_rule_set(read_sources(base.files), reads_examples=False)
    except DiagnosticsError:
        # Nothing is offered, and whoever runs the command is told why.
        return None
