"""Turn rows of plain facts into case files and a table of what is expected of them.

Run it as `python tests/cases/convert.py ROWS.jsonl [LABELS.yaml] [--out FOLDER]`.
A row has `id`, `kind`, `facts`, `jurisdiction`, `as_of`, `verdict` and `decides`; `LABELS.yaml` maps further names by
which the rows cite a document to its id.

Every cell is read by its field's type and nothing else: no row is special, and no case file depends on a verdict.
What the vocabulary cannot take becomes an explicit unknown; what it has no field for is kept as text.
Who wrote a row decided it with all its cells before them: they stand behind its judgements, behind the cells that have
no field not mattering, and, where a row of a declared subject is silent, behind what every ordinary purchase has.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from policy_engine.compilation.reads import fields_read
from policy_engine.evaluation.truth import nothing_derived, truth
from policy_engine.foundation.logic import Truth
from policy_engine.foundation.spans import file_span
from policy_engine.loading.places import find_area
from policy_engine.loading.problems import Problems
from policy_engine.loading.syntax import HIDDEN
from policy_engine.loading.tree import Node, Scalar, Sequence
from policy_engine.loading.values import read_value
from policy_engine.model.areas import Areas
from policy_engine.model.calendar import day_number
from policy_engine.model.values import UNKNOWN
from policy_engine.model.vocabulary import Field, FieldType, Role
from policy_engine.usecases import load_rule_set, read_sources, shipped_rules

HERE = Path(__file__).parent
SUBJECTS = {"购买": "采购事项", "专家": "派员", "形式": "服务形式", "环节": "监管环节", "重点对象": "企业"}
DECLARED = tuple(SUBJECTS.values())
# Of the subjects, those whose form every ordinary matter fills in alike.
ORDINARY = ("采购事项", "服务形式")
REST = "其他说明"
AUTHOR = "案件的作者"
TRUE, FALSE = re.compile("是|是（实质.*）"), re.compile("否|否（.*）")
SEPARATORS = re.compile("[、＋+]")
DOCUMENTS: Mapping[str, tuple[str, ...]] = {
    "102号令": ("mof-order-102-2020",),
    "财预〔2017〕87号": ("mof-yu-2017-87",),
    "国办发〔2024〕54号": ("gbf-2024-54",),
    "财综〔2016〕53号": ("mof-zong-2016-53",),
    "工信部联企业〔2011〕300号": ("miit-2011-300",),
    "湖政办发〔2016〕49号": ("huzhou-gbf-2016-49",),
    "湖州": ("huzhou-gbf-2016-49",),
    "政府采购法": ("npc-procurement-2014",),
    "安全生产法": ("npc-safety-2021", "npc-safety-2014"),
    "中央目录": ("central-catalogue-2020",),
}
DIGITS = "零一二三四五六七八九"


def spell(number: str) -> str:
    """Write a number below 100 as articles are numbered: 24 → 二十四."""
    if not number.isdigit():
        return number
    tens, ones = divmod(int(number), 10)
    head = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return head + (DIGITS[ones] if ones else "")


def locators(text: str) -> Iterator[str]:
    """List the articles or parts a citation names: 第十条(三)(四), 5、33条, 二、四."""
    for pattern, unit in (
        (r"第?([0-9一二三四五六七八九十、]+)条", "条"),
        (r"^\s*([一二三四五六七八九十、]+)", "部分"),
    ):
        found = re.search(pattern, text)
        if found is None:
            continue
        items = re.match(r"(?:[(（][一二三四五六七八九十][)）])+", text[found.end() :])
        marks = re.findall("[一二三四五六七八九十]", items[0]) if items else []
        for number in found[1].split("、"):
            article = f"第{spell(number)}{unit}"
            yield from [f"{article}第（{mark}）项" for mark in marks] or [article]
        return
    yield ""


def citations(decides: Iterable[str], documents: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Write each cited norm as `document locator`; what names no document of ours is left out."""
    found: list[str] = []
    for text in decides:
        label = next((label for label in documents if text.startswith(label)), None)
        for document in documents[label] if label else ():
            found += [f"{document} {place}".strip() for place in locators(text[len(label or "") :])]
    return list(dict.fromkeys(found))


def written(cell: object) -> str:
    """Write a cell as text, whatever JSON gave."""
    match cell:
        case bool():
            return "是" if cell else "否"
        case list():
            return "、".join(written(item) for item in cell)
        case dict():
            return "；".join(f"{key}={written(value)}" for key, value in cell.items())
        case _:
            return HIDDEN.sub("", str(cell)).strip()


def read_cell(text: str, field: Field) -> object:
    """Read one cell by its field's type; an explicit unknown where it doesn't fit."""
    match field.type:
        case FieldType.BOOLEAN:
            value = True if TRUE.fullmatch(text) else False if FALSE.fullmatch(text) else None
            if value is None:
                return {"unknown": text}
            return value if text in ("是", "否") else {"value": value, "source": text}
        case FieldType.LIST:
            items = [] if text == "无" else [item.strip() for item in SEPARATORS.split(text)]
            return items if fits(Sequence(tuple(map(scalar, items)), SPAN), field) else {"unknown": text}
        case FieldType.TEXT:
            return text
        case FieldType.NUMBER | FieldType.DATE | FieldType.CHOICE:
            bare = text.removesuffix(field.unit) if field.unit else text
            return plain(bare, field.type) if fits(scalar(bare), field) else {"unknown": text}


def plain(text: str, type_: FieldType) -> object:
    """Let whole numbers and days be written without quotes; everything else stays the text it is."""
    if type_ is FieldType.NUMBER and text.lstrip("-").isdigit():
        return int(text)
    return date.fromisoformat(text) if type_ is FieldType.DATE and day_number(text) else text


SPAN = file_span("")


def scalar(text: str) -> Scalar:
    """Make a written word without a place."""
    return Scalar(text, False, SPAN)


def fits(node: Node, field: Field) -> bool:
    """Tell whether the program itself would take the value."""
    problems = Problems()
    return read_value(node, field, problems) is not None and not problems.found


def facts_of(
    row: Mapping[str, Any], fields: Mapping[str, Field], notes: Mapping[str, str]
) -> dict[str, object]:
    """Read all cells of a row; cells without a field are told in one text, with the notes."""
    cells = {key: written(cell) for key, cell in row["facts"].items() if cell is not None and written(cell)}
    facts = {key: read_cell(text, fields[key]) for key, text in cells.items() if key in fields}
    rest = [f"{key}={text}" for key, text in {**cells, **notes}.items() if key not in fields]
    if rest and REST in fields:
        facts[REST] = "；".join(filter(None, [str(facts.get(REST, "")), *rest]))
    return facts


def is_usual(field: Field, facts: Mapping[str, object], fields: Mapping[str, Field]) -> bool:
    """Tell whether a row leaves out what every ordinary purchase has, and shows no sign against its usual value."""
    return field.constitutive and bool(field.declared) and not is_raised(field, facts, fields)


def is_raised(field: Field, facts: Mapping[str, object], fields: Mapping[str, Field]) -> bool:
    """Tell whether a sign against the usual value is there, or was asked about and could not be told."""
    values = typed(facts, fields)
    for sign in field.indicators:
        found = truth(sign, values, nothing_derived(fields))
        asked = any(values.get(name) is UNKNOWN for name in fields_read(sign))
        if found is Truth.TRUE or (found is Truth.UNKNOWN and asked):
            return True
    return False


def typed(facts: Mapping[str, object], fields: Mapping[str, Field]) -> dict[str, Any]:
    """Give the facts of a row that are told in the domain of values."""
    plain = {
        n: v.get("value", UNKNOWN) if isinstance(v, dict) else v for n, v in facts.items() if n in fields
    }
    return {n: v * 10 ** fields[n].scale if type(v) is int else v for n, v in plain.items()}


def stood_behind(
    facts: dict[str, object], fields: Mapping[str, Field], *, is_ordinary: bool
) -> dict[str, object]:
    """Name the row's author as the source of judgements, and fill in what every ordinary case has."""
    usual = {f.name: f.declared for f in fields.values() if is_ordinary and is_usual(f, facts, fields)}
    judged = {f.judged_by: True for f in fields.values() if f.judged_by in fields and facts.get(f.name)}
    told = {**usual, **facts, **judged}
    judgements = [
        name
        for name in told
        if name in fields and (fields[name].role is Role.CONCLUSION or fields[name].needs_source)
    ]
    sources = {n: {"value": told[n], "source": AUTHOR} for n in judgements if not isinstance(told[n], dict)}
    return {**told, **sources}


def subject_of(row: Mapping[str, Any]) -> str:
    """Name the subject a row is about."""
    return "区域" if row["facts"].get("对象类型") == "区域" else SUBJECTS.get(row["kind"], row["kind"])


def known_place(name: str, areas: Areas, day: int | None) -> str:
    """Keep a place that is one place on its day; else the nearest such that the name begins with."""
    while name and not (areas.find(name) and find_area(areas, name, SPAN, Problems(), as_of=day)):
        name = name[:-1]
    return name


def case_of(
    row: Mapping[str, Any], fields: Mapping[str, Field], areas: Areas, name: str
) -> dict[str, object]:
    """Make the case of one row."""
    subject = subject_of(row)
    is_declared = subject in DECLARED
    written_place = written(row["jurisdiction"])
    place = known_place(written_place, areas, day_number(written(row["as_of"])))
    notes = {} if place == written_place else {"地区": written_place}
    return {
        "name": name,
        "as_of": plain(written(row["as_of"]), FieldType.DATE),
        **({"jurisdiction": place} if place else {}),
        **({"declaration": {"no_other_circumstances": True, "by": "转换"}} if is_declared else {}),
        subject: stood_behind(facts_of(row, fields, notes), fields, is_ordinary=subject in ORDINARY),
    }


def expectation(row: Mapping[str, Any], documents: Mapping[str, tuple[str, ...]]) -> dict[str, object]:
    """Keep what is expected of one row, apart from its case."""
    return {"kind": row["kind"], "verdict": row["verdict"], "norms": citations(row["decides"], documents)}


def dump(data: object) -> str:
    """Write YAML as we like to read it."""
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110)


def main() -> None:
    """Convert one file of rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=Path)
    parser.add_argument("labels", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, default=HERE)
    given = parser.parse_args()
    labels = yaml.safe_load(given.labels.read_text("utf-8")) if given.labels else {}
    documents = {**{label: tuple(ids) for label, ids in labels.items()}, **DOCUMENTS}
    names = yaml.safe_load((HERE / "names.yaml").read_text("utf-8"))
    rule_set = load_rule_set(read_sources(shipped_rules()))
    lines = given.rows.read_text("utf-8").splitlines()
    subjects = rule_set.vocabulary.subjects
    every = [json.loads(line, parse_float=str) for line in lines if line.strip()]
    rows = [row for row in every if subject_of(row) in subjects]
    for row in every:
        if subject_of(row) not in subjects:
            sys.stderr.write(f"{row['id']}：没有主题 {subject_of(row)}，未转换\n")
    folder = given.out / "files"
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        fields = subjects[subject_of(row)].fields
        case = case_of(row, fields, rule_set.areas, names.get(row["id"], row["id"]))
        (folder / f"{row['id']}.yaml").write_text(dump(case), "utf-8")
    expected = {row["id"]: expectation(row, documents) for row in rows}
    (given.out / "expected.yaml").write_text(dump(expected), "utf-8")


if __name__ == "__main__":
    main()
