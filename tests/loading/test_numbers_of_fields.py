"""A number of a field that is none is told where it stands, however the schema was made."""

import pytest

from loading.toy import TEXTS, sources_with
from policy_engine.foundation.diagnostics import DiagnosticsError
from policy_engine.usecases import load_rule_set

NAME = "purchase.schema.json"
LINES = TEXTS[NAME].splitlines(keepends=True)
AT = next(number for number, line in enumerate(LINES) if line.lstrip().startswith('"合同期限_月": {'))
FIELD = '    "合同期限_月": {"title": "期限", "type": "number",\n      @},\n'


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ('"minimum": "多"', "PE103"),
        ('"maximum": "多"', "PE103"),
        ('"maximum": [1]', "PE009"),
        ('"x-scale": "二"', "PE103"),
        ('"x-scale": "²"', "PE103"),
        ('"x-scale": -2', "PE103"),
        ('"x-phase": "合约"', "PE013"),
        ('"x-happens": "合约"', "PE013"),
    ],
)
def test_what_is_no_number_or_phase_is_told_at_its_line_once(written, code):
    text = "".join((*LINES[:AT], FIELD.replace("@", written), *LINES[AT + 1 :]))
    with pytest.raises(DiagnosticsError) as caught:
        load_rule_set(sources_with({NAME: text}))
    assert [(code, NAME, AT + 1)] == [(d.code, d.span.path, d.span.line) for d in caught.value.diagnostics]
