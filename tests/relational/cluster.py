"""A Spark cluster of a test's own: a master and a worker as processes, where this machine has Java and pyspark."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

_HOST = "127.0.0.1"
_PATIENCE = 240


def why_not() -> str:
    """Say why there is no cluster to try, "" where there is."""
    if find_spec("pyspark") is None:
        return 'no Spark here: pip install "policy-engine[spark]"'
    return "" if shutil.which("java") else "Spark needs Java: apt-get install openjdk-17-jre-headless"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        return listener.getsockname()[1]


def _wait(port: int, process: subprocess.Popen) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "a part of the cluster has stopped"
        with suppress(OSError), socket.create_connection((_HOST, port), 1):
            return
        time.sleep(0.5)
    raise TimeoutError("the cluster doesn't start")


@contextmanager
def clustered() -> Iterator[str]:
    """Run a master and a worker as long as the context; gives the address of the master."""
    home = Path(find_spec("pyspark").submodule_search_locations[0])
    port, web, worker, worker_web = (_free_port() for _ in range(4))
    kept = {key: value for key, value in os.environ.items() if not key.startswith("SPARK_")}
    with tempfile.TemporaryDirectory(prefix="policy-engine-spark-") as folder:
        environment = {**kept, "SPARK_LOCAL_IP": _HOST, "SPARK_HOME": str(home), "SPARK_WORKER_DIR": folder}
        program = [str(home / "bin" / "spark-class"), "org.apache.spark.deploy"]

        def start(part: str, *more: str) -> subprocess.Popen:
            return subprocess.Popen(
                [program[0], f"{program[1]}.{part}", "--host", _HOST, *more],
                env=environment,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

        address = f"spark://{_HOST}:{port}"
        started = []
        try:
            started.append(start("master.Master", "--port", str(port), "--webui-port", str(web)))
            _wait(port, started[-1])
            more = ("--port", str(worker), "--webui-port", str(worker_web), "--cores", "1", "--memory", "1g")
            started.append(start("worker.Worker", *more, address))
            _wait(worker, started[-1])
            yield address
        finally:
            for process in reversed(started):
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
                process.wait()
