"""The documentation holds together as a site: every link and every anchor leads somewhere."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_link_leads_somewhere() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "scripts" / "site.py"], capture_output=True, text=True, check=False
    )
    assert 0 == made.returncode, made.stdout + made.stderr
    pages = ROOT / "build" / "site"
    assert "第十条" in (pages / "law" / "mof-order-102-2020.html").read_text("utf-8")
    outside = ('src="http', "url(http", "@import")
    assert [] == [
        path.name
        for path in pages.rglob("*")
        if path.suffix in (".html", ".css") and any(word in path.read_text("utf-8") for word in outside)
    ]
