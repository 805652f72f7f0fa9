"""How many requests a desk answers a second, and how long the slowest wait: `python benchmarks/desk.py [SECONDS]`.

Starts `policy-engine serve` on a port of its own and asks it over 1, 8 and 64 connections at once, each of which asks again
as soon as it is answered. Whoever asks runs on the same processors, so that what is found is less than what could be.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASE = (ROOT / "examples" / "purchase-property-service.yaml").read_bytes()
ASKED = {
    "GET /rules (page)": ("GET", "/rules", b""),
    "POST /api/v1/check": ("POST", "/api/v1/check", CASE),
    "GET /api/v1/health": ("GET", "/api/v1/health", b""),
}
CONNECTIONS = (1, 8, 64)


def ask(port: int, what: tuple[str, str, bytes], until: float, took: list[float], failed: list[int]) -> None:
    """Ask over one connection until the time is over."""
    client = HTTPConnection("127.0.0.1", port, timeout=120)
    while (began := time.perf_counter()) < until:
        client.request(*what)
        answer = client.getresponse()
        answer.read()
        took.append(time.perf_counter() - began)
        if answer.status != 200:
            failed.append(answer.status)
    client.close()


def measure(port: int, what: tuple[str, str, bytes], connections: int, seconds: float) -> str:
    """Ask over so many connections; tell requests a second, the middle and the hundredth slowest."""
    took, failed = list[float](), list[int]()
    began = time.perf_counter()
    threads = [
        threading.Thread(target=ask, args=(port, what, began + seconds, took, failed))
        for _ in range(connections)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    rate = len(took) / (time.perf_counter() - began)
    took.sort()
    slowest = took[max(0, len(took) * 99 // 100 - 1)]
    wrong = f", {len(failed)} failed" if failed else ""
    return f"{rate:7.1f}/s  p50 {1000 * took[len(took) // 2]:7.1f} ms  p99 {1000 * slowest:7.1f} ms{wrong}"


def main(seconds: float) -> None:
    """Start a desk, ask it, stop it."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "policy_engine", "serve", "--port", "0", "--data", folder]
        server = subprocess.Popen(
            [*command, "--records", f"{folder}/records.sqlite"], stdout=subprocess.PIPE, text=True
        )
        assert server.stdout is not None
        port = int(re.search(r":(\d+)/", server.stdout.readline())[1])  # type: ignore[index]
        try:
            for name, what in ASKED.items():
                measure(port, what, 1, 1)
                for connections in CONNECTIONS:
                    print(
                        f"{name:20} {connections:3} connections {measure(port, what, connections, seconds)}"
                    )
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10)
