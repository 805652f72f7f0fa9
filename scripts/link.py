"""Have an environment find src/ under every locale: `python3 scripts/link.py .venv`.

An editable install writes the checkout's path as text, which Python before 3.13 reads in the locale's encoding:
in a folder with a Chinese name the environment would not even start under LC_ALL=C, so another Python runs this.
Written as bytes, any locale can read it.
"""

import os
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"


def main(environment: str) -> None:
    """Replace the path in the editable install's .pth."""
    for link in Path(environment).glob("lib/python*/site-packages/*policy_engine.pth"):
        line = f"import os, sys; sys.path.append(os.fsdecode({os.fsencode(SOURCE)!r}))\n"
        link.write_text(line, encoding="ascii")


if __name__ == "__main__":
    main(sys.argv[1])
