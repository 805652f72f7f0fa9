"""Which cases made by machine are needed: each must notice an error that no example by hand and no case before it notices."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from policy_engine.analysis.testing.operators import OWNER_MARK, Mutant
from policy_engine.analysis.testing.rows import RowKey

# A mutant that no example by hand notices, and the cases that do.
Noticed = tuple[Mutant, tuple[RowKey, ...]]


def credited(noticed: Iterable[Noticed], kept: Collection[RowKey]) -> dict[RowKey, str]:
    """Give every case that is needed, with the first error it is needed for; `kept`: cases that stay whatever else does.

    Of one rule it is told from its own cases first, so that judging one rule alone tells the same of it.
    """
    found: dict[RowKey, str] = {}
    pairs = tuple(noticed)
    for mutant, rows in pairs:
        own = [row for row in rows if row[0] == mutant.owner]
        if own and not any(row in found for row in own):
            found[own[0]] = mutant.label_for(own[0][0])
    for mutant, rows in pairs:
        if rows and not any(row in found or row in kept for row in rows):
            found[rows[0]] = mutant.label_for(rows[0][0])
    return found


def unsettled(kills: Mapping[RowKey, str], judged: Collection[str], owners: Collection[str]) -> set[RowKey]:
    """List the cases for errors of rules and documents that were not judged: nothing is known of them."""
    return {key for key, words in kills.items() if _owner(key[0], words, owners) not in judged}


def _owner(rule: str, kills: str, owners: Collection[str]) -> str:
    first, mark, _ = kills.partition(OWNER_MARK)
    return first if mark and first in owners else rule
