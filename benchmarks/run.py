"""Measure speed against the peers: `make bench`. No time fails the run, a wrong answer does."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from peers import add_peers

_HERE = Path(__file__).resolve().parent
_GROWTH = _HERE.parent / "docs" / "growth.svg"


def main() -> int:
    """Install the peers, run the contests, print the report and keep it in `results/`."""
    asked = _arguments()
    if not asked.no_peers:
        add_peers()
    # Only now, that the peers can be imported.
    from contest import DisagreementError, run_contest  # noqa: PLC0415
    from growth import draw_growth  # noqa: PLC0415
    from lifecycle import measure_lifecycle  # noqa: PLC0415
    from report import write_report  # noqa: PLC0415

    try:
        results = [run_contest(rules, asked.rounds, is_quick=asked.quick) for rules in asked.rules]
    except DisagreementError as error:
        print(f"engines disagree, nothing timed: {error}", file=sys.stderr)
        return 1
    timings = [] if asked.contest_only else list(measure_lifecycle())
    text = write_report(results, timings)
    print(text)
    folder = _HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / "last.md").write_text(text, encoding="utf-8")
    if len(results) > 1:
        _GROWTH.write_text(draw_growth(results), encoding="utf-8")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--rules", type=int, nargs="+", default=[64, 640, 6_400], help="sizes of the rule set"
    )
    parser.add_argument("--rounds", type=int, default=40, help="interleaved bursts a contest")
    parser.add_argument(
        "--contest-only", action="store_true", help="leave out loading, compiling and starting"
    )
    parser.add_argument(
        "--quick", action="store_true", help="only the floors, our engine and the fastest peers"
    )
    parser.add_argument("--no-peers", action="store_true", help="install nothing, measure only what is there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
