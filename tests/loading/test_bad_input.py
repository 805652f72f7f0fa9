"""Every kind of bad input is told with its code, its place and its mend. Renew with `--update-goldens`."""

from pathlib import Path

import pytest

from loading.toy import complaint_about

BAD = Path(__file__).parent / "bad-input"
HEAD = "as_of: 2026-01-15\njurisdiction: 温州\n"
WRITTEN = {
    path.parent.name: (path.name, path.read_bytes())
    for path in sorted(BAD.glob("*/*"))
    if path.name != "expected.txt"
}
# What no editor writes, or nobody wants in a repository.
BUILT = {
    "line-of-ten-megabytes": ("case.yaml", f"{HEAD}采购事项: {{购买内容: {'修缮' * 5_000_000}, 含工程: 大概}}\n".encode()),
    "nested-two-hundred-deep": ("case.yaml", f"{HEAD}采购事项: {'[' * 200}{']' * 200}\n".encode()),
    "condition-two-hundred-deep": (
        "rules.yaml",
        f"document: toy-2020\nrules:\n  - {{id: toy-2020.art-1, when: {'{not: ' * 200}{{含工程: true}}{'}' * 200}}}\n".encode(),
    ),
    "key-of-a-megabyte": ("case.yaml", f"{HEAD}采购事项:\n  ? {'含' * 1_000_000}\n  : true\n".encode()),
    "half-a-character-in-json": ("case.yaml", b'{"as_of": "2026-01-15", "name": "\\ud800"}'),
    "file-too-large": ("case.yaml", b"#" * 20_000_001),
    "neither-utf-8-nor-gb18030": ("case.yaml", HEAD.encode() + b"\x81\x20\xff\xff\n"),
    "utf-8-mark-and-other-bytes": ("case.yaml", b"\xef\xbb\xbf" + "采购事项".encode("gb18030")),
    "half-of-utf-16": ("case.yaml", b"\xff\xfe" + HEAD.encode("utf-16-le")[:-1]),
    "null-characters": ("case.yaml", HEAD.encode() + b"\x00\x00"),
    "utf-16-without-mark": ("case.yaml", HEAD.encode("utf-16-le")),
    "control-characters": ("case.yaml", HEAD.encode() + "采购事项: {购买内容: 修\x07缮}\n".encode()),
    "terminal-commands-in-a-value": ("case.yaml", (HEAD + '采购事项: {购买内容: "\\e[31m修缮"}\n').encode()),
    "terminal-commands-in-json": ("case.yaml", b'{"as_of": "2026-01-15", "name": "\\u001b[31m", "\\u91c7\\u8d2d\\u4e8b\\u9879": {}}'),
    "zero-width-space-in-a-key": ("case.yaml", (HEAD + "采购事项: {含\u200b工程: true}\n").encode()),
    "reordered-text": ("case.yaml", (HEAD + "采购事项: {购买内容: 甲\u202e乙}\n").encode()),
    "full-width-spaces": ("case.yaml", (HEAD + "采购事项:\n\u3000\u3000含工程: true\n").encode()),
    "full-width-indent": ("case.yaml", (HEAD + "采购事项:\n  含货物: true\n\u3000\u3000含工程: true\n  采购标的: 服务\n").encode()),
    "no-break-indent": ("case.yaml", (HEAD + "采购事项:\n  采购标的: 服务\n\u00a0\u00a0含工程: true\n").encode()),
    "no-break-space-after-colon": ("case.yaml", (HEAD + "采购事项:\n  含工程:\u00a0true\n  采购标的: 服务\n").encode()),
    "lone-surrogate-escape": ("case.yaml", (HEAD + '采购事项: {购买内容: "\\ud800"}\n').encode()),
    "wide-characters-from-gb18030": ("case.yaml", (HEAD + "采购事项: {购买内容: 办公楼修缮, 含工程: 大概}\n").encode("gb18030")),
    "windows-line-ends": ("case.yaml", (HEAD + "采购事项:\n  含工程: 大概\n").replace("\n", "\r\n").encode()),
}  # fmt: skip
ALL = WRITTEN | BUILT


@pytest.mark.parametrize("name", ALL)
def test_complaint_is_as_written_down(name: str, request: pytest.FixtureRequest) -> None:
    file, data = ALL[name]
    found = complaint_about(file, data)
    golden = BAD / name / "expected.txt"
    if request.config.getoption("--update-goldens"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found, "nothing was complained about"
    assert golden.read_text(encoding="utf-8") == found


def test_every_golden_has_its_input() -> None:
    assert {path.parent.name for path in BAD.glob("*/expected.txt")} == ALL.keys()
