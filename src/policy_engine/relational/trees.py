"""Small trees of SQL. A truth is TRUE, FALSE or NULL, which is unknown: SQL joins them as Kleene does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlglot import exp

Tree = exp.Expr

# A database reads a long "or" as a deep tree, and SQLite refuses one of more than a thousand floors.
_WIDEST: Final = 40


def column(name: str) -> Tree:
    """Refer to a column."""
    return exp.column(exp.to_identifier(name, quoted=True))


def number(value: int) -> Tree:
    """Write a whole number."""
    return exp.Literal.number(value)


def text(value: str) -> Tree:
    """Write a text."""
    return exp.Literal.string(value)


def true() -> Tree:
    """Write what surely holds."""
    return exp.true()


def false() -> Tree:
    """Write what surely doesn't hold."""
    return exp.false()


def unknown() -> Tree:
    """Write a truth that is open."""
    return exp.cast(exp.null(), "BOOLEAN")


def is_true(tree: Tree) -> bool:
    """Tell whether a truth holds in every row."""
    return isinstance(tree, exp.Boolean) and bool(tree.this)


def is_false(tree: Tree) -> bool:
    """Tell whether a truth holds in no row."""
    return isinstance(tree, exp.Boolean) and not tree.this


def conj(parts: Iterable[Tree]) -> Tree:
    """Join truths by and."""
    return _joined(parts, exp.And, when=is_true, ends=is_false)


def disj(parts: Iterable[Tree]) -> Tree:
    """Join truths by or."""
    return _joined(parts, exp.Or, when=is_false, ends=is_true)


def _joined(parts: Iterable[Tree], how: type[exp.Connector], when: object, ends: object) -> Tree:
    assert callable(when)
    assert callable(ends)
    left: list[Tree] = []
    for part in parts:
        if ends(part):
            return part
        if not when(part):
            left.append(part)
    if not left:
        return exp.true() if how is exp.And else exp.false()
    return _folded(left, how)


def total(parts: Sequence[Tree]) -> Tree:
    """Add numbers."""
    return _folded(list(parts), exp.Add) if parts else number(0)


def strung(parts: Sequence[Tree]) -> Tree:
    """Put texts behind one another."""
    return _folded(list(parts), exp.DPipe)


def _folded(parts: list[Tree], how: type[exp.Binary]) -> Tree:
    while len(parts) > _WIDEST:
        parts = [_chain(parts[at : at + _WIDEST], how) for at in range(0, len(parts), _WIDEST)]
    return _chain(parts, how)


def _chain(parts: Sequence[Tree], how: type[exp.Binary]) -> Tree:
    found = enclosed(parts[0])
    for part in parts[1:]:
        found = how(this=found, expression=enclosed(part))
    return found if len(parts) > 1 else parts[0]


def enclosed(tree: Tree) -> Tree:
    """Put brackets around what others could take apart."""
    # To sqlglot an "and" is a function as well.
    is_whole = isinstance(tree, exp.Column | exp.Literal | exp.Boolean | exp.Paren | exp.Func)
    return tree if is_whole and not isinstance(tree, exp.Binary) else exp.Paren(this=tree)


def denied(tree: Tree) -> Tree:
    """Deny a truth."""
    if is_true(tree):
        return false()
    if is_false(tree):
        return true()
    return exp.Not(this=enclosed(tree))


def compared(left: Tree, how: type[exp.Binary], right: Tree) -> Tree:
    """Compare two values; open where one of them is."""
    return how(this=enclosed(left), expression=enclosed(right))


def is_null(tree: Tree) -> Tree:
    """Tell whether a value is unknown; always settled."""
    return exp.Is(this=enclosed(tree), expression=exp.null())


def is_known(tree: Tree) -> Tree:
    """Tell whether a value is known; always settled."""
    return denied(is_null(tree))


def chosen(branches: Iterable[tuple[Tree, Tree]], otherwise: Tree | None = None) -> Tree:
    """Take the value of the first branch whose condition holds."""
    return exp.Case(ifs=[exp.If(this=when, true=then) for when, then in branches], default=otherwise)


def counted(truths: Iterable[Tree]) -> Tree:
    """Count the truths that hold; what is open isn't counted."""
    return total([chosen([(truth, number(1))], number(0)) for truth in truths])


def coalesced(first: Tree, otherwise: Tree) -> Tree:
    """Take a value, or another one where it is unknown."""
    return exp.Coalesce(this=first, expressions=[otherwise])


def known_to_be(tree: Tree, truth: Tree) -> Tree:
    """Give a settled truth wherever a value is known."""
    return chosen([(is_known(tree), truth)], unknown())


def listed(listing: Tree, member: str) -> Tree:
    """Tell whether a member is in a list as the plan keeps it: each one between two separators."""
    found = exp.StrPosition(this=listing, substr=text(f"{SEPARATOR}{member}{SEPARATOR}"))
    return exp.GT(this=found, expression=number(0))


SEPARATOR: Final = ";"
