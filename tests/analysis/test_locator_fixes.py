"""A place in a document that is written in another way than documents number themselves is mended by one edit."""

import pytest

from cli.rich_base import write_rich_base
from policy_engine.foundation.fixes import with_edits
from policy_engine.usecases.editing import Workshop, diagnostics_of
from policy_engine.usecases.sources import RuleFiles

LAW = "rules/toy/toy-2020/law.yaml"


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (
            "    cite: 第二条\n    subject: 采购事项\n    derive",
            "    cite: 第2条\n    subject: 采购事项\n    derive",
        ),
        ("cite: 第一条第二款,", "cite: 第1条第2款,"),
        ("cite: 第一条第二款,", "cite: '第 1 条第二款',"),
    ],
)
def test_the_edit_gives_back_the_right_spelling(tmp_path, right, wrong) -> None:
    write_rich_base(tmp_path)
    shop = Workshop(RuleFiles(tmp_path / "rules", tmp_path / "schemas"))
    sound = (tmp_path / LAW).read_text("utf-8")
    assert right in sound
    text = sound.replace(right, wrong, 1)
    found = [d for d in diagnostics_of(shop.bench({tmp_path / LAW: text}), 738000)[LAW] if d.code == "PE611"]
    (fix,) = found[0].fixes
    assert fix.is_sure
    assert sound.replace("'", "") == with_edits(text, fix.edits).replace("'", "")
