"""Make the documentation a site that is read without a network: `make site` writes build/site/index.html.

Pages keep the places that their files have in the repository, so that links hold in both. Beside them stand every
document of the rule base as continuous law, and lists of what a folder holds. A link that leads nowhere ends it.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAGE = ROOT / "build" / "pages"
SITE = ROOT / "build" / "site"
PAGES = ("README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md", "LICENSE")
# What pages link to, and lists of folders that have none of their own.
FOLDERS = (
    "docs",
    "rules/README.md",
    "vocabulary/README.md",
    "features/README.md",
    "examples",
    "benchmarks/README.md",
)
LISTS = {"docs/diagnostics": "诊断编码", "docs/decisions": "决定", "docs/encoding": "编写举例"}
# Chinese titles are long, and tables of law have a narrow first column.
STYLE = """\
h1 { font-size: 1.7rem; } h2 { font-size: 1.35rem; } h3 { font-size: 1.15rem; }
body, .navbar { background-image: none !important; }
table { margin-bottom: 1rem; } th, td { padding: .3rem .6rem; border: 1px solid #ddd; vertical-align: top; }
td:first-child { white-space: nowrap; }
pre code { font-size: .85rem; }
"""
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)


def staged() -> None:
    """Copy the pages as they stand, add the law and the lists."""
    shutil.rmtree(STAGE, ignore_errors=True)
    STAGE.mkdir(parents=True)
    for name in (*PAGES, *FOLDERS):
        source, target = ROOT / name, STAGE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copyfile(source, target)
    (STAGE / "README.md").rename(STAGE / "index.md")
    # Everywhere else the first page is called by its file.
    for page in STAGE.rglob("*.md"):
        text = re.sub(r"\]\((\.\./)README\.md\)", r"](\1index.md)", page.read_text("utf-8"))
        # A folder is read by its list.
        page.write_text(re.sub(r"\]\(([^):]*/)\)", r"](\1README.md)", text), "utf-8")
    for folder, title in LISTS.items():
        (STAGE / folder / "README.md").write_text(
            f"# {title}\n\n" + "".join(_entries(STAGE / folder)), "utf-8"
        )
    (STAGE / "site.css").write_text(STYLE, "utf-8")
    law = STAGE / "law"
    program = Path(sys.executable).with_name("policy-engine")
    run(program, "rules", "read", "--all", "--format", "markdown", "-o", law, "--rules", "自带")
    (law / "README.md").write_text("# 法规\n\n" + "".join(_entries(law)), "utf-8")


def _entries(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "README.md":
            found = _TITLE.search(path.read_text("utf-8")) if path.suffix == ".md" else None
            name = path.relative_to(folder).as_posix()
            yield f"- [{found[1] if found else name}]({name})\n"


def settings() -> dict[str, object]:
    """Say what the site consists of, in the order in which people look for it."""
    law = sorted((STAGE / "law").glob("*.md"))
    return {
        "site_name": "policy-engine",
        "docs_dir": str(STAGE),
        "site_dir": str(SITE),
        # Opened from a folder, an address must end in a file.
        "use_directory_urls": False,
        "theme": {"name": "mkdocs", "locale": "zh_CN", "highlightjs": False},
        "extra_css": ["site.css"],
        "plugins": [{"search": {"lang": "en", "separator": r"[\s\-，。、；：（）《》“”]+"}}],
        "markdown_extensions": ["tables", "fenced_code", "toc"],
        "validation": {"links": {"anchors": "warn", "unrecognized_links": "warn", "absolute_links": "warn"}},
        "nav": [
            {"首页": "index.md"},
            {"使用手册": "docs/guide/使用手册.md"},
            {"安装和运行": "docs/guide/安装和运行.md"},
            {
                "法规": [
                    {"各件": "law/README.md"},
                    *({_title(p): f"law/{p.name}"} for p in law if p.name != "README.md"),
                ]
            },
            {
                "规则": [
                    {"规则文件的写法": "rules/README.md"},
                    {"词汇表": "vocabulary/README.md"},
                    {"词条": "docs/lexicon.md"},
                    {"场景": "features/README.md"},
                    {"编写一份文件": "docs/encoding.md"},
                    {"在别的规则库之上": "docs/layers.md"},
                    {"诊断编码": "docs/diagnostics/README.md"},
                    {"编辑器": "docs/editors.md"},
                ]
            },
            {
                "程序": [
                    {"含义": "docs/meaning.md"},
                    {"引擎": "docs/engine.md"},
                    {"Python": "docs/python.md"},
                    {"网络接口": "docs/api.md"},
                    {"助手": "docs/assistants.md"},
                    {"读文字": "docs/reading.md"},
                    {"结构": "ARCHITECTURE.md"},
                    {"参与": "CONTRIBUTING.md"},
                    {"决定": "docs/decisions/README.md"},
                    {"变更": "CHANGELOG.md"},
                ]
            },
        ],
        "not_in_nav": "docs/diagnostics/*\ndocs/decisions/*\ndocs/encoding/*\ndocs/case-review.md\nexamples/*\nbenchmarks/*\n",
    }


def _title(page: Path) -> str:
    found = _TITLE.search(page.read_text("utf-8"))
    return found[1] if found else page.stem


def run(*command: object) -> None:
    """Run a command, or end with what it said."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}")


def main() -> None:
    """Make the site."""
    staged()
    # JSON is YAML.
    config = ROOT / "build" / "properdocs.yml"
    config.write_text(json.dumps(settings(), ensure_ascii=False, indent=2), "utf-8")
    run(sys.executable, "-m", "properdocs", "build", "--strict", "--config-file", config)
    print(f"{SITE.relative_to(ROOT)}/index.html, {sum(1 for _ in SITE.rglob('*.html'))} pages")


if __name__ == "__main__":
    main()
