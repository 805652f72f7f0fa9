"""Who may do what: each cell, written out a second time as people would read it."""

import pytest

from policy_engine.accounts.roles import MAY, Act, Role, may

# A row an act, a column a role: 经办 审核 审计 管理员.
TABLE = """
看规则库                 是 是 是 是
审查事项、答问题、下载意见书 是 是 否 否
看别人没有办完的事         否 是 否 否
登记意见                 否 是 否 否
看记录、核对、重审         是 是 是 否
导出全部记录              否 是 是 否
看操作日志               否 否 是 否
看账户                  否 否 是 是
新建、停用、恢复账户，改角色，重设密码 否 否 否 是
看运行情况               否 否 否 是
改自己的密码、退出         是 是 是 是
"""
CELLS = [
    (act, role, word == "是")
    for act, *words in map(str.split, TABLE.strip().splitlines())
    for role, word in zip(("经办", "审核", "审计", "管理员"), words, strict=True)
]


@pytest.mark.parametrize(("act", "role", "expected"), CELLS, ids=str)
def test_a_role_may_do_what_the_table_says(act, role, expected) -> None:
    assert expected is may(Role(role), Act(act))


def test_the_table_has_every_act() -> None:
    assert set(MAY) == set(Act) == {Act(act) for act, _, _ in CELLS}
