"""What `screen` is given: texts, files, lines of files; each in its place, and what is wrong with one stays its own."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from policy_engine.cli.run import Run
from policy_engine.cli.streams import read_standard_input
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.spans import Span
from policy_engine.foundation.text import UNSEEN
from policy_engine.loading.papers import MOST_BYTES, Paper, paper_of, read_paper
from policy_engine.usecases.screening import MOST_CHARACTERS

HERE = "命令行"
_STANDARD_INPUT = "标准输入"
_MOST_LINES = 100_000
# A name that ends as files do, or leads through folders: who writes one means a file, though there is none.
_LIKE_A_FILE = re.compile(
    r"[^\n]{0,300}\.(?:txt|md|docx?|pdf|wps|rtf|odt|xlsx?|et|csv|ya?ml|json|html?)", re.IGNORECASE
)
_HALVES, _UNSEEN = re.compile("[\ud800-\udfff]"), re.compile(f"[{UNSEEN}]")
_LIKE_A_PATH = re.compile(r"(?:[.~]{0,2}/|[A-Za-z]:\\)[^\s，。；]{1,300}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One text in its place: the text, or what is wrong with it. `row`: which line of its file, where lines are texts."""

    file: str
    row: int | None
    text: str
    diagnostics: tuple[Diagnostic, ...] = ()
    remarks: tuple[str, ...] = field(default=())

    @property
    def span(self) -> Span:
        """Point at the text in its file."""
        line = (self.row or 1) - 1
        return Span(path=self.file, line=line, column=0, end_line=line, end_column=0)


def given_texts(
    words: tuple[str, ...], texts: tuple[str, ...], run: Run, *, each_line: bool
) -> Iterator[Given]:
    """Go through everything that was given. `words` are files or texts, `texts` are texts whatever they look like."""
    files = {word for word in words if _is_file(word)}
    several = sum(word not in files for word in words) + len(texts) > 1
    number = 0
    for word, may_be_file in (*((word, True) for word in words), *((text, False) for text in texts)):
        if may_be_file and word in files:
            yield from _of_file(word, run, each_line=each_line)
        else:
            number += 1
            yield _of_text(word, number if several else None)


def _is_file(word: str) -> bool:
    if word == "-" or os.path.lexists(word):
        return True
    return bool(_LIKE_A_FILE.fullmatch(word) or _LIKE_A_PATH.fullmatch(word))


def _of_text(word: str, row: int | None) -> Given:
    try:
        # A terminal set to another encoding than this program gives bytes that Python could not read.
        text = paper_of(os.fsencode(word), HERE).text if _HALVES.search(word) else word
    except (DiagnosticsError, UnicodeEncodeError):
        given = Given(file=HERE, row=row, text="")
        return _refused(
            given, "PE001", "文字不是 UTF-8 也不是 GB18030 编码", "写进文件，另存为 UTF-8，再读文件"
        )
    return _checked(Given(file=HERE, row=row, text=text))


def _of_file(word: str, run: Run, *, each_line: bool) -> Iterator[Given]:
    shown = _STANDARD_INPUT if word == "-" else word
    whole = Given(file=shown, row=None, text="")
    run.given[shown] = ""
    if refusal := _no_file(word):
        yield _refused(whole, "PE001", *refusal)
        return
    try:
        paper = (
            paper_of(read_standard_input(MOST_BYTES), shown) if word == "-" else read_paper(Path(word), shown)
        )
    except DiagnosticsError as error:
        yield dataclasses.replace(whole, diagnostics=error.diagnostics)
        return
    run.given[shown] = paper.text
    if each_line and paper.text.strip():
        yield from _lines(paper)
    else:
        yield _checked(dataclasses.replace(whole, text=paper.text, remarks=paper.unread))


def _no_file(word: str) -> tuple[str, str] | None:
    if word == "-":
        return None
    if not os.path.lexists(word):
        return "找不到文件", "检查路径；要读的就是这几个字，写 --text 这几个字"
    path = Path(word)
    if path.is_dir():
        return "这是目录", "写目录里的文件，可以写几个"
    if path.is_char_device() or path.is_block_device():
        return "不是文件", "从标准输入读取请写 -"
    return None


def _lines(paper: Paper) -> Iterator[Given]:
    lines = paper.text.splitlines()
    if len(lines) > _MOST_LINES:
        whole = Given(file=paper.path, row=None, text="")
        yield _refused(
            whole, "PE003", f"文件过大：{len(lines):,} 行，上限 {_MOST_LINES:,} 行", "拆成几个文件"
        )
        return
    for row, line in enumerate(lines, start=1):
        if line.strip():
            yield _checked(Given(file=paper.path, row=row, text=line.strip(), remarks=paper.unread))


def _checked(given: Given) -> Given:
    if not _UNSEEN.sub("", given.text).strip():
        beside = "".join(f"{one}；" for one in given.remarks)
        return _refused(given, "PE008", "没有文字", f"{beside}写一段话，或者写有文字的文件")
    if len(given.text) > MOST_CHARACTERS:
        told = f"文字过长：{len(given.text):,} 字，上限 {MOST_CHARACTERS:,} 字"
        return _refused(
            given, "PE003", told, "只留说明购买内容的部分，或者拆成几个文件；一行一件的加 --each-line"
        )
    return given


def _refused(given: Given, code: str, message: str, help_text: str) -> Given:
    found = Diagnostic(code=code, message=message, span=given.span, help=help_text)
    return dataclasses.replace(given, text="", diagnostics=(found,))
