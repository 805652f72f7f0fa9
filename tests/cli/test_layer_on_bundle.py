"""A layer lies on a bundle as on the folder it was made of, and notices when the bundle is another."""

import shutil
import zipfile

import pytest
from tests.cli.layers import layer_on, run, version_of

from policy_engine.usecases import unpacking

EXTENDS = "rules/registers/extends.yaml"


@pytest.fixture
def city(tmp_path, monkeypatch):
    """A layer on a bundle; what that was made of is gone."""
    monkeypatch.setenv("POLICY_ENGINE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(unpacking, "_passing", {})
    folder = layer_on(tmp_path / "province", tmp_path / "city")
    assert (
        0
        == run(
            "bundle", "build", str(tmp_path / "province.bundle.zip"), "--rules", str(tmp_path / "province")
        ).exit_code
    )
    shutil.rmtree(tmp_path / "province")
    register = folder / EXTENDS
    register.write_text(register.read_text("utf-8").replace("../province", "../province.bundle.zip"), "utf-8")
    monkeypatch.chdir(folder)
    return folder


def test_it_decides_and_passes_as_on_the_folder(city):
    told = run("validate")
    assert (0, True) == (told.exit_code, "，基础 province " in told.output)
    assert 0 == run("test").exit_code
    assert 0 == run("schema", "--write").exit_code
    listed = run("rules", "list")
    assert {"my-2026-1.art-3", "city-2026-9.art-2"} <= set(listed.output.split())


def test_it_is_laid_out_once_and_anew_where_somebody_changed_it(city, tmp_path):
    assert 0 == run("validate").exit_code
    (laid,) = (tmp_path / "cache" / "bundles").iterdir()
    law = laid / "rules/local/my-2026-1/law.yaml"
    right = law.read_bytes()
    stamp = law.stat().st_mtime_ns
    assert 0 == run("validate").exit_code
    assert stamp == law.stat().st_mtime_ns
    law.write_bytes(right.replace(b"true", b"false"))
    assert 0 == run("validate").exit_code
    assert right == law.read_bytes()
    assert [laid] == list((tmp_path / "cache" / "bundles").iterdir())


def test_nothing_is_kept_where_nothing_is_to_be_kept(city, tmp_path, monkeypatch):
    monkeypatch.setenv("POLICY_ENGINE_CACHE", "off")
    assert 0 == run("validate").exit_code
    assert not (tmp_path / "cache" / "bundles").exists()
    assert 1 == len(unpacking._passing)


@pytest.mark.parametrize(
    ("name", "why"), [("../nothing.zip", "PE019"), ("../notes.zip", "PE021"), ("../altered.zip", "PE021")]
)
def test_what_is_no_sound_bundle_is_told(city, tmp_path, name, why):
    (tmp_path / "notes.zip").write_bytes(b"notes")
    with (
        zipfile.ZipFile(tmp_path / "province.bundle.zip") as old,
        zipfile.ZipFile(tmp_path / "altered.zip", "w") as new,
    ):
        for entry in old.namelist():
            new.writestr(entry, old.read(entry) + (b"# \n" if entry.endswith("law.yaml") else b""))
    register = city / EXTENDS
    register.write_text(register.read_text("utf-8").replace("../province.bundle.zip", name), "utf-8")
    told = run("validate")
    assert (1, True) == (told.exit_code, why in told.output)


def test_another_bundle_of_the_name_is_another_version(city, tmp_path):
    register = city / EXTENDS
    text = register.read_text("utf-8")
    register.write_text(text[: text.index("version:")] + "version: 0123456789abcdef\n", "utf-8")
    assert "PE020" in run("validate").output


def test_a_bundle_of_a_layer_is_lain_on_too(city, tmp_path, monkeypatch):
    bundle = tmp_path / "city.bundle.zip"
    assert 0 == run("bundle", "build", str(bundle)).exit_code
    town = tmp_path / "town"
    documents = (
        (city / "rules/registers/documents.yaml").read_text("utf-8").replace("city-2026-9", "town-2026-1")
    )
    for path, text in {
        EXTENDS: f"extends: ../city.bundle.zip\nversion: {version_of(city)}\n",
        "rules/registers/documents.yaml": documents.replace("9号", "10号").replace(
            "encoded: full", "encoded: none"
        ),
    }.items():
        (town / path).parent.mkdir(parents=True, exist_ok=True)
        (town / path).write_text(text, encoding="utf-8")
    shutil.rmtree(city)
    monkeypatch.chdir(town)
    run("schema", "--write")
    told = run("validate")
    assert 0 == told.exit_code, told.output
    assert {"my-2026-1.art-3", "city-2026-9.art-2"} <= set(run("rules", "list").output.split())


@pytest.mark.parametrize("name", ["province.bundle.zip", "city.bundle.zip"])
def test_a_layer_is_started_on_a_bundle_named_from_here(city, tmp_path, monkeypatch, name):
    assert 0 == run("bundle", "build", str(tmp_path / "city.bundle.zip")).exit_code
    monkeypatch.chdir(tmp_path)
    told = run("init", "village", "--extends", name)
    assert 0 == told.exit_code, told.output
    assert f"extends: ../{name}" in (tmp_path / "village" / EXTENDS).read_text("utf-8")
    monkeypatch.chdir(tmp_path / "village")
    assert (0, 0) == (run("validate").exit_code, run("test").exit_code)


def test_nothing_is_started_on_what_is_no_bundle(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.zip").write_bytes(b"notes")
    told = run("init", "village", "--extends", "notes.zip")
    assert (2, True) == (told.exit_code, "PE021" in told.output)
    assert not (tmp_path / "village").exists()
