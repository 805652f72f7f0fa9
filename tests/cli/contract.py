"""What the formats for machines are held to, for the tests of the output contract."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
from referencing import Registry, Resource

ROOT = Path(__file__).parents[2]
FORMATS = {
    "check": ("text", "markdown", "json"),
    "batch": ("text", "json"),
    "template": ("text", "json"),
    "sql": ("text", "json"),
    "screen": ("text", "markdown", "json"),
    "validate": ("text", "json", "sarif", "junit", "github"),
    "analyse": ("text", "json", "sarif", "junit", "github"),
    "test": ("text", "json", "junit"),
    "diff": ("text", "markdown", "json"),
    "cost": ("text", "markdown", "json"),
    "catalogue": ("text", "json"),
    "rules list": ("text", "json"),
    "rules show": ("text", "json"),
    "rules read": ("text", "markdown", "html", "json"),
    "rules coverage": ("text", "json"),
    "sources list": ("text", "json"),
    "sources verify": ("text", "json"),
    "records list": ("text", "json"),
    "records search": ("text", "json"),
    "records show": ("text", "json"),
    "records verify": ("text", "json"),
    "records replay": ("text", "json"),
    "records export": ("text", "json"),
    "records upgrade": ("text", "json"),
    **{
        f"accounts {name}": ("text", "json")
        for name in ("add", "list", "role", "passwd", "disable", "enable", "token", "trail")
    },
}
# These read records, and a rule base only as a record holds it; tests/cli/test_records.py makes them fail.
OF_RECORDS = tuple(name for name in FORMATS if name.startswith("records "))
# These read no rule base either; tests/cli/test_accounts.py makes them fail.
OF_ACCOUNTS = tuple(name for name in FORMATS if name.startswith("accounts "))
FOR_MACHINES = ("json", "sarif", "junit", "github")


def _validator() -> jsonschema.Draft202012Validator:
    texts = {
        name: json.loads((ROOT / "schemas" / name).read_text("utf-8"))
        for name in ("output.schema.json", "decision.schema.json")
    }
    registry = Registry().with_resources((name, Resource.from_contents(text)) for name, text in texts.items())
    return jsonschema.Draft202012Validator(texts["output.schema.json"], registry=registry)


VALIDATOR = _validator()


def envelope_in(output: str) -> dict:
    """Read a whole output as the published envelope."""
    found = json.loads(output)
    VALIDATOR.validate(found)
    return found


def codes_in(format_: str, output: str) -> set[str]:
    """Read a whole output in its format, and nothing but it; give the codes of the problems it tells."""
    match format_:
        case "json":
            return {one["code"] for one in envelope_in(output)["diagnostics"]}
        case "sarif":
            (run,) = json.loads(output)["runs"]
            (invocation,) = run["invocations"]
            noted = {n["associatedRule"]["id"] for n in invocation.get("toolExecutionNotifications", ())}
            told = {result["ruleId"] for result in run["results"]}
            assert invocation["executionSuccessful"] or told == noted != set()
            return told
        case "junit":
            (suite,) = ET.fromstring(output)
            wrong = [child for case in suite for child in case if child.tag in ("failure", "error")]
            assert len(wrong) == int(suite.get("failures", "")) + int(suite.get("errors", ""))
            return {child.get("type", "") for child in wrong}
        case "github":
            lines = output.splitlines()
            return {line.split("title=")[1][:5] for line in lines if line.startswith("::error ")}
        case _:
            message = f"{format_} is for people"
            raise ValueError(message)
