"""Whoever does what docs/encoding.md says, in an empty folder, ends with a document that decides."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
ROOT = DOCS.parent
BY_HAND = DOCS / "encoding"

pytestmark = pytest.mark.broad

_STEP = re.compile(r"```(sh|diff)\n(.*?)```|<!-- (.+?) -->", re.DOTALL)
_HUZHOU = [f"第（{n}）项" for n in "一二三四五六七"]


def steps() -> Iterator[tuple[str, str]]:
    """Go through what the guide has its reader do: commands, changed lines, edits by hand."""
    for fence, body, edit in _STEP.findall((DOCS / "encoding.md").read_text("utf-8")):
        if fence == "sh":
            yield from (("run", line) for line in body.splitlines() if line.strip())
        else:
            yield (fence or "edit", body or edit)


def edited(folder: Path, edit: str, lines: str) -> None:
    """Make an edit as the guide words it. `lines`: the change that it showed last."""
    words, _, source = edit.partition(": ")
    target = folder / words.split(" ")[-1]
    if words.startswith("whole "):
        shutil.copy(BY_HAND / target.relative_to(folder), target)
        return
    text = target.read_text("utf-8")
    if words.startswith("edit "):
        old, new = (line[1:] for line in lines.splitlines())
        assert 1 == text.count(old)
        target.write_text(text.replace(old, new), "utf-8")
        return
    kept = text[: text.rindex("\n  - ") + 1] if words.startswith("last entry of ") else text
    target.write_text(kept + (BY_HAND / source).read_text("utf-8"), "utf-8")


def told(folder: Path, command: str) -> str:
    """Run a line of the guide in a shell, as its reader does."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> dict[str, str]:
    """What each command of the guide printed, done in order in a folder of its own."""
    folder: Path = tmp_path_factory.mktemp("newcomer")
    for part in ("rules", "vocabulary", "schemas"):
        shutil.copytree(ROOT / part, folder / part)
    told(
        folder, "git init -q && git add -A && git -c user.name=n -c user.email=n@example.org commit -qm 开始"
    )
    printed: dict[str, str] = {}
    lines = ""
    for kind, what in steps():
        if kind == "run":
            printed[what.split("  ")[0]] = told(folder, what)
        elif kind == "diff":
            lines = what
        else:
            edited(folder, what, lines)
    return printed


def test_every_command_of_the_guide_does_what_it_says(outputs):
    assert 20 <= len(outputs)


def test_nothing_is_left_to_fill_in_or_complained_of(outputs):
    assert "没有发现问题" in outputs["policy-engine validate rules --strict"]
    assert "没有发现问题" in outputs["policy-engine analyse rules/local --subject 服务形式"]


def test_the_new_document_changes_what_it_should(outputs):
    (changes,) = (out for command, out in outputs.items() if command.startswith("policy-engine diff"))
    assert "[新增] example-2027-1.art-4" in changes
    assert "[改动]" not in changes


def test_a_second_city_finds_its_own_categories_and_denies_none_of_the_first(outputs):
    page = outputs["policy-engine check enterprise.yaml"]
    assert "是重点对象：粉尘涉爆单位。" in page
    assert "重点对象类别高危生产单位：否" in page
    assert f"重点对象类别{'、'.join(_HUZHOU)}：未涉及" in page
    (found,) = json.loads(outputs["policy-engine check enterprise.yaml --format json"])["results"]
    results = {one["category"]: (one["result"], one["number"]) for one in found["findings"]}
    assert ("是", "示例〔2027〕1号") == results["粉尘涉爆单位"]
    assert {("未涉及", None)} == {results[category] for category in _HUZHOU}


def test_the_first_city_knows_nothing_of_the_second(outputs):
    (page,) = (out for command, out in outputs.items() if "湖州市" in command)
    assert "重点对象类别粉尘涉爆单位、高危生产单位：未涉及" in page
    assert "示例〔2027〕1号" not in page
