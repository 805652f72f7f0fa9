"""The tables of the records, and how a record is laid out in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table, Text

# The revision of the tables that this program reads and writes; `migrations/versions` leads there.
REVISION: Final = "0001"
METADATA: Final = MetaData()
RECORDS: Final = Table(
    "records",
    METADATA,
    # Given by the chain, never by the database.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("digest", String(64), nullable=False, unique=True),
    Column("content", Text, nullable=False),
    # Copies of what stands in the content, to search by.
    Column("at", String(20), nullable=False),
    Column("by", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("area", String(12), nullable=False),
    Column("base", String(64), nullable=False),
)
ATTACHMENTS: Final = Table(
    "attachments",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("checksum", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
)


def columns_of(content: Mapping[str, Any]) -> dict[str, str]:
    """Give the columns that repeat what stands in the content."""
    return {
        "at": content["at"],
        # A text of PostgreSQL holds no NUL; in the content it is escaped.
        "by": content["by"].replace("\0", "�"),
        "name": str(content["case"].get("name", "")).replace("\0", "�"),
        "label": content["decision"]["label"],
        "as_of": content["as_of"],
        "area": content["jurisdiction"]["code"],
        "base": content["rule_base"]["digest"],
    }
