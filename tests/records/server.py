"""A PostgreSQL of a test's own, where this machine has one."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_OWNER = "postgres"


def programs() -> Path | None:
    """Find the folder of the server's programs."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    named = shutil.which("initdb")
    found = [*reversed(debian), *([Path(named).parent] if named else [])]
    return next((path for path in found if (path / "initdb").exists() and (path / "pg_ctl").exists()), None)


def why_not() -> str:
    """Say why there is no server to try, "" where there is."""
    if programs() is None:
        return "no PostgreSQL here: apt-get install postgresql"
    if os.geteuid() == 0 and not _has_owner():
        return f"PostgreSQL refuses root, and there is no user {_OWNER}"
    return ""


def _has_owner() -> bool:
    try:
        pwd.getpwnam(_OWNER)
    except KeyError:
        return False
    return True


def _run(*command: str) -> None:
    as_owner = {"user": _OWNER, "group": _OWNER, "extra_groups": ()} if os.geteuid() == 0 else {}
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **as_owner
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def served() -> Iterator[str]:
    """Run a server as long as the context; gives the address of an empty database, with a password in it."""
    found = programs()
    assert found is not None
    with tempfile.TemporaryDirectory(prefix="policy-engine-pg-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, _OWNER)
        data, port = folder / "data", _free_port()
        _run(
            str(found / "initdb"), "-D", str(data), "-U", "office", "--auth=trust", "-E", "UTF8", "--locale=C"
        )
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        _run(str(found / "pg_ctl"), "-D", str(data), "-o", options, "-w", "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql://office:geheim@127.0.0.1:{port}/postgres"
        finally:
            _run(str(found / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
