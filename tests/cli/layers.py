"""A small rule base and a layer on it, in folders beside each other."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from policy_engine.cli.app import app
from policy_engine.usecases.starting import start

DOCUMENT = """\
  - id: {id}
    number: {number}
    title: 本市的细则
    issuer: 市政府
    force: 规范性文件
    area: 湖州市
    issued: {{date: 2026-01-01, basis: 文本, verified: false}}
    published: null
    effective: {{date: 2026-01-01, basis: 文本, verified: false}}
    ended: null
    repeals: []
    status_checked_on: 2026-01-01
    verified: no
    encoded: full
    concerns: [事项]
    governed_by_later: null
    told_by: null
    note: 虚构
"""
LAW = """\
document: city-2026-9
rules:
  - id: art-2
    title: 没有市政府批准的不得实施
    cite: 第二条
    subject: 事项
    when: {市政府批准: false}
    prohibit: 实施
    remedy: 先报批
    examples:
      - {name: 没有批, given: {市政府批准: false}, expect: 违反}
      - {name: 批了, given: {市政府批准: true}, expect: 不适用}
      - {name: 说不清, given: {市政府批准: {unknown: 未查}}, expect: 待核实}
"""
FIELD = """\
help: 本市另外要说的
fields:
  - name: 市政府批准
    help: 市政府有没有批准
    type: boolean
    role: element
    supplier: 经办人
    question: 市政府批准了没有？
"""
NORMS = """\
norms:
  - {norm: CITY-2, lines: L2, summary: 要有批准, answer: encoded, rules: [city-2026-9.art-2]}
"""


def run(*arguments: str):
    return CliRunner().invoke(app, arguments, prog_name="policy-engine")


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files by their paths."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def version_of(folder: Path) -> str:
    """Give the version that commands tell of the rule base in a folder."""
    told = run("rules", "list", "--rules", str(folder))
    found = re.search(r"版本 ([0-9a-f]{16})", told.output)
    assert found, told.output
    return found[1]


def layer_on(base: Path, city: Path) -> Path:
    """Write a rule base that starts new, and a layer on it with a document, a field, a rule, a norm; its schemas made."""
    start(base)
    write(
        city,
        {
            "rules/registers/extends.yaml": f"extends: ../{base.name}\nversion: {version_of(base)}\n",
            "rules/registers/documents.yaml": "documents:\n"
            + DOCUMENT.format(id="city-2026-9", number="湖政发〔2026〕9号"),
            "rules/local/city-2026-9/law.yaml": LAW,
            "rules/local/city-2026-9/norms.yaml": NORMS,
            "vocabulary/事项/1-本市.yaml": FIELD,
        },
    )
    made = run("schema", "--write", "--rules", str(city))
    assert 0 == made.exit_code, made.output
    return city
