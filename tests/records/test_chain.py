"""Whatever is done to what is stored, `verify` names the first record that isn't as it was filed."""

import shutil
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.records.canonical import canonical, digest_of
from policy_engine.records.chain import Break, Wrong, verify
from policy_engine.records.locating import place_of
from policy_engine.records.store import GENESIS, open_store
from policy_engine.records.tables import columns_of
from policy_engine.records.witness import Seen, Witness
from records.made import BASE, OTHER, change, content, draft, made, rows

COLUMNS = ("digest", "content", "at", "by", "name", "label", "as_of", "area", "base")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory):
    return made(tmp_path_factory.mktemp("链"))


def copied(store, folder):
    for path in (store.place.file, store.place.witness):
        shutil.copy(path, folder / path.name)
    return open_store(place_of(str(folder / store.place.file.name)))


@pytest.fixture
def store(untouched, tmp_path):
    return copied(untouched, tmp_path)


def first_break(store, *others):
    return verify(store, others).broken


def test_what_nobody_touched_is_whole(store) -> None:
    found = verify(store)
    assert (5, None, 1, False) == (found.count, found.broken, found.witnesses, found.is_witness_spoilt)
    assert rows(store)[-1][1] == found.digest


def test_a_record_is_numbered_linked_and_its_digest_is_that_of_its_bytes(store) -> None:
    previous = GENESIS
    for number, (stored, digest, text, *_) in enumerate(rows(store), start=1):
        assert (number, previous) == (content(store, stored)["number"], content(store, stored)["previous"])
        assert digest_of(text.encode()) == digest
        previous = digest


@pytest.mark.parametrize("number", [1, 3, 5])
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("value", ["", "x", b"x", 0], ids=repr)
def test_any_column_that_is_changed_is_named(column, number, value, store) -> None:
    change(store, f'UPDATE records SET "{column}" = ? WHERE number = ?', value, number)
    wrong = Wrong.CONTENT if column in ("digest", "content") else Wrong.COLUMNS
    assert Break(number, wrong) == first_break(store)


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_record_that_was_written_anew_with_its_digest_breaks_the_link_behind_it(number, store) -> None:
    forged = content(store, number) | {"by": "别人"}
    text = canonical(forged)
    change(
        store,
        'UPDATE records SET content = ?, digest = ?, "by" = ? WHERE number = ?',
        text.decode(),
        digest_of(text),
        "别人",
        number,
    )
    # The last has none behind it: there it is the witness that tells.
    expected = Break(5, Wrong.REPLACED) if number == 5 else Break(number + 1, Wrong.LINK)
    assert expected == first_break(store)


def test_the_same_content_in_another_spelling_is_named(store) -> None:
    text = rows(store)[2][2].replace(",", ", ", 1)
    change(
        store, "UPDATE records SET content = ?, digest = ? WHERE number = 3", text, digest_of(text.encode())
    )
    assert Break(3, Wrong.FORM) == first_break(store)


@pytest.mark.parametrize("number", [1, 3, 4])
def test_a_record_that_is_gone_is_named(number, store) -> None:
    change(store, "DELETE FROM records WHERE number = ?", number)
    assert Break(number, Wrong.MISSING) == first_break(store)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 4), (4, 5)])
def test_records_that_changed_places_are_named(one, other, store) -> None:
    for number, target in ((one, -1), (other, one), (-1, other)):
        change(store, "UPDATE records SET number = ? WHERE number = ?", target, number)
    assert Break(one, Wrong.NUMBER) == first_break(store)


def test_a_record_before_the_first_is_named(store) -> None:
    change(store, "UPDATE records SET number = 0 WHERE number = 5")
    assert Break(0, Wrong.EXTRA) == first_break(store)


@pytest.mark.parametrize("left", [0, 1, 4])
def test_an_end_that_was_cut_off_is_seen_by_the_witness(left, store) -> None:
    change(store, "DELETE FROM records WHERE number > ?", left)
    assert Break(left + 1, Wrong.CUT) == first_break(store)
    with pytest.raises(DiagnosticsError) as told:
        store.append([draft()])
    assert ["PE544"] == [one.code for one in told.value.diagnostics]


def test_without_any_witness_a_cut_end_can_not_be_seen(store) -> None:
    """What isn't detectable, said here so that nobody promises it."""
    change(store, "DELETE FROM records WHERE number > 3")
    store.place.witness.unlink()
    found = verify(store)
    assert (3, None, 0) == (found.count, found.broken, found.witnesses)


def test_a_paper_witnesses_as_well(store) -> None:
    fourth = Seen(4, rows(store)[3][1][:32])
    change(store, "DELETE FROM records WHERE number > 3")
    store.place.witness.unlink()
    assert Break(4, Wrong.CUT) == first_break(store, fourth)
    assert Break(3, Wrong.REPLACED) == first_break(store, Seen(3, "0" * 32))


def test_a_chain_that_was_forged_from_some_record_on_is_named_there(store) -> None:
    previous = rows(store)[1][1]
    for number in (3, 4, 5):
        forged = content(store, number) | {"previous": previous, "by": "别人"}
        text = canonical(forged)
        previous = digest_of(text)
        change(
            store,
            'UPDATE records SET content = ?, digest = ?, "by" = ? WHERE number = ?',
            *(text.decode(), previous, "别人", number),
        )
    assert Break(5, Wrong.REPLACED) == first_break(store)
    # A paper of the first that was forged names that.
    assert Break(3, Wrong.REPLACED) == first_break(store, Seen(3, "0" * 32))


@pytest.mark.parametrize(("one", "number"), [(BASE, 1), (OTHER, 4)])
@pytest.mark.parametrize("how", ["gone", "data", "checksum", "other"])
def test_what_a_record_refers_to_is_held_to_its_digest(one, number, how, store) -> None:
    statement = {
        "gone": "DELETE FROM attachments WHERE digest = ?",
        "data": "UPDATE attachments SET data = x'00' WHERE digest = ?",
        "checksum": f"UPDATE attachments SET checksum = '{'0' * 64}' WHERE digest = ?",
        "other": "UPDATE attachments SET digest = 'x' WHERE digest = ?",
    }[how]
    change(store, statement, one.digest)
    assert Break(number, Wrong.ATTACHMENT) == first_break(store)


def test_a_witness_that_can_not_be_read_is_told_and_left_as_it_is(store) -> None:
    store.place.witness.write_text("{", "utf-8")
    found = verify(store)
    assert (None, True, 0) == (found.broken, found.is_witness_spoilt, found.witnesses)
    store.append([draft()])
    assert "{" == store.place.witness.read_text("utf-8")


def test_a_witness_never_goes_back(tmp_path) -> None:
    witness = Witness(tmp_path / "端")
    for number in (2, 3, 1):
        witness.note(Seen(number, "0" * 63 + str(number)))
    assert Seen(3, "0" * 63 + "3") == witness.read()


def test_a_witness_that_fell_behind_is_no_break(store) -> None:
    store.place.witness.unlink()
    Witness(store.place.witness).note(Seen(2, rows(store)[1][1]))
    assert None is first_break(store)
    store.append([draft()])
    assert 6 == Witness(store.place.witness).read().number


def test_several_are_filed_together_or_not_at_all(store) -> None:
    # Half a character has no canonical form.
    with pytest.raises(DiagnosticsError) as told:
        store.append([draft("好"), draft("\ud800")])
    assert (["PE546"], 5) == ([one.code for one in told.value.diagnostics], store.size())
    assert [6, 7] == [one.number for one in store.append([draft("一"), draft("二")])]
    assert None is first_break(store)


@given(data=st.data())
def test_any_byte_of_any_value_that_is_changed_is_named_at_its_record(
    data, untouched, tmp_path_factory
) -> None:
    store = copied(untouched, tmp_path_factory.mktemp("改"))
    table, key = data.draw(
        st.sampled_from(
            [("records", n) for n in range(1, 6)] + [("attachments", BASE), ("attachments", OTHER)]
        )
    )
    names = COLUMNS if table == "records" else ("checksum", "data")
    column = data.draw(st.sampled_from(names))
    where, which = ("number", key) if table == "records" else ("digest", key.digest)
    value = stored(store, table, column, where, which)
    whole = value.encode() if isinstance(value, str) else value
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(1, 255)) ^ whole[at]
    changed = whole[:at] + bytes([byte]) + whole[at + 1 :]
    kind = "TEXT" if isinstance(value, str) else "BLOB"
    change(store, f'UPDATE {table} SET "{column}" = CAST(? AS {kind}) WHERE {where} = ?', changed, which)
    number = key if table == "records" else 1 if key is BASE else 4
    assert number == first_break(store).number


def stored(store, table, column, where, which):
    with sqlite3.connect(store.place.file) as connection:
        ((found,),) = connection.execute(f'SELECT "{column}" FROM {table} WHERE {where} = ?', (which,))
    connection.close()
    return found


def test_the_columns_beside_the_content_are_all_held_to_it() -> None:
    assert {*COLUMNS} == {"digest", "content", *columns_of(draft().content)}


def test_more_records_than_are_read_at_a_time_are_all_looked_at(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("policy_engine.records.store._BATCH", 2)
    for count in (1, 2, 3, 4):
        (tmp_path / str(count)).mkdir()
        assert count == verify(made(tmp_path / str(count), count)).count
