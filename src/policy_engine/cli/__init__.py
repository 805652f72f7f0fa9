"""The command line. `program` is the console script; every other module is imported on demand."""


def program() -> None:
    """Run the program and leave the process to the system, which takes it down far quicker than Python does."""
    try:
        main()
    except SystemExit as left:
        # A text that is yet to be written, a thread that has something to finish: Python sees to both.
        if isinstance(left.code, int) and _has_finished():
            import os  # noqa: PLC0415 - inside the guard

            os._exit(left.code)
        raise


def _has_finished() -> bool:
    import atexit  # noqa: PLC0415 - as above
    import sys  # noqa: PLC0415

    threading = sys.modules.get("threading")
    if threading is not None and threading.active_count() > 1:
        return False
    atexit._run_exitfuncs()  # noqa: SLF001 - what Python itself would call next
    try:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except (OSError, ValueError, AttributeError):
        # Closed, full or not there: Python knows what to say of it.
        return False
    return True


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
        import sys  # noqa: PLC0415

        if sys.argv[1:2] == ["check"]:
            _check_plainly(sys.argv[1:])
        from policy_engine.cli.app import app  # noqa: PLC0415 - keeps `import policy_engine.cli` free of click

        app.main()
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _check_plainly(arguments: list[str]) -> None:
    try:
        from policy_engine.foundation.patterns import importing_late  # noqa: PLC0415 - other commands need none of it

        with importing_late():
            from policy_engine.cli.plain import check_plainly  # noqa: PLC0415
    except Exception:
        # What can't be imported is told on the way that all commands go.
        return
    check_plainly(arguments)


__all__ = ["main", "program"]
