"""Write what is made of the language and the vocabulary: `schemas/`, and the tables in `rules/README.md`.

python scripts/write_language.py
"""

from policy_engine.language.guide import fill_guide
from policy_engine.usecases import shipped_rules
from policy_engine.usecases.making import write_schemas


def main() -> None:
    """Write each file anew."""
    files = shipped_rules()
    write_schemas(files)
    guide = files.rules / "README.md"
    guide.write_text(fill_guide(guide.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
