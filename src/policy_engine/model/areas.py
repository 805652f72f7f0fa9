"""Administrative areas: what a rule base registers, over the national list; found by code or by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policy_engine.foundation.records import dataclass, field
from policy_engine.model.area_codes import NATION, Area, chain_of, level_of, lies_in
from policy_engine.model.locating import Atlas, Located, locate
from policy_engine.model.national import National

__all__ = ("NATION", "Area", "Areas", "Located", "chain_of", "level_of", "lies_in")


@dataclass(frozen=True, slots=True)
class Areas:
    """The registered areas by code and by every spelling of their own names; what they lack the national list has."""

    by_code: Mapping[str, Area]
    by_name: Mapping[str, tuple[str, ...]]
    national: National = field(default_factory=National, compare=False)
    # A ledger names few areas in very many rows.
    _located: dict[str, Located] = field(default_factory=dict, compare=False, repr=False)

    def area(self, code: str) -> Area | None:
        """Look up an area, as registered or else as the national list has it."""
        if code in self.by_code:
            return self.by_code[code]
        name = self.national.areas().names.get(code)
        return Area(code=code, name=name) if name is not None else None

    def knows(self, code: str) -> bool:
        """Tell whether a code is one of an area."""
        return code in self.by_code or code in self.national.areas().names

    def name(self, code: str) -> str:
        """Name an area in full, from the province down."""
        return self._atlas.full_name(code)

    def find(self, text: str) -> tuple[str, ...]:
        """Find the codes an official may mean by a code or a name; one code when it is clear."""
        return self.locate(text).codes

    def locate(self, text: str) -> Located:
        """Find what an official means, with what has to be said of it."""
        found = self._located.get(text)
        if found is None:
            found = self._located[text] = locate(text, self._atlas)
        return found

    def names(self) -> Iterator[str]:
        """Go through every registered spelling."""
        yield from self.by_name

    @property
    def _atlas(self) -> Atlas:
        return Atlas(self.by_code, self.by_name, self.national)
