"""The command line. `main` is the console script; every other module is imported on demand."""


def main() -> None:
    """Run the program and exit. An interrupt ends it quietly, even one that comes while modules are read."""
    try:
        # Nothing is read from a file before an interrupt has its answer: both are there when Python has started.
        import _signal  # type: ignore[import-not-found] # noqa: PLC0415 - what `signal` is made of, without the classes that take it time to make
        import os  # noqa: PLC0415

        if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
            _signal.signal(_signal.SIGINT, lambda _signal, _frame: os._exit(130))
        from policy_engine.cli.interrupts import leave_at_once  # noqa: PLC0415 - inside the guard

        leave_at_once()
        import gc  # noqa: PLC0415

        # One short run allocates much and frees nothing that matters; collecting would cost a tenth of it.
        gc.disable()
        from policy_engine.cli.app import app  # noqa: PLC0415 - keeps `import policy_engine.cli` free of click

        app.main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


__all__ = ["main"]
