"""A record is a dataclass like any other, however late its methods are written."""

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, field, fields, is_dataclass, replace
from typing import ClassVar, Generic, TypeVar

import pytest

from policy_engine.foundation import records

T = TypeVar("T")
# Of so many, what sets their fields is written.
MANY = 200


def both(**how):
    """Make the same classes by the standard decorator and by ours."""
    return [_classes(decorator, **how) for decorator in (dataclasses.dataclass, records.dataclass)]


def _classes(decorator, **how):
    @decorator(**how)
    class Plain:
        first: int
        second: str = "二"
        third: tuple[int, ...] = field(default_factory=lambda: (3,), compare=False)
        fourth: int = field(default=4, repr=False)

    @decorator(**how)
    class Made:
        """Has a text."""

        given: int
        made: dict[str, int] = field(init=False, default_factory=dict, compare=False)
        fixed: int = field(init=False, default=7)

    @decorator(**how)
    class Empty:
        pass

    @decorator(**how)
    class One:
        value: object

    return Plain, Made, Empty, One


WAYS = [
    {"frozen": True, "slots": True},
    {"frozen": True},
    {"slots": True},
    {},
    {"frozen": True, "slots": True, "kw_only": True},
    {"frozen": True, "slots": True, "eq": False},
    {"slots": True, "eq": False},
]


@pytest.mark.parametrize("how", WAYS, ids=str)
def test_it_does_what_the_standard_one_does(how) -> None:
    found = []
    for plain, made, empty, one in both(**how):
        given = [
            plain(first=1),
            plain(first=1),
            plain(first=1, third=()),
            plain(first=2, second="b", fourth=5),
        ]
        said: list[object] = [repr(value).replace(type(value).__qualname__, "K") for value in given]
        said += [a == b for a in given for b in given]
        said += [a != b for a in given for b in given]
        said += [plain(first=1) == one(value=1), empty() == empty(), made(given=1) == made(given=1)]
        said += [_hash(value) == _hash(other) for value in given for other in given if how.get("eq", True)]
        said += [
            isinstance(_hash(one(value=[])), str),
            type(plain.__hash__).__name__ == "NoneType",
            plain.__match_args__,
        ]
        said += [
            repr(made(given=1))[-40:],
            replace(given[0], first=9).first,
            made(given=1).made is made(given=1).made,
        ]
        said += [
            [(f.name, f.init, f.kw_only) for f in fields(plain)],
            is_dataclass(plain),
            is_dataclass(given[0]),
        ]
        # Of a class of which many were made; before that nobody writes one.
        for at in range(MANY):
            said += [repr(made(given=at)).partition("(")[2], made(given=at).fixed]
        signature = inspect.signature([plain(first=at) for at in range(MANY)][-1].__init__)
        said += [[(p.name, p.kind, p.default is p.empty) for p in signature.parameters.values()]]
        for arguments, named in [((), {}), ((1, 2, 3, 4, 5), {}), ((1,), {"first": 1}), ((), {"fifth": 1})]:
            with pytest.raises(TypeError) as told:
                plain(*arguments, **named)
            said.append(str(told.value).replace(plain.__qualname__, "K"))
        found.append(said)
    assert found[0] == found[1]


@pytest.mark.parametrize("how", WAYS, ids=str)
def test_so_it_does_before_many_were_made(how) -> None:
    ways = [
        ((), {}),
        ((1, 2, 3, 4, 5), {}),
        ((1,), {"first": 1}),
        ((1, "a"), {"second": "a"}),
        ((), {"fifth": 1}),
        ((1,), {"fifth": 1}),
        ((), {"second": "a"}),
        ((1,), {}),
        ((1, "a", (2,)), {}),
        ((1, "a"), {"fourth": 5}),
        ((), {"fourth": 5, "first": 1, "third": ()}),
    ]
    for arguments, named in ways:
        found = []
        # New classes each time: after one that didn't fit, what sets fields is written.
        for plain, *_ in both(**how):
            try:
                made = plain(*arguments, **named)
                found.append([(one.name, getattr(made, one.name)) for one in fields(made)])
            except TypeError as error:
                found.append([str(error).replace(plain.__qualname__, "K")])
        assert found[0] == found[1]


def _hash(value) -> object:
    try:
        return hash(value)
    except TypeError as error:
        return str(error)[:18]


@pytest.mark.parametrize("how", WAYS, ids=str)
def test_what_is_frozen_stays_so(how) -> None:
    for plain, *_ in both(**how):
        value = plain(first=1)
        if how.get("frozen"):
            with pytest.raises(FrozenInstanceError):
                value.first = 2
            with pytest.raises(FrozenInstanceError):
                del value.first
            assert 1 == value.first
        else:
            value.first = 2
            assert 2 == value.first
        with (
            pytest.raises((AttributeError, TypeError)) if how.get("slots") or how.get("frozen") else Nothing()
        ):
            value.strange = 1


class Nothing:
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


@records.dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    path: str
    line: int = 0

    @property
    def place(self) -> str:
        return f"{self.path}:{self.line}"


@records.dataclass(frozen=True, slots=True, kw_only=True)
class Derived(Base):
    keys: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "keys", self.keys.strip())


@records.dataclass(frozen=True, slots=True)
class Pair(Generic[T]):
    left: T
    right: T


@records.dataclass(frozen=True, slots=True)
class Own:
    value: int

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 5


def test_it_inherits() -> None:
    one = Derived(path="a", keys=" b ")
    assert ("a", 0, "b", "a:0") == (one.path, one.line, one.keys, one.place)
    assert one != Base(path="a")
    assert Base(path="a") != one
    assert "Derived(path='a', line=0, keys='b')" == repr(one)
    with pytest.raises(FrozenInstanceError):
        one.path = "c"  # type: ignore[misc]


def test_what_a_class_writes_itself_counts() -> None:
    assert Own(1) == Own(2)
    assert 5 == hash(Own(1))


def test_it_is_pickled_copied_and_matched() -> None:
    for value in (Derived(path="a", keys="b", line=3), Pair(1, (2,)), Own(3)):
        assert value == pickle.loads(pickle.dumps(value))
        assert value == copy.deepcopy(value)
    match Pair[int](1, 2):
        case Pair(1, right):
            assert 2 == right
    assert {Pair(1, 2): "a"}[Pair(1, 2)] == "a"


def test_one_that_holds_itself_is_shown() -> None:
    held: list[object] = []
    held.append(Pair(held, 1))
    assert "..." in repr(held[0])


def test_it_says_what_it_is() -> None:
    assert "Derived" == Derived.__doc__
    assert "tests" not in (Pair.__doc__ or "")
    assert Pair.__init__.__qualname__ == "Pair.__init__"


def test_fields_are_listed_before_anybody_asked_for_them() -> None:
    assert ["path", "line", "keys"] == [one.name for one in records.fields_of(Derived)]
    assert [(one.name, one.type, one.init, one.kw_only) for one in records.fields_of(Derived)] == [
        (one.name, one.type, one.init, one.kw_only) for one in fields(Derived)
    ]
    assert ["value"] == [one.name for one in records.fields_of(dataclasses.make_dataclass("A", ["value"]))]


def test_a_class_variable_is_refused() -> None:
    with pytest.raises(TypeError, match="is no field"):

        @records.dataclass(frozen=True)
        class Strange:
            count: "ClassVar[int]" = 0
