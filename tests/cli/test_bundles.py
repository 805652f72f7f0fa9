"""A bundle holds a rule base whole; whatever is altered in it is told."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.cli.layers import layer_on, run, version_of

PEM, RAW = serialization.Encoding.PEM, serialization.NoEncryption()
FILE = "rules.bundle.zip"


def keys(private) -> None:
    Path("key.pem").write_bytes(private.private_bytes(PEM, serialization.PrivateFormat.PKCS8, RAW))
    public = private.public_key().public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    Path("pub.pem").write_bytes(public)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    layer_on(folder / "province", folder / "city")
    return folder / "city"


@pytest.fixture
def bundle(made, tmp_path, monkeypatch):
    """A signed bundle of a layer, in the current folder with its keys; what it was made of lies elsewhere."""
    monkeypatch.chdir(tmp_path)
    keys(Ed25519PrivateKey.generate())
    told = run("bundle", "build", FILE, "--sign", "key.pem", "--rules", str(made))
    assert 0 == told.exit_code, told.output
    return made


def entries() -> dict[str, bytes]:
    with zipfile.ZipFile(FILE) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(found: dict[str, bytes]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in found.items():
            archive.writestr(name, data)
    Path(FILE).write_bytes(out.getvalue())


def listed_anew(found: dict[str, bytes], **changes) -> None:
    manifest = json.loads(found["manifest.json"]) | changes
    rewritten(found | {"manifest.json": json.dumps(manifest).encode()})


def test_a_bundle_is_what_it_was_made_of(bundle):
    told = run("bundle", "verify", FILE, "--key", "pub.pem")
    assert 0 == told.exit_code, told.output
    assert "签名正确" in told.output
    assert f"版本 {version_of(bundle)}，基础 province {version_of(bundle.parent / 'province')}" in told.output
    assert "没有核对签名" in run("bundle", "verify", FILE).output


def test_the_same_rules_are_the_same_bytes(bundle):
    first = Path(FILE).read_bytes()
    assert 0 == run("bundle", "build", "again.zip", "--sign", "key.pem", "--rules", str(bundle)).exit_code
    assert first == Path("again.zip").read_bytes()


LAW = "rules/local/city-2026-9/law.yaml"
BELOW = "below/province/rules/local/my-2026-1/law.yaml"
ALTERED = {
    "改一个文件": lambda e: e | {LAW: e[LAW].replace(b"false", b"true")},
    "改基础的一个文件": lambda e: e | {BELOW: e[BELOW] + b"# \n"},
    "少一个文件": lambda e: {n: d for n, d in e.items() if n != LAW},
    "多一个文件": lambda e: e | {"rules/local/x/law.yaml": b"document: x\n"},
    "没有清单": lambda e: {n: d for n, d in e.items() if n != "manifest.json"},
    "清单不是 JSON": lambda e: e | {"manifest.json": b"{"},
    "清单是列表": lambda e: e | {"manifest.json": b"[]"},
}


@pytest.mark.parametrize("how", ALTERED)
def test_whatever_is_altered_is_told(bundle, how):
    rewritten(ALTERED[how](entries()))
    told = run("bundle", "verify", FILE)
    assert 2 == told.exit_code, told.output
    assert "错误[PE021]" in told.output


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"version": "0" * 16}, "清单写的是 0000000000000000"), ({"format": 2}, "格式是 2")],
)
def test_a_list_that_says_otherwise_is_told(bundle, changes, why):
    listed_anew(entries(), **changes)
    assert why in run("bundle", "verify", FILE).output
    told = run("bundle", "verify", FILE, "--key", "pub.pem")
    assert "签名不对" in told.output


@pytest.mark.parametrize(
    "name",
    [
        "../evil.yaml",
        "below/../../evil.yaml",
        "elsewhere/a.yaml",
        "rules",
        "rules/registers",
        f"rules/{'甲' * 100}.yaml",
    ],
)
def test_no_name_leads_elsewhere(bundle, name):
    found = entries() | {name: b"x"}
    files = json.loads(found["manifest.json"])["files"] | {name: hashlib.sha256(b"x").hexdigest()}
    listed_anew(found, files=files)
    told = run("bundle", "verify", FILE)
    assert 2 == told.exit_code
    assert "不合规" in told.output


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damaged_packing_is_told(bundle, method):
    with zipfile.ZipFile(FILE, "w", method) as archive:
        archive.writestr("manifest.json", json.dumps(list(range(2000))))
    data = bytearray(Path(FILE).read_bytes())
    start = data.index(b"manifest.json") + len(b"manifest.json")
    # No block of packed bytes begins so, by none of the methods.
    data[start : start + 20] = b"\xff" * 20
    Path(FILE).write_bytes(data)
    told = run("bundle", "verify", FILE)
    assert 2 == told.exit_code
    assert "错误[PE021]" in told.output


def test_what_is_no_bundle_is_told(bundle):
    Path(FILE).write_bytes(b"PK\x03\x04 nothing")
    assert "错误[PE021]" in run("bundle", "verify", FILE).output
    assert "错误[PE001]" in run("bundle", "verify", "none.zip").output


def test_a_key_of_another_or_of_another_kind_is_refused(bundle):
    keys(Ed25519PrivateKey.generate())
    assert "签名不对" in run("bundle", "verify", FILE, "--key", "pub.pem").output
    keys(ec.generate_private_key(ec.SECP256R1()))
    assert "错误[PE022]" in run("bundle", "verify", FILE, "--key", "pub.pem").output
    assert (
        "错误[PE022]" in run("bundle", "build", "x.zip", "--sign", "key.pem", "--rules", str(bundle)).output
    )
    assert not Path("x.zip").exists()
    assert "错误[PE022]" in run("bundle", "verify", FILE, "--key", FILE).output


def test_without_a_signature_a_key_is_not_satisfied(bundle):
    assert 0 == run("bundle", "build", FILE, "--rules", str(bundle)).exit_code
    assert 0 == run("bundle", "verify", FILE).exit_code
    assert "没有签名" in run("bundle", "verify", FILE, "--key", "pub.pem").output
