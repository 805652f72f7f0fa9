"""The commands that only hold others. Apart from those, so that their help pages import none of them."""

from __future__ import annotations

import click

from policy_engine.cli.chinese import Group, Lazy


@click.group(
    cls=Group,
    help="查看规则库里的规则。",
    lazy={
        "list": Lazy("policy_engine.cli.rules:list_rules", "列出规则：编号、类别、标题、出处。"),
        "show": Lazy("policy_engine.cli.rules:show", "用中文说明一条规则：内容、条件、例外、出处、例子。"),
        "read": Lazy(
            "policy_engine.cli.read:read",
            "把一份文件的规则按条文次序写成连贯的中文，供阅读、打印、签字。",
        ),
        "coverage": Lazy(
            "policy_engine.cli.coverage:coverage",
            "按来源文件列出：多少条规范已编码、多少条只作提示、多少条不可检查。",
        ),
    },
)
def rules() -> None:
    """Hold the subcommands."""


@click.group(
    cls=Group,
    help="查看规则所依据的文件，核对来源文本。",
    lazy={
        "list": Lazy(
            "policy_engine.cli.sources:list_sources",
            "列出登记的文件：文号、效力、地域、起止、核对和编写程度。",
        ),
        "verify": Lazy(
            "policy_engine.cli.sources:verify",
            "把规则库与来源文本比对：引文逐字在不在，依据的段落有没有变动。",
        ),
    },
)
def sources() -> None:
    """Hold the subcommands."""


@click.group(
    cls=Group,
    help="在规则库里加一样东西的开头，加上以后规则库仍能加载；待填的地方写成“【待填：……】”。",
    lazy={
        "document": Lazy("policy_engine.cli.adding:add_document", "登记一份文件。"),
        "subject": Lazy("policy_engine.cli.adding:add_subject", "新建一个主题。"),
        "field": Lazy("policy_engine.cli.adding:add_field", "在一个主题里加一个字段。"),
        "rule": Lazy("policy_engine.cli.adding:add_rule", "按一个是非字段写一条规则，带三个例子。"),
        "parameter": Lazy("policy_engine.cli.adding:add_parameter", "登记一个会随文件修改的数。"),
        "term": Lazy("policy_engine.cli.adding:add_term", "加一个词条。"),
    },
)
def add() -> None:
    """Hold the subcommands."""


@click.group(
    cls=Group,
    help="把规则库装成一个能核对的文件，核对取得的包。",
    lazy={
        "build": Lazy("policy_engine.cli.bundles:build", "装成一个文件，列出每个文件的摘要，可以签名。"),
        "verify": Lazy(
            "policy_engine.cli.bundles:verify", "核对一个规则库的包：每个文件与清单相同，能加载，签名对不对。"
        ),
    },
)
def bundle() -> None:
    """Hold the subcommands."""


@click.group(
    cls=Group,
    help="查看登记过的意见，核对有没有被改过，按当时的规则库重审。",
    lazy={
        "list": Lazy("policy_engine.cli.records:list_records", "列出登记过的意见，新的在前。"),
        "show": Lazy(
            "policy_engine.cli.records:show", "说明一份记录：结论、谁在什么时候出具、事实、规则库、摘要。"
        ),
        "verify": Lazy("policy_engine.cli.records:verify", "核对全部记录有没有被改过，指出第一处断开。"),
        "replay": Lazy("policy_engine.cli.records:replay", "把记录里的案件再审一遍，列出与当时不同之处。"),
        "search": Lazy("policy_engine.cli.records:search", "查找记录：名称、出具人、事实里的词。"),
        "export": Lazy("policy_engine.cli.records:export", "把全部记录写成一个 zip，不用本程序也能核对。"),
        "upgrade": Lazy("policy_engine.cli.records:upgrade", "把旧版格式的记录换成本程序的格式。"),
    },
)
def records() -> None:
    """Hold the subcommands."""


@click.group(
    cls=Group,
    help="审核台的账户：谁能登录，是什么角色，做过什么。账户和记录存在同一个数据库里。",
    lazy={
        "add": Lazy("policy_engine.cli.accounts:add", "新建账户，第一次登录要自己改密码。"),
        "list": Lazy("policy_engine.cli.accounts:list_accounts", "列出账户和角色。"),
        "role": Lazy("policy_engine.cli.accounts:role", "改一个账户的角色。"),
        "passwd": Lazy("policy_engine.cli.accounts:passwd", "重设一个账户的密码。"),
        "disable": Lazy("policy_engine.cli.accounts:disable", "停用一个账户，立刻生效。"),
        "enable": Lazy("policy_engine.cli.accounts:enable", "恢复一个停用的账户。"),
        "token": Lazy("policy_engine.cli.accounts:token", "发放程序调用接口用的凭证，或者收回。"),
        "trail": Lazy("policy_engine.cli.accounts:trail", "列出操作日志：谁在什么时候做了什么。"),
    },
)
def accounts() -> None:
    """Hold the subcommands."""
