"""The API answers as the commands do: the same data, the same diagnostics; and it keeps nothing."""

import json
import logging
import re
from pathlib import Path

import pytest
import schemathesis
import yaml
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

import as_shipped
from cli.contract import envelope_in
from effort import examples
from policy_engine.cli.app import app as program
from policy_engine.evaluation.agreement import EnginesDisagreeError
from policy_engine.usecases import answering
from policy_engine.usecases.locating import shipped_rule_base
from policy_engine.usecases.sources import read_sources
from policy_engine.web import api
from policy_engine.web.app import make_app

ADDRESS = "http://127.0.0.1:8102"
EXAMPLES = Path(__file__).parents[2] / "examples"
FORBIDDEN = {"as_of": "2026-01-15", "jurisdiction": "湖州市", "采购事项": {"采购标的": "工程"}}
WRONG = {"as_of": "2026-01-15", "jurisdiction": "湖州市", "采购事项": {"含工程": "也许"}}
ANSWERS = {
    "采购标的": "服务",
    "已列入预算": "是",
    "购买主体类型": "国家机关",
    "已列入目录": "是",
    "付费方": "政府",
}

# Of what a schema allows some can't be: facts that exclude one another. And people's ways of writing are read as well.
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = (
    "POST /check",
    "POST /screen",
    "POST /ask",
    "GET /rules",
    "GET /rules/{rule}",
    "GET /documents",
    "GET /health",
    "GET /schema/{name}",
    "GET /metrics",
    "GET /records",
    "GET /records/verify",
    "GET /records/{number}",
)

# The commands that answers are held to.
pytestmark = pytest.mark.usefixtures("spared")


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    sources = read_sources(shipped_rule_base(None).files)
    folder = tmp_path_factory.mktemp("desk")
    return make_app(as_shipped.compiled(), sources, folder / "drafts", str(folder / "记录.sqlite"))


@pytest.fixture(scope="module")
def client(desk):
    with TestClient(desk, base_url=ADDRESS) as found:
        yield found


def sent(client, path: str, body: object, status: int = 200, **query: str) -> dict:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    answer = client.post(api.PREFIX + path, content=text.encode(), params=query)
    assert status == answer.status_code, answer.text
    return envelope_in(answer.text)


def got(client, path: str, status: int = 200, **query: str) -> dict:
    answer = client.get(api.PREFIX + path, params=query)
    assert status == answer.status_code, answer.text
    return envelope_in(answer.text)


def codes(found: dict) -> list[str]:
    return [one["code"] for one in found["diagnostics"]]


@pytest.mark.parametrize("name", ["purchase-property-service", "purchase-wall-repair", "enterprise-mine"])
def test_a_case_is_decided_as_the_command_decides_it(client, name) -> None:
    path = EXAMPLES / f"{name}.yaml"
    asked = CliRunner().invoke(program, ["check", str(path), "--rules", "自带", "--format", "json"])
    told, found = json.loads(asked.stdout), sent(client, "/check", path.read_text("utf-8"))

    def placed(envelope: dict) -> str:
        return json.dumps(envelope["results"], ensure_ascii=False).replace(str(path), "请求")

    assert placed(told) == placed(found)
    assert (told["exit"], told["summary"]) == (found["exit"], found["summary"])


def test_a_refusal_of_the_law_is_an_answer(client) -> None:
    found = sent(client, "/check", FORBIDDEN)
    assert (1, "PROHIBITED") == (found["exit"], found["results"][0]["verdict"])


def test_what_cannot_be_read_is_told_as_the_command_tells_it(client, tmp_path) -> None:
    path = tmp_path / "甲.yaml"
    path.write_text(yaml.safe_dump(WRONG, allow_unicode=True), "utf-8")
    told = json.loads(CliRunner().invoke(program, ["check", str(path), "--format", "json"]).stdout)
    found = sent(client, "/check", path.read_text("utf-8"), status=422)
    assert [one["message"] for one in told["diagnostics"]] == [one["message"] for one in found["diagnostics"]]
    assert codes(told) == codes(found) != []
    assert 2 == found["exit"]


def test_a_bad_case_loses_itself_alone(client) -> None:
    found = sent(client, "/check", [FORBIDDEN, WRONG])
    assert ["decided", "refused"] == [one["status"] for one in found["inputs"]]
    assert {2} == {one["input"] for one in found["diagnostics"]}


@pytest.mark.parametrize(
    ("path", "body", "query", "status", "code"),
    [
        ("/check", "", {}, 422, "PE008"),
        ("/check", "{", {}, 422, "PE002"),
        ("/check", FORBIDDEN, {"engine": "第三个"}, 422, "PE903"),
        ("/check", FORBIDDEN, {"as_of": "昨天"}, 422, "PE903"),
        ("/check", [FORBIDDEN] * 101, {}, 422, "PE903"),
        ("/screen", "文字", {}, 400, "PE903"),
        ("/screen", "[]", {}, 422, "PE903"),
        ("/screen", {}, {}, 422, "PE903"),
        ("/screen", {"text": 1}, {}, 422, "PE903"),
        ("/screen", {"text": "保洁", "subject": "隐患"}, {}, 422, "PE903"),
        ("/screen", {"text": "保洁" * 60_000}, {}, 422, "PE903"),
        ("/screen", '{"text": "甲", "text": "乙"}', {}, 422, "PE903"),
        ("/screen", {"文字": "保洁"}, {}, 422, "PE903"),
        ("/ask", {"subject": "没有"}, {}, 422, "PE903"),
        ("/ask", {"case": {"企业": {}}}, {}, 422, "PE903"),
        ("/ask", {"case": "甲"}, {}, 422, "PE009"),
        ("/ask", {"answer": {"field": "没有", "value": 1}}, {}, 422, "PE903"),
        ("/ask", {"answer": {"field": "含工程", "value": "也许"}}, {}, 422, "PE101"),
        ("/ask", {"answer": {"field": "含工程", "source": "王某"}}, {}, 422, "PE903"),
        ("/ask", {"answer": {"by": " "}}, {}, 422, "PE903"),
        ("/ask", {"aside": "含工程"}, {}, 422, "PE903"),
        ("/ask", {"refuses_to_sign": "是"}, {}, 422, "PE903"),
        ("/ask", {"opening": {"place": "没有这个地方"}}, {}, 422, None),
    ],
)
def test_what_is_no_request_is_told(client, path, body, query, status, code) -> None:
    found = sent(client, path, body, status=status, **query)
    assert 2 == found["exit"]
    assert code in (None, *codes(found))
    assert all(one["help"] for one in found["diagnostics"])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/没有", 404),
        ("/rules/%0A甲", 404),
        ("/check", 405),
        ("/rules/没有", 404),
        ("/schema/..%2Fx", 404),
        ("/rules?document=没有", 422),
    ],
)
def test_what_is_not_there_is_told(client, path, status) -> None:
    answer = client.get(api.PREFIX + path)
    assert status == answer.status_code
    assert ["PE903"] == codes(envelope_in(answer.text))


def test_a_text_is_screened(client) -> None:
    (found,) = sent(client, "/screen", {"text": "保安服务，含劳务派遣人员20名", "name": "保安"})["results"]
    assert "劳务派遣" in {one["field"] for one in found["proposals"]}
    assert not found["is_confirmed"]


def test_an_interview_goes_on_from_what_it_returned(client) -> None:
    given = {
        "opening": {"name": "机关物业", "text": "办公楼保洁、保安、绿化养护", "place": "浙江省湖州市吴兴区"}
    }
    for _ in range(12):
        (turn,) = sent(client, "/ask", given)["results"]
        if turn["ask"] is None:
            break
        name = turn["ask"]["field"]
        answer = {"by": "王某"} if name is None else {"field": name, "value": ANSWERS[name], "source": "方案"}
        given = {"case": turn["case"], "answer": answer}
    assert "PERMITTED" == turn["verdict"]
    found = sent(client, "/check", turn["case"])
    assert "PERMITTED" == found["results"][0]["verdict"]


def test_what_nobody_knows_is_set_aside(client) -> None:
    (first,) = sent(client, "/ask", {})["results"]
    name = first["ask"]["field"]
    given = {"case": first["case"], "answer": {"field": name, "unknown": "无人知道"}, "aside": [name]}
    (then,) = sent(client, "/ask", given)["results"]
    assert {"unknown": "无人知道"} == then["case"]["采购事项"][name]
    assert name != then["ask"]["field"]


def test_rules_and_documents_are_listed_as_the_commands_list_them(client) -> None:
    for arguments, path, query in (
        (["rules", "list", "--subject", "企业"], "/rules", {"subject": "企业"}),
        (["sources", "list"], "/documents", {}),
    ):
        told = json.loads(
            CliRunner().invoke(program, [*arguments, "--rules", "自带", "--format", "json"]).stdout
        )
        assert told["results"] == got(client, path, **query)["results"] != []
    one = got(client, "/rules", subject="企业")["results"][0]
    assert [one] == got(client, f"/rules/{one['rule']}")["results"]


def test_engines_that_differ_give_no_decision(client, monkeypatch) -> None:
    def differ(*_: object) -> None:
        raise EnginesDisagreeError(("甲",))

    monkeypatch.setattr(answering, "check", differ)
    found = sent(client, "/check", FORBIDDEN, status=500)
    assert (4, ["PE901"], []) == (found["exit"], codes(found), found["results"])


def test_what_fails_inside_is_logged_and_not_told(client, monkeypatch, caplog) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("秘密")

    monkeypatch.setattr(answering, "load_rows", fail)
    with caplog.at_level(logging.ERROR):
        answer = client.post(f"{api.PREFIX}/check", content=b"{}")
    assert (500, False, True) == (answer.status_code, "秘密" in answer.text, "秘密" in caplog.text)


def test_too_long_a_request_is_refused(client) -> None:
    assert ["PE903"] == codes(sent(client, "/check", " " * 1_000_001, status=413))


def test_it_counts_what_it_did_and_nothing_of_the_cases(tmp_path) -> None:
    own = make_app(as_shipped.compiled(), read_sources(shipped_rule_base(None).files), tmp_path)
    with TestClient(own, base_url=ADDRESS) as fresh:
        sent(fresh, "/check", FORBIDDEN | {"name": "秘密项目"})
        sent(fresh, "/check", WRONG, status=422)
        told = fresh.get(f"{api.PREFIX}/metrics").text
    assert 'policy_engine_verdicts_total{verdict="不得实施"} 1.0' in told
    assert 'policy_engine_requests_total{endpoint="check",status="422"} 1.0' in told
    assert "秘密" not in told


def test_another_host_is_refused(client) -> None:
    assert 403 == client.get(f"{api.PREFIX}/health", headers={"Host": "evil.example"}).status_code


def test_the_requests_of_the_guide_are_answered(client) -> None:
    page = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")
    requests = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    addresses = ("/check", "/screen", "/ask", "/ask")
    assert len(addresses) == len(requests)
    for address, request in zip(addresses, requests, strict=True):
        assert [] == codes(sent(client, address, request))
    told = {
        path
        for line in page.split("\n")
        if line.startswith("| `")
        for path in re.findall(r"(?:GET|POST) (/[\w/]+\w)", line)
    }
    assert {operation.split()[1].partition("{")[0].rstrip("/") for operation in OPERATIONS} <= told


@pytest.fixture(scope="module")
def described(desk):
    return schemathesis.openapi.from_asgi(f"{api.PREFIX}/openapi.json", desk, headers={"Host": "127.0.0.1"})


def test_every_address_is_described(described) -> None:
    told = {found.ok().label for found in described.get_all_operations()}
    # The description is not asked to describe itself.
    assert set(OPERATIONS) == told - {"GET /openapi.json"}


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_as_it_is_described(described, label) -> None:
    operation = next(one for one in (o.ok() for o in described.get_all_operations()) if label == one.label)

    @given(operation.as_strategy())
    @settings(max_examples=examples(60), derandomize=True, suppress_health_check=list(HealthCheck))
    def answers(case) -> None:
        case.call_and_validate(headers={"Host": "127.0.0.1"}, checks=CHECKS)

    answers()
