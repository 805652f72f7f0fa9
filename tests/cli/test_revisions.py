"""A compared revision is read as its blobs stand: nothing in it, and nothing in its name, is obeyed."""

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from loading.toy import REGISTERS, TEXTS
from policy_engine.cli.app import app
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.usecases.revisions import read_revision

PLACES = {name: f"registers/{name}" for name in REGISTERS} | {
    "parameters.yaml": "registers/parameters/toy.yaml",
    "rules.yaml": "toy/toy-2020/law.yaml",
}


def run(*args: str) -> Result:
    return CliRunner().invoke(app, ["diff", *args], prog_name="policy-engine")


def git(*args: str, given: bytes = b"") -> str:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(["git", *identity, *args], check=True, capture_output=True, input=given)
    return done.stdout.decode().strip()


def write_base(folder: Path) -> None:
    for name, text in TEXTS.items():
        kind = "schemas" if name.endswith(".schema.json") else "rules"
        path = folder / kind / PLACES.get(name, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def commit_all() -> None:
    git("add", "-A")
    git("commit", "--allow-empty", "-m", "甲")


@pytest.fixture
def repository(tmp_path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git("init", "库")
    monkeypatch.chdir(tmp_path / "库")
    write_base(Path())
    commit_all()
    return tmp_path / "库"


def change(path: str, old: str, new: str) -> None:
    text = Path(path).read_text("utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_base_against_itself_is_proved_the_same_with_equal_counts_and_digests(repository):
    for sides in (["HEAD"], ["HEAD", "HEAD"], [".", "HEAD"]):
        result = run(*sides)
        assert 0 == result.exit_code
        assert "这是证明" in result.stdout
        (read,) = [line for line in result.stdout.splitlines() if line.startswith("所读：")]
        one, other = read.removeprefix("所读：").rstrip("。").split("；")
        assert one.split(" ", 1)[1] == other.split(" ", 1)[1]
        assert f"{len(TEXTS)} 个文件" in one


@pytest.mark.parametrize("attribute", ["export-ignore", "export-subst", "-text", "eol=crlf", "filter=evil"])
def test_attributes_of_the_compared_tree_are_not_obeyed(repository, attribute):
    Path(".gitattributes").write_text(f"rules/toy/toy-2020/law.yaml {attribute}\n", encoding="utf-8")
    commit_all()
    change("rules/toy/toy-2020/law.yaml", "title: 工程不得购买", "title: 工程不得购买 $Format:%H$")
    change("rules/toy/toy-2020/law.yaml", "含工程: true", "含工程: false")
    commit_all()
    assert 0 == run("HEAD", ".").exit_code
    result = run("HEAD~1", "HEAD")
    assert 1 == result.exit_code
    assert "toy-2020.art-1" in result.stdout


@pytest.mark.parametrize(
    "name",
    [
        "HEAD:--output=OUT",
        "HEAD:--remote=ssh://nohost.invalid",
        "HEAD:-o",
        "--output=OUT",
        "--upload-pack=touch OUT",
        "-h",
        "ext::sh -c touch% OUT",
        "HEAD:../..",
        "HEAD:sub/../..",
        "HEAD:./x",
        "HEAD:a//b",
        "HEAD:/rules",
        "HEAD:/",
        "HEAD\n--output=OUT",
        "HEAD..HEAD~1",
        "@{-1}",
        ":rules",
        ":",
        "HEAD:rules/toy.yaml",
        "",
    ],
)
def test_no_name_becomes_an_option_or_leaves_the_repository(repository, name, monkeypatch):
    ran = repository.parent / "ran"
    monkeypatch.setenv("GIT_SSH_COMMAND", f"touch {ran}; false")
    before = sorted(repository.parent.rglob("*"))
    result = run("--", name)
    assert 2 == result.exit_code
    assert "error[PE73" in result.stderr or "[PE73" in result.stderr
    assert "内部错误" not in result.output
    assert before == sorted(repository.parent.rglob("*"))


def test_a_folder_that_leaves_is_told_from_one_without_rules(repository):
    assert "不能以 `/` 开头" in run("HEAD:/sub").stderr
    assert "`HEAD:sub`" in run("HEAD:/sub").stderr
    assert "目录里不能有 `..`" in run("HEAD:../..").stderr
    assert "没有规则库" in run("HEAD:sub").stderr


def test_a_rule_base_below_the_top_is_found_and_suggested(repository):
    write_base(Path("市/湖州"))
    git("rm", "-r", "-q", "rules", "schemas")
    commit_all()
    assert "`HEAD:市/湖州`" in run("HEAD").stderr
    for name in ("HEAD:市/湖州", "HEAD:市/湖州/", "HEAD:市/湖州/rules"):
        assert 0 == run(name, "市/湖州").exit_code


def test_a_folder_that_bears_a_revisions_name_is_not_taken_for_it(repository):
    """A proposed change may add a folder `main` with rules of its own."""
    write_base(Path("main"))
    change("main/rules/toy/toy-2020/law.yaml", "含工程: true", "含工程: false")
    result = run("main")
    assert 2 == result.exit_code
    assert "既是目录又是 git 版本" in result.stderr
    assert 0 == run("main:").exit_code
    assert 1 == run("./main").exit_code


def test_links_and_submodules_are_told_and_nothing_is_proved(repository):
    Path("rules/toy/toy-2020/link.yaml").symlink_to("/etc/passwd")
    commit = git("rev-parse", "HEAD")
    git("update-index", "--add", "--cacheinfo", f"160000,{commit},rules/sub")
    git("add", "rules/toy/toy-2020/link.yaml")
    git("commit", "-m", "乙")
    result = run("HEAD~1", "HEAD")
    assert 1 == result.exit_code
    assert "HEAD：符号链接 rules/toy/toy-2020/link.yaml" in result.stdout
    assert "HEAD：子模块 rules/sub" in result.stdout
    assert "这不是证明" in result.stdout
    assert "root:" not in result.output


def test_a_linked_folder_of_rules_is_not_followed(repository):
    Path("rules").rename("真的")
    Path("rules").symlink_to("真的")
    commit_all()
    assert "rules 是符号链接，不跟随" in run("HEAD").stderr


def tree_with(*entries: tuple[bytes, bytes, str]) -> str:
    """Store a tree that git itself would refuse to make."""
    data = b"".join(mode + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
    return git("hash-object", "-t", "tree", "--literally", "-w", "--stdin", given=data)


@pytest.mark.parametrize(
    "name", [b"..", b".", b"a/../../../out.yaml", b"a\\b.yaml", b"\x1b[31m.yaml", b"\xff.yaml"]
)
def test_a_tree_with_names_that_lead_out_is_refused(repository, name):
    blob = git("hash-object", "-w", "--stdin", given=b"areas: []\n")
    rules = git("rev-parse", "HEAD:rules")
    inner = tree_with((b"100644", name, blob))
    listed = [line.split() for line in git("ls-tree", rules).splitlines()]
    entries = [(mode.lstrip("0").encode(), path.encode(), oid) for mode, _, oid, path in listed]
    evil = tree_with(*entries, (b"40000", b"zz", inner))
    top = tree_with((b"40000", b"rules", evil), (b"40000", b"schemas", git("rev-parse", "HEAD:schemas")))
    commit = git("commit-tree", "-m", "恶", top)
    result = run(commit)
    assert 2 == result.exit_code
    assert "PE732" in result.stderr
    assert "\x1b" not in result.stderr


def test_a_tree_that_unfolds_without_end_is_cut_off(repository):
    inner = git("rev-parse", "HEAD:rules")
    for _ in range(8):
        inner = tree_with(*((b"40000", b"d%d" % at, inner) for at in range(10)))
    commit = git("commit-tree", "-m", "炸", tree_with((b"40000", b"rules", inner)))
    with pytest.raises(DiagnosticsError, match="过大"):
        read_revision(commit)


def test_a_blob_that_is_not_here_is_told_and_never_fetched(repository):
    oid = git("rev-parse", "HEAD:rules/toy/toy-2020/law.yaml")
    (repository / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    result = run("HEAD", ".")
    assert 2 == result.exit_code
    assert "内容不在本地仓库里" in result.stderr


def test_outside_a_repository_the_message_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "当前目录不在可以读的 git 仓库里" in run("HEAD").stderr
    assert "也可以写放着规则库的目录" in run("HEAD").stderr
