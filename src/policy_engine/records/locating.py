"""Where records are kept: a file of one machine, or a database on a server."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.text import shown_path
from policy_engine.records.canonical import digest_of

# Names the place; the option `--records` goes before it. An address may hold a password, so that it is better here.
VARIABLE: Final = "POLICY_ENGINE_RECORDS"
_HEAD: Final = ".head"
_SERVER: Final = re.compile(r"postgres(?:ql)?(?:\+\w+)?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where records are: `file` of an embedded database, else `None`; `witness`: the file that notes their end."""

    url: URL
    file: Path | None
    witness: Path

    @property
    def shown(self) -> str:
        """Name it to people, without its password."""
        if self.file is not None:
            return shown_path(str(self.file))
        return self.url.set(drivername="postgresql").render_as_string()


def place_of(written: str | None) -> Place:
    """Find the place of records: as written, by the environment, else the user's own. Raises `DiagnosticsError`."""
    text = written if written is not None else os.environ.get(VARIABLE, "")
    if _SERVER.match(text):
        return _on_a_server(text)
    if "://" in text:
        raise DiagnosticsError([_unknown(text.partition("://")[0])])
    path = Path(text) if text.strip() else data_folder() / "records.sqlite"
    return Place(URL.create("sqlite", database=str(path)), path, path.with_name(path.name + _HEAD))


def data_folder() -> Path:
    """Find the folder of this user for what is to last."""
    root = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (root if root.is_absolute() else Path.home() / ".local" / "share") / "policy-engine"


def _on_a_server(text: str) -> Place:
    try:
        url = make_url(text).set(drivername="postgresql+psycopg")
    except (ArgumentError, ValueError):
        wrong = Diagnostic(
            code="PE541",
            message="数据库的地址写得不对",
            help="写成 postgresql://用户@主机:5432/库名；密码放在 ~/.pgpass 或者环境变量 PGPASSWORD 里",
        )
        raise DiagnosticsError([wrong]) from None
    # Under whatever password or options, it is one database.
    which = f"{url.host or ''}:{url.port or ''}/{url.database or ''}?{url.query.get('host', '')}"
    witness = data_folder() / "witnesses" / (digest_of(which.encode())[:32] + _HEAD)
    return Place(url, None, witness)


def _unknown(scheme: str) -> Diagnostic:
    return Diagnostic(
        code="PE541",
        message=f"记录不能存在 {scheme} 里",
        help="写一个文件的路径，或者 postgresql:// 开头的地址",
    )
