#!/usr/bin/env bash
# Make the virtual environment and install the locked dependencies and the project into it.
# Usage: scripts/setup.sh runtime|dev     environment: PYTHON (interpreter to use), VENV (default .venv)
set -euo pipefail
cd "$(dirname "$0")/.."

lock=requirements/${1:?say runtime or dev}.lock
venv=${VENV:-.venv}
install="$([ "$(id -u)" = 0 ] || echo 'sudo ')apt-get install -y"

stop() {
    echo "policy-engine set-up: $*" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# 1. What the machine must have; each miss is one line with the command that mends it.
python=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if is_new_enough "$candidate"; then python=$candidate && break; fi
done
[ -n "$python" ] || stop "${PYTHON:-python3} is missing or older than Python 3.11; install it: $install python3"
version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')

"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "$python has no venv module; install it: $install $version-venv"

compiler=${CC:-$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("CC") or "cc")')}
compiles() {
    $compiler -fsyntax-only -x c "$@" - >/dev/null 2>&1
}
echo '#include <stdio.h>' | compiles ||
    stop "no C compiler (${compiler%% *}), which durable-rules needs; install it: $install gcc libc6-dev"

headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
echo '#include <Python.h>' | compiles -I"$headers" ||
    stop "no Python.h for $python, which durable-rules needs; install it: $install $version-dev"

# 2. The environment. One left half-made, or made by an interpreter since removed, is made anew.
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$python" -m venv --clear "$venv"

pip() {
    "$venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"
}
echo "policy-engine set-up: installing $lock into $venv ($("$venv/bin/python" --version))"
pip install --require-hashes --requirement requirements/build.lock

# durable-rules 2.0.28 still calls a function that Python 3.13 removed; this names its successor.
export CPPFLAGS="${CPPFLAGS:-} -DPyEval_CallObject=PyObject_CallObject"
pip install --require-hashes --no-build-isolation --requirement "$lock"
pip install --no-deps --no-build-isolation --editable .
"$python" scripts/link.py "$venv"
"$venv/bin/python" -c 'import durable_rules_engine, yaml; yaml.CSafeLoader' ||
    stop "durable-rules or libyaml does not load; make it anew: make clean && make run"
