"""The command line. `main` is the console script; every other module is imported on demand."""

from __future__ import annotations


def main() -> None:
    """Run the program and exit."""
    from policy_engine.cli.app import app  # noqa: PLC0415 - keeps `import policy_engine.cli` free of click

    app.main()


__all__ = ["main"]
