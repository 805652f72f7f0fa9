"""Who may do what: one table, and nothing else that says so."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class Role(Enum):
    """What somebody is at the desk; the value is what people read and what is stored."""

    PREPARER = "经办"
    REVIEWER = "审核"
    AUDITOR = "审计"
    ADMIN = "管理员"


class Act(Enum):
    """What can be done; the value is what people read."""

    READ_LAW = "看规则库"
    PREPARE = "审查事项、答问题、下载意见书"
    SEE_ALL = "看别人没有办完的事"
    ISSUE = "登记意见"
    READ_RECORDS = "看记录、核对、重审"
    EXPORT = "导出全部记录"
    READ_TRAIL = "看操作日志"
    READ_ACCOUNTS = "看账户"
    MANAGE = "新建、停用、恢复账户，改角色，重设密码"
    OPERATE = "看运行情况"
    OWN = "改自己的密码、退出"


_PREPARER, _REVIEWER, _AUDITOR, _ADMIN = Role
# Whoever prepares doesn't issue, whoever manages accounts sees no case, whoever audits changes nothing.
MAY: Final[Mapping[Act, frozenset[Role]]] = MappingProxyType(
    {
        Act.READ_LAW: frozenset(Role),
        Act.PREPARE: frozenset({_PREPARER, _REVIEWER}),
        Act.SEE_ALL: frozenset({_REVIEWER}),
        Act.ISSUE: frozenset({_REVIEWER}),
        Act.READ_RECORDS: frozenset({_PREPARER, _REVIEWER, _AUDITOR}),
        Act.EXPORT: frozenset({_REVIEWER, _AUDITOR}),
        Act.READ_TRAIL: frozenset({_AUDITOR}),
        Act.READ_ACCOUNTS: frozenset({_AUDITOR, _ADMIN}),
        Act.MANAGE: frozenset({_ADMIN}),
        Act.OPERATE: frozenset({_ADMIN}),
        Act.OWN: frozenset(Role),
    }
)


def may(role: Role, act: Act) -> bool:
    """Say whether a role may do something."""
    return role in MAY[act]
