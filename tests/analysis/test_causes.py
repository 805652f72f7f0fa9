"""Nothing that a file of the rule base holds can be changed without a cause that names it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effort import examples
from policy_engine.analysis.difference.causes import causes
from policy_engine.analysis.difference.keys import SOURCE_KEY
from policy_engine.loading.files import SourceText, read_source
from policy_engine.loading.tree import Mapping, Node, Scalar, Sequence, parse
from policy_engine.usecases import shipped_rules


def shipped() -> dict[str, SourceText]:
    files = shipped_rules()
    found = {}
    for name, folder in (("rules", files.rules), ("schemas", files.schemas)):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".yaml", ".json"):
                shown = f"{name}/{path.relative_to(folder).as_posix()}"
                found[shown] = read_source(path, shown)
    return found


SHIPPED = shipped()


def scalars(node: Node) -> list[Scalar]:
    match node:
        case Scalar():
            return [node]
        case Sequence(items=items):
            return [s for item in items for s in scalars(item)]
        case Mapping(pairs=pairs):
            # Of what a schema was made from only a digest is written: the files themselves are compared.
            return [s for key, value in pairs if key.text != SOURCE_KEY for s in scalars(value)]


def changed(text: str, scalar: Scalar) -> str:
    """Put another word where a scalar of one line stands."""
    lines = text.split("\n")
    line = lines[scalar.span.line]
    lines[scalar.span.line] = line[: scalar.span.column] + '"改"' + line[scalar.span.end_column :]
    return "\n".join(lines)


@settings(max_examples=examples(240), suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sorted(SHIPPED)), st.data())
def test_any_changed_word_of_any_shipped_file_is_a_cause_at_its_place(path, data):
    (root,) = parse(SHIPPED[path].text, path).documents
    flat = [s for s in scalars(root) if s.span.line == s.span.end_line and s.text != "改"]
    scalar = data.draw(st.sampled_from(flat))
    other = SHIPPED | {path: SourceText(path, changed(SHIPPED[path].text, scalar))}
    found = causes(SHIPPED, other)
    assert found
    assert all(cause.place.startswith(f"{path}:") for cause in found)
    lines = {int(cause.place.split(":")[1]) - 1 for cause in found}
    assert min(lines) <= scalar.span.line
    assert any("改" in (cause.new or "") for cause in found)


def test_equal_files_have_no_causes():
    assert () == causes(SHIPPED, dict(SHIPPED))


LAW = """document: a
definitions:
  - {name: 甲, cite: 第一条, subject: 采购, means: {含工程: true}}
precedence:
  - {rules: 第十条, over: 第十四条, basis: text, because: 所列事项不得纳入, cite: 第十条}
scope:
  - {subject: 采购, when: {含工程: false}, cite: 第二条}
rules:
  - id: art-10
    cite: 第十条
    unless: [{basis: text, because: 零星维修, cite: 第三条, when: {含工程: true}}]
"""


@pytest.mark.parametrize(
    ("path", "old", "is_ground"),
    [
        ("rules/x/a/law.yaml", "cite: 第一条", True),
        ("rules/x/a/law.yaml", "cite: 第十条}", True),
        ("rules/x/a/law.yaml", "cite: 第二条", True),
        ("rules/x/a/law.yaml", "cite: 第十条\n", True),
        ("rules/x/a/law.yaml", "cite: 第三条", True),
        ("rules/x/a/law.yaml", "because: 所列", False),
        # What is beside the rules cites for those who write them.
        ("rules/x/a/norms.yaml", "cite: 第十条\n", False),
        ("rules/registers/texts.yaml", "cite: 第二条", False),
    ],
)
def test_whatever_article_an_outcome_rests_on_is_told_as_its_ground(path, old, is_ground):
    new = LAW.replace(old, old.replace("第", "第九十", 1) if "第" in old else "because: 别的")
    (cause,) = causes({path: SourceText(path, LAW)}, {path: SourceText(path, new)})
    assert (False, is_ground) == (cause.decides, cause.cites)
