"""What was read rule by rule, with every place as it is in the text now: for comparing it with what is read anew."""

from dataclasses import fields, is_dataclass, replace

from policy_engine.foundation.memory import Memory
from policy_engine.foundation.spans import Span
from policy_engine.loading.pieces import settled


def settled_in(thing: object, memory: Memory | None) -> object:
    """Go through all of a thing; what has no place in it stays the very same."""
    if isinstance(thing, Span):
        return settled(thing, memory)
    if isinstance(thing, tuple) and not hasattr(thing, "_fields"):
        return tuple(settled_in(one, memory) for one in thing)
    if isinstance(thing, dict) or type(thing).__name__ == "mappingproxy":
        return {key: settled_in(one, memory) for key, one in thing.items()}
    if not is_dataclass(thing):
        return thing
    parts = {one.name: getattr(thing, one.name) for one in fields(thing) if one.init}
    found = {name: settled_in(part, memory) for name, part in parts.items()}
    return thing if all(found[name] is part for name, part in parts.items()) else replace(thing, **found)
