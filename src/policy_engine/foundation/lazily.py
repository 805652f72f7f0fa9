"""Names of a package that bring what they need when they are first used."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def lazily(package: str, homes: Mapping[str, str]) -> Callable[[str], object]:
    """Make the `__getattr__` of a package. `homes`: where each of its names lives, as a module's path from the top."""

    def find(name: str) -> object:
        if name not in homes:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message, name=name)
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(f"policy_engine.{homes[name]}"), name)

    return find
