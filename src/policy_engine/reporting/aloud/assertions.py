"""The two answers to a yes-or-no question as sentences: 是否含有建设工程？ becomes 含有建设工程 and 不含有建设工程."""

from __future__ import annotations

import re
from collections.abc import Mapping

from policy_engine.model.vocabulary import Field, Role
from policy_engine.reporting.words import field_words

# The words that make a sentence a question, and what stands in their place where the answer is yes.
_ASKING: Mapping[str, str] = {
    "是否": "",
    "有没有": "有",
    "是不是": "是",
    "能不能": "能",
    "能否": "能",
}
_NEVER: Mapping[str, str] = {"有没有": "没有", "是不是": "不是", "能不能": "不能", "能否": "不能"}
_ASKED = re.compile("|".join(_ASKING))
# A sentence that asks for more than yes or no.
_ASKS_MORE = re.compile("[谁哪几怎吗？]|(?<!任)何|什么|多少|还是")
# After these a verb follows, unless a thing is named at the end: 有没有把服务分包出去 is answered by 把服务分包出去.
_DOING = re.compile("[被由以为因按对经]|[把将](?!.*的[^，的]{1,6}$)")
_ALREADY = re.compile("^已经?")
_DONE = re.compile("^(.{1,2})(了|过)")
# How a sentence is denied by what follows the question word. What is not here is denied with 并非, which is always right.
_DENIED: tuple[tuple[str, str], ...] = (
    ("已经", "尚未"),
    ("已", "未"),
    *((f"没有{word}", f"已{word}") for word in ("建立", "配备")),
    ("不能", "能"),
    ("不适用", "适用"),
    ("有", "没有"),
    ("为", "不是"),
    ("仍", "不再"),
    ("经", "未经"),
    ("只", "不只"),
    *(
        (word, f"没有{word}")
        for word in ("建立", "签订", "开展", "写明", "取得", "列出", "邀请", "协同", "达到", "夹带", "混入")
    ),
    *(
        (word, f"不{word}")
        for word in (
            "属于",
            "含有",
            "符合",
            "适合",
            "适宜",
            "涉及",
            "存在",
            "具备",
            "具有",
            "长于",
            "由",
            "以",
        )
    ),
)


def yes(field: Field) -> str:
    """Say that a yes-or-no field is true, in a sentence."""
    parts = _parts(field)
    if parts is None:
        return f"认定为{_quoted(field)}" if field.role is Role.DERIVED else f"{_quoted(field)}属实"
    head, asking, tail = parts
    is_said_already = _DOING.match(tail) if asking == "有没有" else tail.startswith("只")
    return head + ("" if is_said_already else _ASKING[asking]) + tail


def wanted(field: Field) -> str:
    """Say that a yes-or-no field is to be true: what is done, not what has been done."""
    parts = _parts(field)
    if parts is None or parts[1] != "是否":
        return yes(field)
    head, _, tail = parts
    if done := _DONE.match(tail):
        return head + done[1] + tail[done.end() :]
    return head + _ALREADY.sub("", tail)


def no(field: Field) -> str:
    """Say that a yes-or-no field is false, in a sentence."""
    parts = _parts(field)
    if parts is None:
        return f"不认定为{_quoted(field)}" if field.role is Role.DERIVED else f"{_quoted(field)}不属实"
    head, asking, tail = parts
    # Of a sentence of several parts nobody knows which of them a 不 would deny.
    if "，" in head + tail:
        return f"并非“{yes(field)}”"
    if asking in _NEVER:
        return head + _NEVER[asking] + tail
    if done := _DONE.match(tail):
        return f"{head}没有{done[1]}{'过' if done[2] == '过' else ''}{tail[done.end() :]}"
    for word, denied in _DENIED:
        if tail.startswith(word):
            return head + denied + tail.removeprefix(word)
    return f"{head}并非{tail}"


def _parts(field: Field) -> tuple[str, str, str] | None:
    """Split a question at its question word; `None` where it has none, or asks for more than yes or no."""
    sentence = field.question.removesuffix("？")
    found = list(_ASKED.finditer(sentence))
    if len(found) != 1 or _ASKS_MORE.search(_ASKED.sub("", sentence)):
        return None
    return sentence[: found[0].start()], found[0][0], sentence[found[0].end() :]


def _quoted(field: Field) -> str:
    return f"“{field_words(field)}”"
