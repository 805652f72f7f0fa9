"""Measure speed against the peers: `make bench`, some minutes. No time fails the run, a wrong answer does."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from peers import add_peers

_HERE = Path(__file__).resolve().parent
_GROWTH = _HERE.parent / "docs" / "growth.svg"
_LEDGER = _HERE.parent / "docs" / "ledger.svg"
_SIZES, _ALL_SIZES = (64, 640), (64, 640, 6_400)
# Seconds of bursts a contest: with two of them, installing and agreeing, the whole takes less than six minutes.
_SECONDS = 60.0


def main() -> int:
    """Install the peers, run the contests, print the report and keep it in `results/`."""
    asked = _arguments()
    if not asked.no_peers:
        add_peers()
    if asked.ledger:
        return _ledger(asked)
    # Only now, that the peers can be imported.
    from contest import DisagreementError, run_contest  # noqa: PLC0415
    from growth import draw_growth  # noqa: PLC0415
    from lifecycle import measure_lifecycle  # noqa: PLC0415
    from report import write_contest, write_report  # noqa: PLC0415

    seconds = float("inf") if asked.long else _SECONDS
    results = []
    try:
        for rules in asked.rules or (_ALL_SIZES if asked.long else _SIZES):
            results.append(
                run_contest(rules, asked.rounds, is_quick=asked.quick, is_long=asked.long, seconds=seconds)
            )
            # Whoever stops it halfway has seen what was measured.
            print(write_contest(results[-1]), flush=True)
    except DisagreementError as error:
        print(f"engines disagree, nothing timed: {error}", file=sys.stderr)
        return 1
    timings = list(measure_lifecycle()) if asked.long and not asked.contest_only else []
    text = write_report(results, timings)
    # The contests were told already.
    print(write_report((), timings))
    folder = _HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / "last.md").write_text(text, encoding="utf-8")
    if len(results) == len(_ALL_SIZES):
        _GROWTH.write_text(draw_growth(results), encoding="utf-8")
    return 0


def _ledger(asked: argparse.Namespace) -> int:
    from ledger import draw_ledger, measure_ledger, write_ledger  # noqa: PLC0415 - as above

    folder = _HERE / "results"
    folder.mkdir(exist_ok=True)
    found = list(measure_ledger(asked.ledger, asked.rules or _SIZES, min(asked.rounds, 3), folder))
    text = write_ledger(found)
    print(text)
    (folder / "ledger.md").write_text(text, encoding="utf-8")
    if len({one.rules for one in found}) == len(_SIZES):
        _LEDGER.write_text(draw_ledger(found), encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rules", type=int, nargs="+", help="sizes of the rule set (64 and 640, with --long 6400 too)"
    )
    parser.add_argument(
        "--long",
        action="store_true",
        help="all bursts, 6400 rules, loading and starting too, and draw the growth",
    )
    parser.add_argument(
        "--rounds", type=int, default=40, help="interleaved bursts a contest, fewer where the time is over"
    )
    parser.add_argument(
        "--contest-only", action="store_true", help="leave out loading, compiling and starting"
    )
    parser.add_argument(
        "--quick", action="store_true", help="only the floors, our engine and the fastest peers"
    )
    parser.add_argument(
        "--ledger",
        type=int,
        nargs="?",
        const=1_000_000,
        metavar="ROWS",
        help="instead: a Parquet file of so many rows (a million), decided whole",
    )
    parser.add_argument("--no-peers", action="store_true", help="install nothing, measure only what is there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
