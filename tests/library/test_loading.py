"""Which rule base a program gets, and what it is told where there is none."""

import pickle
import shutil
from pathlib import Path

import pytest

from policy_engine import DiagnosticsError, load
from policy_engine.usecases import shipped_rules


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("own")
    files = shipped_rules()
    shutil.copytree(files.rules, root / "rules")
    shutil.copytree(files.schemas, root / "words")
    register = root / "rules" / "registers" / "objects.yaml"
    register.write_text("# 本地\n" + register.read_text("utf-8"), encoding="utf-8")
    return root


def problems(*named: object) -> list[tuple[str, str]]:
    with pytest.raises(DiagnosticsError) as told:
        load(*named)
    assert all(one.help for one in told.value.diagnostics)
    return [(one.code, one.place) for one in told.value.diagnostics]


@pytest.mark.broad
def test_a_named_rule_base_is_taken_by_its_folder_or_the_one_that_holds_it(own: Path) -> None:
    named = [load(own / "rules", own / "words"), load(str(own), str(own / "words")), load(own)]
    assert 1 == len({program.version for program in named})
    assert load().version != named[0].version
    assert str(own / "rules") == named[0].name


@pytest.mark.broad
def test_the_shipped_rule_base_has_a_word(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load().version == load("自带").version
    assert "自带" == load().name


@pytest.mark.parametrize("named", ["", " ", "没有/这里", "a\0b", "长" * 5000, Path("README.md")])
def test_what_is_no_folder_is_told(named) -> None:
    assert problems(named)[0][0] in ("PE731", "PE001")
    assert problems(None, named)[0][0] in ("PE731", "PE001")


def test_a_folder_without_rules_is_told(tmp_path: Path) -> None:
    assert [("PE731", "")] == problems(tmp_path)


def test_a_folder_without_a_vocabulary_is_told(tmp_path: Path, own: Path) -> None:
    assert [("PE731", "")] == problems(own / "rules", tmp_path)


def test_errors_of_a_rule_base_come_all_at_once_with_their_places(tmp_path: Path, own: Path) -> None:
    root = tmp_path / "broken"
    shutil.copytree(own, root)
    register = root / "rules" / "registers" / "objects.yaml"
    register.write_text(register.read_text("utf-8") + "\nobjets: []\nareas: 3\n", encoding="utf-8")
    with pytest.raises(DiagnosticsError) as told:
        load(root / "rules", root / "words")
    assert 2 == len(
        [one for one in told.value.diagnostics if one.place.startswith("rules/registers/objects.yaml:")]
    )
    again = pickle.loads(pickle.dumps(told.value))
    assert (told.value.diagnostics, told.value.unseen) == (again.diagnostics, again.unseen)


@pytest.mark.every(2)
@pytest.mark.parametrize("named", ["没有.yaml", "a\0b", "长" * 5000, "."])
def test_a_file_of_cases_that_cannot_be_read_is_told(named) -> None:
    with pytest.raises(DiagnosticsError) as told:
        load().read(named)
    assert ["PE001"] == [one.code for one in told.value.diagnostics]
