"""The tables of the records and of the accounts beside them, and how a record is laid out in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Column, Integer, LargeBinary, MetaData, String, Table, Text

# The revision of the tables that this program reads and writes; `migrations/versions` leads there.
REVISION: Final = "0002"
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
# Who may use the desk over the net; moments are seconds since 1970, in UTC.
ACCOUNTS: Final = Table(
    "accounts",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("person", Text, nullable=False),
    Column("role", String(8), nullable=False),
    Column("password", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    # Somebody else chose the password.
    Column("must_change", Boolean, nullable=False),
    Column("made", BigInteger, nullable=False),
)
# Secrets that were handed out, by their digest alone: of sessions, of programs, of browsers that were let in before.
KEYS: Final = Table(
    "keys",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("account", String(32), nullable=False, index=True),
    Column("made", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False, index=True),
)
# Attempts to sign in that failed, or that nobody knows the end of yet. Names are kept as digests: some type passwords there.
ATTEMPTS: Final = Table(
    "attempts",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("account", String(64), nullable=False),
    Column("place", String(80), nullable=False),
    Column("is_known", Boolean, nullable=False),
)
TRAIL: Final = Table(
    "trail",
    METADATA,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", String(20), nullable=False),
    Column("account", String(32), nullable=False),
    Column("person", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("event", String(16), nullable=False),
    Column("about", Text, nullable=False),
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
