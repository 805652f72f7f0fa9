"""The description of the API for programs: paths and answers, made of the same schemas as files and commands have."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from policy_engine.reporting.told import Json
from policy_engine.usecases.sources import Sources

_COMPONENTS: Final = "#/components/schemas/"
_SUFFIX: Final = ".schema.json"
# Schemas of other files have no place in answers or requests.
_APART: Final = ("rule-file", "values", "cost")
_DAY: Final = "日期，2026-01-15 这样写"
_AREA: Final = "区划代码或者名称；不写按案件里写的，都没有写按全国"


def description(sources: Sources, version: str) -> Json:
    """Describe the API of a rule base of some version, as OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "政府购买服务审核接口",
            "version": version,
            "description": "与命令行同一个核心，同样的 JSON。结论是“不得实施”的也是 200；读不懂的是 422，诊断与命令行相同。"
            "接口不留存案件；登记过的意见只能读。",
        },
        "servers": [{"url": "/api/v1"}],
        "paths": dict(_paths()),
        "components": {
            "schemas": _schemas(sources),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "只在本机打开的不用；有账户的，用 policy-engine accounts token 发放，权限与账户相同",
                }
            },
        },
        "security": [{}, {"token": []}],
    }


def _paths() -> Iterator[tuple[str, Json]]:
    yield (
        "/check",
        _post(
            "check",
            "审查案件",
            "请求体是案件文件：一件，或者几件的列表。填报有误的一件指出错误，其余照常审查；没有一件能审查的是 422。",
            {"oneOf": [_ref("case"), {"type": "array", "items": _ref("case"), "maxItems": 100}]},
            parameters=[
                _query("as_of", _DAY),
                _query("jurisdiction", _AREA),
                _query("engine", "用哪个引擎", ["compiled", "durable", "sqlite", "both"]),
            ],
        ),
    )
    yield (
        "/screen",
        _post("screen", "读一段文字", "提示和要核对的问题；文字不是事实，也不作依据。", _SCREEN),
    )
    yield (
        "/ask",
        _post(
            "ask",
            "问下一个问题",
            "不留存：把上一次返回的 case 连同这一次的回答发来。ask 为 null 的，没有要问的了，用 check 出具结论。",
            _ASK,
        ),
    )
    yield (
        "/rules",
        _get(
            "rules", "列出规则", [_query("document", "只列这份文件的"), _query("subject", "只列这个主题的")]
        ),
    )
    yield "/rules/{rule}", _get("rule", "一条规则", [_in_path("rule", "规则编号")])
    yield "/documents", _get("documents", "列出文件", [])
    yield (
        "/records",
        _get(
            "records",
            "列出登记过的意见，新的在前",
            [
                _query("q", "名称、出具人、事实里都有的词，空格隔开"),
                _query("verdict", "只要这种结论"),
                _query("by", "只要这个人出具的"),
                _query("before", "只要编号比这小的，接着上一次列"),
                _query("limit", "最多几份，1 到 100；不写为 20"),
            ],
        ),
    )
    yield "/records/verify", _get("records_verify", "核对全部记录有没有被改过", [])
    yield "/records/{number}", _get("record", "一份记录", [_in_path("number", "编号")])
    yield "/health", _get("health", "是否可以使用", [])
    yield (
        "/schema/{name}",
        _get(
            "schema",
            "一个格式",
            [_in_path("name", "文件名，例如 case.schema.json")],
            "application/schema+json",
        ),
    )
    yield "/metrics", _get("metrics", "运行情况（Prometheus）", [], "text/plain")
    yield "/openapi.json", _get("openapi", "本说明", [], "application/json")


def _ref(name: str) -> Json:
    return {"$ref": _COMPONENTS + name}


def _text(title: str) -> Json:
    return {"type": "string", "title": title}


_SCREEN: Final[Json] = {
    "type": "object",
    "properties": {
        "text": _text("要读的文字") | {"minLength": 1},
        "name": _text("名称，一起读"),
        "subject": {"enum": ["采购事项", "企业", "服务合同"], "title": "文字说的是什么"},
        "as_of": _text(_DAY),
        "jurisdiction": _text("地区"),
    },
    "required": ["text"],
    "additionalProperties": False,
}
_ASK: Final[Json] = {
    "type": "object",
    "properties": {
        "subject": _text("主题；不写为采购事项"),
        "opening": {
            "type": "object",
            "title": "开始时知道的，都可以不写",
            "properties": {key: {"type": "string"} for key in ("name", "text", "place", "day", "phase")},
            "additionalProperties": False,
        },
        "case": {"type": ["object", "null"], "title": "上一次返回的案件；写了它就不看 opening"},
        "answer": {
            "type": ["object", "null"],
            "title": "这一次的回答：一栏的取值，或者不清楚，或者署名",
            "properties": {
                "field": _text("栏目"),
                "value": {"title": "取值，像案件文件里那样写"},
                "source": _text("由谁认定、凭什么"),
                "unknown": _text("为什么不清楚"),
                "by": _text("声明没有别的情形的人"),
            },
            "additionalProperties": False,
        },
        "aside": {"type": "array", "items": {"type": "string"}, "title": "没有人能答、不再问的栏目"},
        "refuses_to_sign": {"type": "boolean", "title": "先不署名"},
    },
    "additionalProperties": False,
}


def _query(name: str, words: str, choices: list[str] | None = None) -> Json:
    schema: Json = {"type": "string", **({"enum": choices} if choices else {})}
    return {"name": name, "in": "query", "required": False, "description": words, "schema": schema}


def _in_path(name: str, words: str) -> Json:
    return {"name": name, "in": "path", "required": True, "description": words, "schema": {"type": "string"}}


def _get(name: str, title: str, parameters: list[Json], media: str = "") -> Json:
    schema: Json = _ref("output") if not media else {"type": "string"} if media == "text/plain" else {}
    found = _answers(schema, media or "application/json")
    return {"get": {"operationId": name, "summary": title, "parameters": parameters, "responses": found}}


def _post(name: str, title: str, words: str, schema: Json, parameters: list[Json] | None = None) -> Json:
    return {
        "post": {
            "operationId": name,
            "summary": title,
            "description": words,
            "parameters": parameters or [],
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
            "responses": _answers(_ref("output"), "application/json"),
        }
    }


def _answers(schema: Json, media: str) -> Json:
    wrong = {"content": {"application/json": {"schema": _ref("output")}}}
    return {
        "200": {"description": "有结果", "content": {media: {"schema": schema}}},
        "400": {"description": "不是 JSON", **wrong},
        "401": {"description": "没有凭证，或者凭证作废了", **wrong},
        "403": {
            "description": "不是从准许的地方来的，或者账户的角色不能办",
            "content": {"text/plain": {"schema": {"type": "string"}}, **wrong["content"]},
        },
        "404": {"description": "没有", **wrong},
        "413": {"description": "太长", **wrong},
        "422": {"description": "填报有误，见 diagnostics", **wrong},
        "500": {"description": "程序出错，没有作出结论", **wrong},
        "501": {"description": "没有安装这一部分", **wrong},
        "503": {
            "description": "没有错，这时答不了：没有按时办完，记录的数据库或者第二引擎用不了；见 diagnostics，过一会儿再试。"
            "同时的连接太多的，答的是文字",
            "headers": {"Retry-After": {"description": "几秒以后再试", "schema": {"type": "integer"}}},
            "content": {"text/plain": {"schema": {"type": "string"}}, **wrong["content"]},
        },
    }


def _schemas(sources: Sources) -> Json:
    found: Json = {}
    for source in sources.schemas:
        name = source.path.rpartition("/")[2].removesuffix(_SUFFIX)
        if name not in _APART:
            found[name] = _embedded(json.loads(source.text), name)
    return found


def _embedded(node: Any, owner: str) -> Any:  # noqa: ANN401 - any JSON
    """Give a schema as a part of this description: what it refers to is another part of it."""
    if isinstance(node, list):
        return [_embedded(part, owner) for part in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: _pointing(value, owner) if key == "$ref" and isinstance(value, str) else _embedded(value, owner)
        for key, value in node.items()
        # An address of its own would give references within it another beginning.
        if key not in ("$id", "$schema")
    }


def _pointing(ref: str, owner: str) -> str:
    file, _, inner = ref.partition("#")
    return _COMPONENTS + (file.removesuffix(_SUFFIX) if file else owner) + inner
