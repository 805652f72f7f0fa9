"""What `check --record` adds: each decided case is filed before anything of it is shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from policy_engine.cli.exits import Exit
from policy_engine.cli.rule_base import RuleBase
from policy_engine.cli.run import Run
from policy_engine.foundation.records import dataclass
from policy_engine.usecases import Engine

if TYPE_CHECKING:
    from policy_engine.loading.files import SourceText
    from policy_engine.model.cases import Case
    from policy_engine.model.decisions import Decision
    from policy_engine.model.rules import RuleSet
    from policy_engine.records.store import Store
    from policy_engine.reporting.render import Recorded
    from policy_engine.usecases.sources import Sources

PLACE_HELP = "记录存在哪里：文件，或者 postgresql:// 地址；默认存在用户的数据目录"


def place_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option that says where records are."""
    return click.option("--records", "place", metavar="位置", help=PLACE_HELP)(command)


def record_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that file what was decided."""
    command = place_option(command)
    command = click.option("--by", metavar="姓名", help="登记时写明由谁出具")(command)
    return click.option("--record", is_flag=True, help="登记：编号存档，以后能核对、能按当时的规则重审")(
        command
    )


@dataclass(frozen=True, slots=True)
class Recorder:
    """Files decisions at one place, all by one person and one rule base."""

    store: Store
    sources: Sources
    by: str
    engine: Engine

    def file(
        self, opinions: Sequence[tuple[Decision, Case]], rule_set: RuleSet, run: Run
    ) -> tuple[Recorded, ...]:
        """File decisions, each with its case as it was given: all or none. When this returns they are on the disk.

        Raises `DiagnosticsError`.
        """
        from datetime import UTC, datetime  # noqa: PLC0415 - only where something is filed
        from importlib.metadata import version  # noqa: PLC0415

        from policy_engine.records.content import Issued, drafted  # noqa: PLC0415
        from policy_engine.records.telling import filed_words, filing_of  # noqa: PLC0415
        from policy_engine.reporting.render import Recorded  # noqa: PLC0415

        at = datetime.now(UTC)
        drafts = [
            drafted(
                Issued(
                    decision=decision,
                    case=case,
                    engine=self.engine,
                    sources=self.sources,
                    rule_set=rule_set,
                    catalogue=_catalogue(decision, run),
                    by=self.by,
                    account=account(),
                    program=version("policy-engine"),
                    at=at,
                )
            )
            for decision, case in opinions
        ]
        # From here on a failure is the machine's, not the case's.
        before, run.on_problems = run.on_problems, Exit.BROKEN
        filed = self.store.append(drafts)
        run.on_problems = before
        return tuple(
            Recorded(one.number, one.digest, filed_words(one), filing_of(one, self.by, at)) for one in filed
        )


def _catalogue(decision: Decision, run: Run) -> SourceText | None:
    from policy_engine.loading.files import SourceText  # noqa: PLC0415 - as above

    looked_up = decision.case.consultation
    return SourceText(looked_up.path, run.texts[looked_up.path]) if looked_up is not None else None


def recorder(
    base: RuleBase, *, asked: bool, by: str | None, place: str | None, engine: Engine
) -> Recorder | None:
    """Make ready to file, before anything is decided; `None` where nobody asked for it. Raises `DiagnosticsError`."""
    if not asked:
        if by is not None or place is not None:
            told = "--by" if by is not None else "--records"
            msg = f"{told} 只在登记时用：加 --record"
            raise click.UsageError(msg, click.get_current_context())
        return None
    if by is None or not by.strip():
        msg = "登记要写明由谁出具：--by 姓名"
        raise click.UsageError(msg, click.get_current_context())
    from policy_engine.records.locating import place_of  # noqa: PLC0415 - only where something is filed
    from policy_engine.records.store import open_store  # noqa: PLC0415
    from policy_engine.usecases.sources import read_sources  # noqa: PLC0415

    store = open_store(place_of(place), makes=True)
    return Recorder(store, read_sources(base.files), by.strip(), engine)


def account() -> str:
    """Name the account of the machine that the program runs under."""
    import getpass  # noqa: PLC0415 - only where something is filed

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
