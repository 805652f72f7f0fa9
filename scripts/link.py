"""Have the environment that runs this find src/ under every locale: `.venv/bin/python scripts/link.py`.

An editable install writes the checkout's path as text, which Python before 3.13 reads in the locale's encoding:
in a folder with a Chinese name it would not even start under LC_ALL=C. Written as bytes, any locale can read it.
"""

import os
import sysconfig
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src"


def main() -> None:
    """Replace the path in the editable install's .pth."""
    for link in Path(sysconfig.get_path("purelib")).glob("*policy_engine.pth"):
        line = f"import os, sys; sys.path.append(os.fsdecode({os.fsencode(SOURCE)!r}))\n"
        link.write_text(line, encoding="ascii")


if __name__ == "__main__":
    main()
