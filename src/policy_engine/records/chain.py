"""Whether records are as they were filed: each is held to its own digest, to the next one's, and to the witness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from sqlalchemy import Row

from policy_engine.foundation.waiting import look
from policy_engine.records.attachments import unpacked
from policy_engine.records.canonical import canonical, digest_of, parsed
from policy_engine.records.store import GENESIS, Filed, Store
from policy_engine.records.tables import columns_of
from policy_engine.records.witness import Seen, Witness, WitnessError


class Wrong(Enum):
    """What is wrong at a record, in the words that people read."""

    MISSING = "不在了"
    EXTRA = "编号不该有"
    CONTENT = "内容被改过，与它的摘要对不上"
    FORM = "内容不是登记时的写法"
    NUMBER = "内容里写的是别的编号"
    LINK = "记下的上一份摘要，与上一份现在的对不上"
    COLUMNS = "检索用的栏与内容对不上"
    ATTACHMENT = "当时的规则库或者目录不在了，或者被改过"
    CUT = "不在了：末尾被删去"
    REPLACED = "与另处存下的摘要对不上：从这里起被整段换过"


@dataclass(frozen=True, slots=True)
class Break:
    """The first record that isn't as it was filed."""

    number: int
    wrong: Wrong


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: how many records are whole, the first break, the digest of the last that was looked at.

    `witnesses`: how many notes from elsewhere were there to hold the end to; `is_witness_spoilt`: the own one was unreadable.
    """

    count: int
    broken: Break | None
    digest: str
    witnesses: int
    is_witness_spoilt: bool


def verify(store: Store, others: Iterable[Seen] = ()) -> Verified:
    """Look at every record. `others`: numbers and digests from papers or other machines. Raises `DiagnosticsError`."""
    spoilt = False
    try:
        noted = Witness(store.place.witness).read()
    except WitnessError:
        noted, spoilt = None, True
    known = [*([noted] if noted is not None else []), *others]
    wanted: dict[int, list[Seen]] = {}
    for one in known:
        wanted.setdefault(one.number, []).append(one)
    count, previous, looked_at = 0, GENESIS, set[str]()
    broken: Break | None = None
    # The first break ends it: what follows may be whole, but hangs on a link that isn't.
    for row in store.rows():
        look()
        broken = _broken(row, count + 1, previous, wanted, store, looked_at)
        if broken is not None:
            break
        count, previous = count + 1, row.digest
    if broken is None:
        # A chain cut off at its end is whole in itself: only a note kept elsewhere tells.
        far = [one.number for one in known if one.number > count]
        broken = Break(count + 1, Wrong.CUT) if far else None
    return Verified(count, broken, previous, len(known), spoilt)


def is_joined(records: Sequence[Filed]) -> bool:
    """Say whether a few records that follow one another are as they were filed: each by itself, and to the next."""
    return all(digest_of(canonical(one.content)) == one.digest for one in records) and all(
        after.previous == before.digest
        for before, after in pairwise(records)
        if after.number == before.number + 1
    )


def _broken(
    row: Row[Any],
    number: int,
    previous: str,
    wanted: dict[int, list[Seen]],
    store: Store,
    looked_at: set[str],
) -> Break | None:
    if row.number != number:
        return Break(number, Wrong.MISSING) if row.number > number else Break(row.number, Wrong.EXTRA)
    content, wrong = _read(row, number, previous)
    # People copy the first characters of a digest from paper: those are enough.
    if wrong is None and any(not row.digest.startswith(one.digest) for one in wanted.get(number, ())):
        wrong = Wrong.REPLACED
    if wrong is None and not _are_attached(content, store, looked_at):
        wrong = Wrong.ATTACHMENT
    return Break(number, wrong) if wrong is not None else None


def _read(row: Row[Any], number: int, previous: str) -> tuple[Mapping[str, Any], Wrong | None]:
    if not isinstance(row.content, str):
        return {}, Wrong.CONTENT
    # A changed file may hold what is no text: that has to differ, not to fail.
    written = row.content.encode("utf-8", "surrogatepass")
    if digest_of(written) != row.digest:
        return {}, Wrong.CONTENT
    content = parsed(written)
    if content is None:
        return {}, Wrong.FORM
    try:
        if content["number"] != number:
            return content, Wrong.NUMBER
        if content["previous"] != previous:
            return content, Wrong.LINK
        columns = columns_of(content)
    except (KeyError, TypeError, AttributeError):
        return content, Wrong.FORM
    # The columns that lists are searched by lie beside the content, where nothing digests them.
    differs = any(row._mapping[name] != told for name, told in columns.items())  # noqa: SLF001
    return content, Wrong.COLUMNS if differs else None


def _are_attached(content: Mapping[str, Any], store: Store, looked_at: set[str]) -> bool:
    for digest in (content["rule_base"]["digest"], content["catalogue"]):
        # Thousands of records hang on a few rule bases: each is unpacked once.
        if digest is None or digest in looked_at:
            continue
        one = store.attachment(digest)
        if one is None or unpacked(one) is None:
            return False
        looked_at.add(digest)
    return True
