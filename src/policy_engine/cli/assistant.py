"""`policy-engine mcp`: the door for assistants that are language models. They ask, the engine decides and shows grounds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Final

from mcp.server import MCPServer
from mcp_types import CallToolResult, TextContent
from pydantic import Field

from policy_engine.cli.rule_base import rule_base, ruled
from policy_engine.compilation import CompiledRuleSet
from policy_engine.model.decisions import Verdict
from policy_engine.reporting.page import as_text
from policy_engine.reporting.render import render_decisions
from policy_engine.reporting.rule_page import rule_page
from policy_engine.reporting.told import Json
from policy_engine.usecases.answering import Answer, Fate, Service

_ABOUT: Final = (
    "判断一个事项能不能作为政府购买服务实施，并查企业、合同、派员、隐患等。结论只由规则得出：转述结论时，连同依据的"
    "文号、条款和原文一起写出，没有填报的不要代填；需补充核实的，把问题原样交给用户。"
)
_MOST_RULES: Final = 40
_OPEN: Final = (None, Verdict.UNDETERMINED.name)
Subject = Annotated[str, Field(description="主题：采购事项、企业、服务合同、派员、隐患等")]


def serve(rules: Path | None, schemas: Path | None) -> None:
    """Answer over standard input and output until the other side ends."""
    make_server(ruled(rule_base(rules, schemas), reads_examples=False)).run("stdio")


def make_server(compiled: CompiledRuleSet) -> MCPServer:
    """Make the server of a rule base. Nothing but the four tools is opened."""
    # Its own log goes to standard error, and only what went wrong.
    server = MCPServer(
        "policy-engine", instructions=_ABOUT, version=compiled.rule_set.version, log_level="ERROR"
    )
    service = Service(compiled)
    by_id = {one.id: one for one in compiled.rule_set.rules}

    def check(
        case: Annotated[
            str, Field(description="案件文件的内容，YAML 或 JSON；as_of、jurisdiction 加一个主题的事实")
        ],
    ) -> CallToolResult:
        return _told(service.check(case.encode()), compiled)

    def screen(
        text: Annotated[str, Field(description="购买内容、经营范围或者合同条款的文字")],
        name: Annotated[str, Field(description="名称，一起读")] = "",
        subject: Annotated[str, Field(description="采购事项、企业或者服务合同")] = "采购事项",
        jurisdiction: Annotated[str, Field(description="地区，例如 湖州市")] = "",
    ) -> CallToolResult:
        asked = {"text": text, "name": name, "subject": subject}
        place = {"jurisdiction": jurisdiction} if jurisdiction else {}
        return _told(service.screen(_bytes(asked | place)), compiled)

    def ask(
        subject: Subject = "采购事项",
        opening: Annotated[
            dict[str, str] | None, Field(description="第一次：name、text、place、day、phase，都可以不写")
        ] = None,
        case: Annotated[dict[str, Any] | None, Field(description="以后：上一次返回的 case")] = None,
        answer: Annotated[
            dict[str, Any] | None,
            Field(description="field 和 value（可以加 source），或者 field 和 unknown，或者署名的 by"),
        ] = None,
    ) -> CallToolResult:
        told = {"opening": opening, "case": case, "answer": answer}
        asked = {"subject": subject, **{key: value for key, value in told.items() if value is not None}}
        return _with_opinion(service.ask(_bytes(asked)), service, compiled)

    def rules(
        rule: Annotated[str, Field(description="规则编号：只说这一条")] = "",
        document: Annotated[str, Field(description="文件编号：只列这份文件的")] = "",
        subject: Annotated[str, Field(description="主题：只列这个主题的")] = "",
    ) -> CallToolResult:
        if rule in by_id:
            # As a page: what the rule says, its conditions and exceptions, not only where it stands.
            return CallToolResult(
                content=[TextContent(text=as_text(rule_page(by_id[rule], compiled.rule_set)))]
            )
        if rule:
            return _told(service.rule(rule), compiled)
        return _told(service.rules(document=document or None, subject=subject or None), compiled)

    server.add_tool(check, description="审查一件或者几件案件：结论、依据的条款和原文、认定事实、要补的问题。")
    server.add_tool(screen, description="读一段文字，指出要核对的疑点。读出的不是事实，也不是依据。")
    server.add_tool(
        ask, description="一问一答：问下一个还会影响结论的问题，说明到目前的结论。不留存，case 要传回。"
    )
    server.add_tool(rules, description="列出规则，或者说明一条规则：内容、出处、原文。")
    return server


def _bytes(asked: dict[str, Any]) -> bytes:
    return json.dumps(asked, ensure_ascii=False).encode()


def _told(answer: Answer, compiled: CompiledRuleSet) -> CallToolResult:
    """Write an answer as a model reads it best: opinions as pages, the rest as data, what is wrong first."""
    texts = [*_wrong(answer.envelope)]
    decisions = [decision for decision in answer.decided if decision is not None]
    if decisions:
        texts.append(render_decisions(decisions, compiled))
    elif answer.fate is Fate.ANSWERED:
        texts += _results(answer.envelope)
    # A refusal of the law is an answer; only what could not be answered is an error.
    return CallToolResult(
        content=[TextContent(text=text) for text in texts], is_error=answer.fate is not Fate.ANSWERED
    )


def _with_opinion(answer: Answer, service: Service, compiled: CompiledRuleSet) -> CallToolResult:
    """Where an interview has come to a verdict, add the opinion on its case: no verdict without its grounds."""
    told = _told(answer, compiled)
    found = answer.envelope["results"]
    assert isinstance(found, list)
    if found and found[0]["verdict"] not in _OPEN:
        told.content += _told(service.check(_bytes(found[0]["case"])), compiled).content
    return told


def _wrong(envelope: Json) -> list[str]:
    found = envelope["diagnostics"]
    assert isinstance(found, list)
    return [
        f"[{one['code']}] {one['message']}"
        + (f"（第 {one['place']['line']} 行）" if one["place"] else "")
        + (f"；修改：{one['help']}" if one["help"] else "")
        for one in found
    ]


def _results(envelope: Json) -> list[str]:
    found = envelope["results"]
    assert isinstance(found, list)
    if len(found) <= _MOST_RULES:
        return [json.dumps(one, ensure_ascii=False) for one in found] or ["没有"]
    # A list that would fill a model's memory is told in lines.
    return ["\n".join(f"{one.get('rule', one.get('id'))}  {one['title']}" for one in found)]
