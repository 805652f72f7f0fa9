#!/usr/bin/env bash
# Renew the locks for every supported Python at once. Needs uv; pass `--upgrade` for newer versions.
set -euo pipefail
cd "$(dirname "$0")/.."

lock() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
        --custom-compile-command 'make lock' "$@"
}
lock "$@" requirements/build.in --output-file requirements/build.lock
lock "$@" requirements/release.in --output-file requirements/release.lock
# A checkout is a place to write rules in and to open the desk, so that what authors and the desk need is always there.
lock "$@" pyproject.toml --extra authors --extra durable --extra ledger --extra web --extra documents --extra records --extra sql --output-file requirements/runtime.lock
lock "$@" pyproject.toml --extra authors --extra durable --extra ledger --extra mcp --extra web --extra documents --extra records --extra signing --extra sql --extra duckdb --extra parquet --extra dev --constraint requirements/runtime.lock --output-file requirements/dev.lock
