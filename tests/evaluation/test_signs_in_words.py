"""Words point to a sign of a conclusion only where they alone would make it and nobody has told otherwise."""

import pytest

from policy_engine.evaluation.heeding import signs_in_words
from policy_engine.evaluation.truth import nothing_derived
from policy_engine.model.cases import Fact, Origin
from policy_engine.model.lexicon import Certainty, Indication
from policy_engine.model.values import UNKNOWN
from properties import toy

FIELDS = toy.VOCABULARY.subjects[toy.PURCHASE].fields
# Its signs: three people or more; works.
HIRING = FIELDS["变相用工"]


def pointing(field: str, value: object) -> Indication:
    return Indication(
        field=field,
        value=value,
        words="某词",
        text="事项名称",
        start=0,
        end=2,
        certainty=Certainty.STATED,
        because="某",
        term="a.a",
    )


PEOPLE, FEW, WORKS, NO_WORKS = (
    pointing("人数", 3),
    pointing("人数", 2),
    pointing("含工程", True),
    pointing("含工程", False),
)


@pytest.mark.parametrize(
    ("words", "told", "found"),
    [
        ([PEOPLE, WORKS], {}, [PEOPLE, WORKS]),
        ([PEOPLE, FEW, NO_WORKS], {}, [PEOPLE]),
        # What was told is no longer a matter of words.
        ([PEOPLE, WORKS], {"人数": 1}, [WORKS]),
        ([PEOPLE, WORKS], {"人数": 5, "含工程": True}, []),
        # A sign that is there already is none of other words.
        ([pointing("金额", 100), WORKS], {"人数": 5}, [WORKS]),
        ([pointing("已列目录", True)], {"含工程": True}, []),
        # Words of the conclusion itself are no sign of it.
        ([pointing("变相用工", True), PEOPLE], {}, [PEOPLE]),
        ([], {"人数": 5}, []),
    ],
)
def test_words_are_signs_by_what_they_would_make_true(words, told, found) -> None:
    facts = {
        n: Fact(field=n, value=told.get(n, UNKNOWN), origin=Origin.STATED, span=toy.SPAN) for n in FIELDS
    }
    assert found == list(signs_in_words(HIRING, words, facts, nothing_derived(FIELDS)))
