"""Word documents for tests, made by hand."""

import io
import zipfile

WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
COMPATIBLE = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def paragraph(*texts: str) -> str:
    return "<w:p>" + "".join(f"<w:r><w:t>{text}</w:t></w:r>" for text in texts) + "</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    """Write a table; a cell is the XML that stands in it."""
    return (
        "<w:tbl>"
        + "".join("<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
        + "</w:tbl>"
    )


def body(*blocks: str, root: str = "document", words: str = WORDS) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<w:{root} xmlns:w="{words}" xmlns:mc="{COMPATIBLE}"><w:body>{"".join(blocks)}</w:body></w:{root}>'
    )


def packed(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return held.getvalue()


def docx(*blocks: str, **more: str) -> bytes:
    return packed({"[Content_Types].xml": "<Types/>", "word/document.xml": body(*blocks, **more)})
