"""Fields that are made when somebody looks: nothing is made before, and afterwards the record is one like others."""

import copy
import pickle
from dataclasses import FrozenInstanceError
from threading import Barrier, Thread

import pytest

from policy_engine.foundation.later import Later, changed, is_made, made_later
from policy_engine.foundation.records import dataclass, fields_of, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Later):
    title: str
    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()


EAGER = Page(title="题", lines=("lines", "题"), notes=("notes", "题"))


def page(made: list[str]) -> Page:
    """Make a page of which only the title is told."""

    def make(name: str) -> object:
        made.append(name)
        return (name, "题")

    return made_later(Page, make, title="题")


def test_nothing_is_made_before_somebody_looks():
    made: list[str] = []
    one = page(made)
    assert [True, False, False] == [is_made(one, name) for name in ("title", "lines", "notes")]
    assert one.title == "题"
    assert not made
    assert one.lines is one.lines
    assert made == ["lines"]
    assert not is_made(one, "notes")


@pytest.mark.parametrize(
    "look",
    [
        lambda one: one,
        copy.copy,
        copy.deepcopy,
        lambda one: pickle.loads(pickle.dumps(one)),
        lambda one: replace(one, title="题"),
        lambda one: changed(one, title="题"),
    ],
    ids=["itself", "copied", "deeply", "pickled", "replaced", "changed"],
)
def test_looked_at_it_is_what_it_would_have_been(look):
    one = look(page([]))
    assert (one, hash(one), repr(one)) == (EAGER, hash(EAGER), repr(EAGER))
    assert type(one) is type(EAGER)
    assert page([]) != replace(EAGER, notes=())


def test_another_like_it_makes_nothing_of_what_nobody_has_looked_at():
    made: list[str] = []
    one = page(made)
    other = changed(one, notes=("另",))
    assert not made
    assert (other.title, other.notes) == ("题", ("另",))
    assert other.lines == EAGER.lines
    assert one == EAGER
    assert made == ["lines", "lines", "notes"]


def test_a_record_with_all_its_fields_is_changed_like_any():
    assert changed(EAGER, title="另") == replace(EAGER, title="另")


def test_what_is_no_field_is_none():
    made: list[str] = []
    for one in (page(made), EAGER):
        with pytest.raises(AttributeError, match="other"):
            one.other  # noqa: B018 - looked at
        with pytest.raises(FrozenInstanceError):
            one.lines = ()
        assert not hasattr(one, "_make_")
    assert not made


def test_what_can_not_be_made_is_tried_anew():
    def make(name: str) -> object:
        raise ValueError(name)

    one = made_later(Page, make, title="题")
    for _ in range(2):
        with pytest.raises(ValueError, match="notes"):
            one.notes  # noqa: B018 - looked at


def test_two_threads_get_the_same():
    together, found = Barrier(2), []

    def make(name: str) -> object:
        # Both have looked before either has made it.
        together.wait(20)
        return (name, "题")

    one = made_later(Page, make, title="题")
    threads = [Thread(target=lambda: found.append(one.lines)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [EAGER.lines] * 2


def test_its_fields_are_those_of_the_class():
    assert [one.name for one in fields_of(Page)] == ["title", "lines", "notes"]
