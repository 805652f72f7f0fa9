"""Files that were not changed need not be read again to know that; wherever that is not certain, they are."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from policy_engine.usecases.kept import fingerprint
from policy_engine.usecases.kept.digests import KeptDigests
from policy_engine.usecases.kept.fingerprint import digest_of_files, digest_of_program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no time tells of every change")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """Give a folder with files."""
    below = tmp_path / "base" / "rules" / "a"
    below.mkdir(parents=True)
    for name in ("law.yaml", "norms.yaml"):
        (below / name).write_text("rules: [1]\n", encoding="utf-8")
    return tmp_path / "base"


@pytest.fixture(autouse=True)
def _certain(monkeypatch) -> None:
    """Let what was just written count as written long ago, on a device of this machine."""
    monkeypatch.setattr(fingerprint, "_LATELY", -(10**9))
    monkeypatch.setattr(os, "major", lambda _: 8)


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """List the files that are read."""
    found: list[str] = []
    add = fingerprint._add

    def adding(made, shown: str, path: str) -> None:
        found.append(shown)
        add(made, shown, path)

    monkeypatch.setattr(fingerprint, "_add", adding)
    return found


def digest(base: Path, folder: Path) -> str | None:
    return digest_of_files((("rules", base / "rules"),), KeptDigests(folder))


def test_what_was_not_changed_is_not_read_again(base: Path, folder: Path, read) -> None:
    meant = digest_of_files((("rules", base / "rules"),))
    assert ["rules/a/law.yaml", "rules/a/norms.yaml"] == read
    assert meant == digest(base, folder)
    read.clear()
    assert meant == digest(base, folder)
    assert [] == read
    assert 0o600 == next(folder.iterdir()).stat().st_mode & 0o777


def rewrite(path: Path) -> None:
    """Write as many bytes as before, and set the time of writing back."""
    before = path.stat()
    path.write_text("rules: [2]\n", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace(path: Path) -> None:
    """Put another file of the same length and time in the place."""
    before = path.stat()
    beside = path.with_name("beside")
    beside.write_text("rules: [2]\n", encoding="utf-8")
    os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
    beside.replace(path)


def add(path: Path) -> None:
    shutil.copy2(path, path.with_name("more.yaml"))


def remove(path: Path) -> None:
    path.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_name("other.yaml"))


@pytest.mark.parametrize("way", [rewrite, replace, add, remove, rename])
def test_what_was_changed_is_seen(base: Path, folder: Path, way) -> None:
    before = digest(base, folder)
    way(base / "rules" / "a" / "law.yaml")
    after = digest(base, folder)
    assert before != after
    assert digest_of_files((("rules", base / "rules"),)) == after


def test_where_the_clock_may_not_tell_all_is_read(base: Path, folder: Path, read, monkeypatch) -> None:
    monkeypatch.setattr(fingerprint, "_LATELY", 60 * 10**9)
    for _ in range(2):
        read.clear()
        assert digest(base, folder) is not None
        assert 2 == len(read)
    assert not folder.exists()


def test_what_another_machine_may_change_is_read(base: Path, folder: Path, read, monkeypatch) -> None:
    # File systems of the network have no number of a device.
    monkeypatch.setattr(os, "major", lambda _: 0)
    for _ in range(2):
        read.clear()
        assert digest(base, folder) is not None
        assert 2 == len(read)
    assert not folder.exists()


def test_so_is_what_other_systems_hold(base: Path, folder: Path, read, monkeypatch) -> None:
    monkeypatch.setattr(fingerprint.sys, "platform", "win32")
    for _ in range(2):
        read.clear()
        assert digest(base, folder) is not None
        assert 2 == len(read)


def test_a_link_is_still_no_file(base: Path, folder: Path) -> None:
    assert digest(base, folder) is not None
    (base / "rules" / "link").symlink_to(base / "rules" / "a")
    assert digest(base, folder) is None


def test_a_damaged_file_is_no_file(base: Path, folder: Path, read) -> None:
    meant = digest(base, folder)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        read.clear()
        assert meant == digest(base, folder)
        assert 2 == len(read), at


def test_what_others_can_write_to_is_not_believed(base: Path, folder: Path, read) -> None:
    digest(base, folder)
    folder.chmod(0o777)
    read.clear()
    digest(base, folder)
    assert 2 == len(read)


def test_the_program_is_told_from_files_and_from_its_types(tmp_path: Path, folder: Path, read) -> None:
    package = tmp_path / "policy_engine"
    (package / "loading").mkdir(parents=True)
    (package / "loading" / "rules.py").write_text("a = 1\n", encoding="utf-8")

    def found(shape: str) -> str | None:
        return digest_of_program(package, shape, KeptDigests(folder))

    assert found("") == digest_of_program(package, "")
    read.clear()
    assert found("") == found("")
    assert [] == read
    assert found("") != found("Span(path)")


def test_only_the_last_are_kept(base: Path, folder: Path) -> None:
    kept = KeptDigests(folder)
    for at in range(40):
        kept.note(f"{at:064}", "0" * 64)
    again = KeptDigests(folder)
    assert again.find(f"{7:064}") is None
    assert "0" * 64 == again.find(f"{8:064}") == again.find(f"{39:064}")
