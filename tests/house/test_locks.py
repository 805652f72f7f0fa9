"""What the locks bring, beside what they are asked for."""

from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[2] / "requirements"


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_no_program_started_here_builds_the_grammar_of_addresses(name):
    # Where jsonschema finds it, it builds it when imported: two seconds of every program that tests start.
    assert "\nrfc3987-syntax==" not in (REQUIREMENTS / f"{name}.lock").read_text("utf-8")


def test_what_lists_the_parts_of_a_version_is_locked():
    assert "\ncyclonedx-bom==" in (REQUIREMENTS / "release.lock").read_text("utf-8")
