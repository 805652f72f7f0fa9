"""What words raise is asked at once, whatever else the words say: a doubt that could forbid hides behind no other."""

from pathlib import Path

import pytest
import yaml

from effort import some
from honesty.desk import PLAIN, decide, purchase
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.model.decisions import Verdict

TEXTS = yaml.safe_load(
    (Path(__file__).parents[2] / "benchmarks" / "texts" / "purchases.yaml").read_text("utf-8")
)
SUSPICIOUS = [
    " ".join(filter(None, one["texts"].values()))
    for one in (TEXTS["texts"] if isinstance(TEXTS, dict) else TEXTS)
    if one["suspicious"]
]
MORE = ("", "，服务期三年", "，合同一年一签，最长三年")
SIDES = {
    "劳务派遣": True,
    "变相用工": True,
    "人员招聘": True,
    "融资": True,
    "含工程": True,
    "应当由政府直接履职": True,
    "交由承接主体行使的职权": ["行政处罚"],
}


def asked(text: str) -> set[str]:
    """What is asked of somebody who gave the text and nothing else."""
    (one,) = decide("采购事项", {"购买内容": text}, declaration=None, name="").subjects
    return {question.field.name for question in one.missing}


def forbids(text: str, field: str) -> bool:
    """Whether the words leave the field open where all else is plain, and answering yes forbids the purchase."""
    (plain,) = purchase({"购买内容": text}).subjects
    if field not in {question.field.name for question in plain.missing}:
        return False
    told = purchase({"购买内容": text, field: {"value": SIDES[field], "source": "王某"}})
    return told.verdict is Verdict.PROHIBITED


@pytest.mark.every(8)
@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("text", some(SUSPICIOUS[:80:4], 4))
def test_what_words_raise_and_could_forbid_is_asked_before_anything_else_is_told(
    text: str, more: str
) -> None:
    try:
        first = asked(text + more)
        raised = {field for field in SIDES if forbids(text + more, field)}
    except DiagnosticsError:
        pytest.skip("the words alone can't be true together")
    assert raised <= first


@pytest.mark.parametrize("more", MORE)
def test_a_dispatch_is_asked_about_first_whatever_term_stands_beside_it(more: str) -> None:
    (one,) = decide(
        "采购事项", {"购买内容": f"招聘20名劳务派遣人员在政务大厅窗口工作{more}"}, declaration=None, name=""
    ).subjects
    assert one.missing[0].field.name == "劳务派遣"


def test_there_are_texts_of_which_something_is_raised() -> None:
    assert any(forbids(text, "含工程") for text in SUSPICIOUS[:60])
    assert PLAIN["采购标的"] == "服务"
