"""A database that gives no answer: told in words, apart from what is wrong with a question."""

from __future__ import annotations

from typing import Final

from policy_engine.foundation.diagnostics import DiagnosticsError

# What drivers say, and what it means to whoever keeps the machine.
_MEANS: Final = (
    ("database is locked", "数据库正被别的程序占着，等它做完再试"),
    ("lock timeout", "数据库正被别的程序占着，等它做完再试"),
    ("disk is full", "磁盘满了，腾出空间再试"),
    ("disk i/o error", "磁盘读写不了"),
    ("unable to open", "文件打不开：不在了，或者没有权限"),
    ("not a database", "文件坏了，不是记录库；从备份恢复"),
    ("malformed", "文件坏了；从备份恢复"),
    ("readonly", "没有写的权限"),
    ("connection refused", "数据库没有在运行"),
    ("starting up", "数据库正在启动"),
    ("shutting down", "数据库正在停"),
    ("terminating connection", "数据库停了"),
    ("closed the connection", "数据库停了"),
    ("connection failed", "连不上数据库"),
    ("could not", "连不上数据库"),
    ("password authentication", "数据库不认这个用户或者密码"),
)


class LostError(DiagnosticsError):
    """Raised where the database gives no answer: nothing was wrong with what was asked."""


def meaning(told: str) -> str:
    """Say what a driver's message means, with the message; those that are not known stand for themselves."""
    means = next((words for said, words in _MEANS if said in told.lower()), "")
    return f"{means}（{told}）" if means else told
