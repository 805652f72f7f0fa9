"""Open a table by what its file is, not by its name alone."""

from __future__ import annotations

import re
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
_ARRAY = re.compile(rb"\s*\[\s*[\[{\]]")
_SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
# The second is one whose foot is encrypted.
_PARQUET = (b"PAR1", b"PARE")


def open_table(
    path: Path | StoredTable, *, knows: Knows, encoding: str | None = None, sheet: str | None = None
) -> Table:
    """Open a table: a file, or one of a database. Raises `DiagnosticsError` where it can't be read as one."""
    if isinstance(path, StoredTable):
        if sheet is not None or encoding is not None:
            refuse(str(path), "数据库的一张表不写 --sheet、--encoding", "去掉 --sheet、--encoding")
        return open_stored(path)
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except OSError as error:
        raise refused_path(str(path), error) from None
    if not start.strip():
        refuse(str(path), "文件是空的", "第一行写表头，一行写一件", "PE008")
    if start.startswith(_SHEETS) and path.suffix.lower() not in (".docx", ".pptx", ".ods", ".doc", ".zip"):
        if encoding is not None:
            refuse(str(path), "Excel 工作簿不写 --encoding", "去掉 --encoding")
        return open_sheet(path, sheet)
    if sheet is not None:
        refuse(str(path), f"不是 Excel 工作簿，没有工作表“{sheet}”", "去掉 --sheet，或者换成 .xlsx 文件")
    if start.startswith(_PARQUET):
        return open_columns(path)
    if (office := office_file(start, str(path))) is not None:
        refuse(str(path), f"{office[0]}，不是清单", "清单用 .xlsx、CSV 或者 JSON lines")
    if start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return open_objects(path)
    if _ARRAY.match(start.removeprefix(b"\xef\xbb\xbf")):
        hint = '一行写一个对象，例如 {"事项名称": "机关物业"}，外面不加方括号，行尾不加逗号'
        refuse(str(path), "文件是一个 JSON 数组，不是 JSON lines", hint)
    return open_text(path, encoding, knows)
