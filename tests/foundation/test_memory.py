"""What is remembered is of the very same things, and what is only tried is forgotten."""

from dataclasses import dataclass

from policy_engine.foundation import memory as module
from policy_engine.foundation.memory import Memory, of_a_few, of_the_same


@dataclass(frozen=True)
class Thing:
    name: str


def test_a_branch_knows_what_was_made_and_leaves_it_as_it_was():
    memory = Memory(lambda _: False)
    one, other = Thing("a"), Thing("a")
    made = memory.made("step", (one,), lambda: [1])
    branch = memory.branch()
    assert made is branch.made("step", (one,), lambda: [2])
    assert [3] == branch.made("step", (other,), lambda: [3])
    assert made is memory.made("step", (one,), lambda: [4])


def test_the_same_object_is_asked_once_and_an_equal_one_again(monkeypatch):
    asked = []

    @of_the_same
    def told(thing: Thing) -> str:
        asked.append(thing)
        return thing.name

    one, other = Thing("a"), Thing("a")
    assert "aaa" == told(one) + told(one) + told(other)
    assert 2 == len(asked)
    monkeypatch.setattr(module, "_MOST", 2)
    assert "b" == told(Thing("b"))
    assert "a" == told(one)
    assert 4 == len(asked)


def test_of_large_things_fewer_are_held_on_to():
    asked = []

    @of_a_few
    def told(thing: Thing) -> str:
        asked.append(thing)
        return thing.name

    things = [Thing(str(at)) for at in range(module._FEW + 1)]
    assert [told(thing) for thing in things] == [thing.name for thing in things]
    assert told(things[-1]) == things[-1].name
    assert len(asked) == len(things)
    # With the last of them the others were forgotten.
    assert told(things[0]) == things[0].name
    assert len(asked) == len(things) + 1
