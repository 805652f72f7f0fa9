"""What tests of this folder share."""

from collections.abc import Iterator

import pytest

from effort import IS_FULL


# A test outside of any class is a class of its own.
@pytest.fixture(scope="class")
def unasked() -> Iterator[None]:
    """Let nothing be asked where only what is decided is looked at: what to ask is most of the work."""
    with pytest.MonkeyPatch.context() as patch:
        if not IS_FULL:
            patch.setattr("policy_engine.evaluation.decide.questions", lambda *_: ())
        yield
