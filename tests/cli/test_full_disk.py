"""What a command writes over an author's file is written whole, or the file stays as it was."""

import errno
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from policy_engine.cli.app import app


def refuse(_handle: int) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def own(tmp_path, monkeypatch) -> Path:
    """Begin a rule base of one's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POLICY_ENGINE_CACHE", "off")
    assert 0 == CliRunner().invoke(app, ["init", "own"]).exit_code
    monkeypatch.chdir(tmp_path / "own")
    return tmp_path / "own"


def spoil(pattern: str, old: str, new: str) -> None:
    for path in Path().rglob(pattern):
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")


def unformatted() -> None:
    spoil("law.yaml", "\nrules:", "\n\n\n\nrules:")


def unmade() -> None:
    spoil("1-*.yaml", "help: ", "help: 请写明。")


@pytest.mark.parametrize(
    ("before_it", "file", "line"),
    [
        (unformatted, "law.yaml", "fmt"),
        (unmade, "matter.schema.json", "schema --write"),
        (list, "limits.yaml", "add parameter 限额 12 --unit 个月 --from 2026-01-01 --document my-2026-1"),
    ],
    ids=["fmt", "schema", "add"],
)
def test_on_a_full_disk_no_file_of_a_rule_base_is_changed(before_it, file, line, own, monkeypatch):
    command = line.split()
    before_it()
    before = files(own)
    with monkeypatch.context() as full:
        full.setattr("policy_engine.foundation.in_place.os.fsync", refuse)
        found = CliRunner().invoke(app, command)
    assert 4 == found.exit_code
    assert f"{file}（系统错误 28），磁盘满了" in found.stderr
    assert before == files(own)
    # The same command on the same files, with room for them.
    assert 0 == CliRunner().invoke(app, command).exit_code
    assert before != files(own)
