"""`policy-engine mcp`: the door for assistants that are language models. They ask, the engine decides and shows grounds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, InputRequiredResult, TextContent
from pydantic import Field, ValidationError

from policy_engine.cli.rule_base import rule_base, ruled
from policy_engine.compilation import CompiledRuleSet
from policy_engine.foundation.suggestions import did_you_mean
from policy_engine.foundation.text import both_ends
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
_LONGEST: Final = 60
# What a value is to be, by the kinds that the library tells.
_SHAPES: Final = {"string_type": "一段文字", "dict_type": "一个对象（键和值）"}
Subject = Annotated[str, Field(description="主题：采购事项、企业、服务合同、派员、隐患等")]


def serve(rules: Path | None, schemas: Path | None) -> None:
    """Answer over standard input and output until the other side ends."""
    make_server(ruled(rule_base(rules, schemas), reads_examples=False)).run("stdio")


class _Server(MCPServer):
    """Says in Chinese what is wrong with a call, which the library would say in English, or pass over."""

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[Any, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """Call a tool; what is wrong with the call is an error with its code, place and mending."""
        known = {tool.name: tool.input_schema.get("properties", {}) for tool in await self.list_tools()}
        if name not in known:
            return _misused(f"没有工具 `{_short(name)}`", did_you_mean(name, known))
        unknown = [one for one in arguments if one not in known[name]]
        if unknown:
            # Passed over, it would be an answer to another question.
            wrong = f"工具 `{name}` 没有参数 `{_short(unknown[0])}`"
            return _misused(wrong, did_you_mean(unknown[0], known[name]))
        try:
            return await super().call_tool(name, arguments, context)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                return _error(*_mistaken(name, cause, known[name]))
            kind = type(cause).__name__ if cause is not None else ""
            return _error(f"[PE904] 内部错误（{kind}），没有作出结论")


def _mistaken(tool: str, wrong: ValidationError, known: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Say of each argument that is missing or of another shape what it should be."""
    found: dict[str, str] = {}
    for one in wrong.errors():
        argument, *inner = map(str, one["loc"])
        # Of a value that may be of several kinds each is told: the first that is its own.
        shape = "没有写" if one["type"] == "missing" else f"应为{_SHAPES.get(one['type'], '别的形式')}"
        where = f"的 {_short('.'.join(inner))} " if inner else ""
        if one["type"] != "none_required":
            found.setdefault(argument, f"{where}{shape}")
    for argument, what in found.items():
        about = known.get(argument, {}).get("description", "")
        yield _line(f"工具 `{tool}` 的参数 `{argument}` {what}", about)


def _short(text: str) -> str:
    return both_ends(text, _LONGEST)


def _line(message: str, help_text: str) -> str:
    return f"[PE903] {message}" + (f"；修改：{help_text}" if help_text else "")


def _misused(message: str, help_text: str) -> CallToolResult:
    return _error(_line(message, help_text))


def _error(*lines: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=line) for line in lines], is_error=True)


def make_server(compiled: CompiledRuleSet) -> MCPServer:
    """Make the server of a rule base. Nothing but the four tools is opened."""
    # Its own log goes to standard error, and only what went wrong.
    server = _Server(
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
