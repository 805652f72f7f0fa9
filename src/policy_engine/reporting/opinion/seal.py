"""The square code of an opinion: what it says is written beside it, so that nobody has to trust a picture."""

from __future__ import annotations

import io


def square_code(text: str) -> str:
    """Draw a text as a QR code: SVG without sizes, styles or anything that a page would have to allow."""
    import segno  # noqa: PLC0415 - an opinion on paper needs it, a check doesn't

    out = io.BytesIO()
    segno.make(text, error="m", micro=False, encoding="utf-8").save(
        out, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True, border=1, nl=False
    )
    return out.getvalue().decode()
