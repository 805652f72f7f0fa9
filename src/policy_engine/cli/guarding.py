"""No command writes over what it reads: one look at every file that a command line names, before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from policy_engine.cli.run import Run
from policy_engine.foundation.text import shown_path

_SQLITE = "sqlite:///"
_OF_A_BASE = (".yaml", ".yml", ".json")


def refuse_overwriting(ctx: click.Context) -> None:
    """Refuse a command line that would write over a file that it reads, or that the rule base consists of."""
    from policy_engine.cli.inputs import WrittenPath  # noqa: PLC0415 - the list of commands needs none of it

    run = ctx.ensure_object(Run)
    written: list[str] = [one for one in (run.output, run.elsewhere) if one is not None]
    given: list[str] = []
    for param in ctx.command.params:
        value = ctx.params.get(param.name or "")
        (written if isinstance(param.type, WrittenPath) else given).extend(_words(value))
    for path in written:
        if is_among(path, given):
            message = f"`{shown_path(path)}` 是这次要读的文件，不能写到它上面；换一个名字"
            raise click.UsageError(message, ctx)
        if is_of_a_base(path):
            message = f"`{shown_path(path)}` 是规则库的文件，不能写到它上面；换一个名字"
            raise click.UsageError(message, ctx)


def is_among(path: str, words: Iterable[str]) -> bool:
    """Tell whether one of the words of a command line names the file that would be written."""
    target = Path(path)
    return _is_file(target) and any(
        _is_file(named) and named.samefile(target) for word in words for named in _named(word)
    )


def is_of_a_base(path: str) -> bool:
    """Tell whether a file that would be written is one of a rule base: of its rules, its schemas, its vocabulary."""
    target = Path(path)
    if target.suffix.lower() not in _OF_A_BASE or not _is_file(target):
        return False
    from policy_engine.usecases.locating import find_rule_base  # noqa: PLC0415 - rarely wanted

    return find_rule_base(target) is not None


def _words(value: object) -> Iterator[str]:
    match value:
        case tuple() | list():
            for one in value:
                yield from _words(one)
        case str():
            yield value
        case Path():
            yield str(value)
        case _ if hasattr(value, "address"):
            # A table of a database.
            yield str(value.address)
        case _:
            return


def _named(word: str) -> Iterator[Path]:
    if word.startswith(_SQLITE):
        from urllib.parse import unquote  # noqa: PLC0415 - rarely wanted

        yield Path(unquote(word.removeprefix(_SQLITE).partition("?")[0]))
        return
    yield Path(word)
    option, is_attached, value = word.partition("=")
    if is_attached and option.startswith("--"):
        yield Path(value)


def _is_file(path: Path) -> bool:
    # A terminal may be read and written; the system refuses some words as names at all.
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
