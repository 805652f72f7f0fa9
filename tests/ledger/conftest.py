"""Let commands load the shipped rule base once."""

import pytest


@pytest.fixture(autouse=True)
def commands_load_once(spared) -> None:
    pass
