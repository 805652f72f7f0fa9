"""Write what is made of the language: `schemas/rule-file.schema.json`, and the tables in `rules/README.md`.

python scripts/write_language.py
"""

from pathlib import Path

from policy_engine.language.guide import fill_guide
from policy_engine.language.schema import FILE, rule_file_schema
from policy_engine.usecases import load_rule_set, read_sources, shipped_rules


def main() -> None:
    """Write each file anew."""
    files = shipped_rules()
    rule_set = load_rule_set(read_sources(files))
    schema = rule_file_schema(rule_set.vocabulary, rule_set.objects, rule_set.authority.forces)
    _write(files.schemas / FILE, schema)
    guide = files.rules / "README.md"
    _write(guide, fill_guide(guide.read_text("utf-8")))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
