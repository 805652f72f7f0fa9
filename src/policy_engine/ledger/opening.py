"""Open a table by what its file is, not by its name alone."""

from __future__ import annotations

from pathlib import Path

from policy_engine.ledger.columns import open_columns
from policy_engine.ledger.delimited import Knows, open_text
from policy_engine.ledger.lines import Table, refuse
from policy_engine.ledger.objects import open_objects
from policy_engine.ledger.sheets import open_sheet
from policy_engine.ledger.stored import StoredTable, open_stored
from policy_engine.loading.files import refused_path
from policy_engine.loading.office import office_file

_START = 4096
_SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
# The second is one whose foot is encrypted.
_PARQUET = (b"PAR1", b"PARE")


def open_table(
    path: Path | StoredTable, *, knows: Knows, encoding: str | None = None, sheet: str | None = None
) -> Table:
    """Open a table: a file, or one of a database. Raises `DiagnosticsError` where it can't be read as one."""
    if isinstance(path, StoredTable):
        return open_stored(path)
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise refused_path(str(path), error) from None
    if not start.strip():
        refuse(str(path), "文件是空的", "第一行写表头，一行写一件", "PE008")
    if start.startswith(_SHEETS) and path.suffix.lower() not in (".docx", ".pptx", ".ods", ".doc", ".zip"):
        return open_sheet(path, sheet)
    if start.startswith(_PARQUET):
        return open_columns(path)
    if (office := office_file(start, str(path))) is not None:
        refuse(str(path), f"{office[0]}，不是清单", "清单用 .xlsx、CSV 或者 JSON lines")
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return open_objects(path)
    return open_text(path, encoding, knows)
