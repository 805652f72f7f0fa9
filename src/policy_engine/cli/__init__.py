"""The command line. `main` is the console script; every other module is imported on demand."""

from __future__ import annotations


def main() -> None:
    """Run the program and exit."""
    import gc  # noqa: PLC0415

    # One short run allocates much and frees nothing that matters; collecting would cost a tenth of it.
    gc.disable()
    from policy_engine.cli.app import app  # noqa: PLC0415 - keeps `import policy_engine.cli` free of click

    app.main()


__all__ = ["main"]
