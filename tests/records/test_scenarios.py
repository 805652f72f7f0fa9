"""What officials are promised of records, in their words."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from pytest_bdd import given, parsers, scenarios, then, when

from cli.contract import ROOT, envelope_in
from policy_engine.cli.app import app
from policy_engine.records.canonical import canonical, digest_of
from policy_engine.records.locating import place_of
from policy_engine.records.store import open_store
from policy_engine.records.tables import columns_of
from records.made import change, content

scenarios(str(Path(__file__).parent / "登记与核对.feature"))
EXAMPLES = ROOT / "examples"
CASES = {
    "物业": "purchase-property-service.yaml",
    "外墙": "purchase-wall-repair.yaml",
    "绿化": "purchase-road-maintenance.yaml",
}
pytestmark = pytest.mark.usefixtures("spared")


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


@pytest.fixture
def told() -> dict:
    return {}


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICY_ENGINE_RECORDS", str(tmp_path / "记录.sqlite"))
    return lambda: open_store(place_of(None))


@given("登记过三份意见：物业、外墙、绿化")
def three(store) -> None:
    for name in ("物业", "外墙", "绿化"):
        assert "已登记" in run("check", EXAMPLES / CASES[name], "--record", "--by", "陆某").stdout


@given(parsers.parse("打印过第{number:d}号"))
def printed(number, store, told) -> None:
    told["paper"] = f"{number}:{store().record(number).digest[:32]}"


@when("核对全部记录")
def checked(told) -> None:
    told["result"] = envelope_in(run("records", "verify", "--format", "json").stdout)["results"][0]


@when("拿打印的意见书核对")
def held(told) -> None:
    found = run("records", "verify", "--against", told["paper"], "--format", "json")
    told["result"] = envelope_in(found.stdout)["results"][0]


@when(parsers.parse("把第{number:d}号的结论改成{label}"))
def relabelled(number, label, store) -> None:
    change(store(), "UPDATE records SET label = ? WHERE number = ?", label, number)


@when(parsers.parse("把第{number:d}号的出具人改成别人，并且重新算摘要"))
def forged(number, store) -> None:
    rewrite(store(), number, content(store(), number) | {"by": "别人"})


@when(parsers.parse("从第{number:d}号起也全部重新算过，另存的末尾也改了"))
def forged_on(number, store) -> None:
    for at in range(number, 4):
        previous = store().record(at - 1).digest
        rewrite(store(), at, content(store(), at) | {"previous": previous})
    end = {"number": 3, "digest": store().record(3).digest}
    store().place.witness.write_text(json.dumps(end), "utf-8")


def rewrite(store, number, data) -> None:
    text = canonical(data)
    values = {"content": text.decode(), "digest": digest_of(text), **columns_of(data)}
    told = ", ".join(f'"{name}" = ?' for name in values)
    change(store, f"UPDATE records SET {told} WHERE number = ?", *values.values(), number)


@when(parsers.parse("删去第{number:d}号"))
def deleted(number, store) -> None:
    change(store(), "DELETE FROM records WHERE number = ?", number)


@when("重审全部记录")
def replayed(told) -> None:
    told["replayed"] = envelope_in(run("records", "replay", "--all", "--format", "json").stdout)["results"]


@when(parsers.parse("按2013年1月1日的规定重审第{number:d}号"))
def replayed_by_another_day(number, told) -> None:
    found = run("records", "replay", number, "--as-of", "2013-01-01", "--format", "json")
    told["replayed"] = envelope_in(found.stdout)["results"]


@then("三份都没有改过")
def whole(told) -> None:
    assert (3, True) == (told["result"]["records"], told["result"]["is_whole"])


@then(parsers.parse("指出第{number:d}号"))
def named(number, told) -> None:
    assert number == told["result"]["broken"]


@then("不能接着登记")
def refused() -> None:
    found = run("check", EXAMPLES / CASES["物业"], "--record", "--by", "陆某")
    assert (4, True) == (found.exit_code, "没有登记" in found.stderr)


@then("结果都与当时相同")
def same(told) -> None:
    assert [True] * 3 == [one["is_same"] for one in told["replayed"]]


@then("结果与当时不同")
def different(told) -> None:
    assert [False] == [one["is_same"] for one in told["replayed"]]
