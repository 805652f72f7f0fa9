"""Records as files that anybody can check without this program."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from policy_engine.foundation.archives import undated
from policy_engine.foundation.diagnostics import Diagnostic, DiagnosticsError
from policy_engine.foundation.in_place import made_in_place
from policy_engine.foundation.waiting import look
from policy_engine.records.attachments import unpacked
from policy_engine.records.canonical import canonical
from policy_engine.records.store import Store

_README: Final = """审核记录导出

records.jsonl   每行一份记录，按编号排列；一行（不含换行）的 SHA-256 就是这份记录的摘要。
                每份的 previous 是上一行的摘要，第1号的是 64 个 0。
digests.txt     每份的编号和摘要。
attachments/    记录引用的规则库和目录的全部文件，一个摘要一个 JSON；整个文件的 SHA-256 就是文件名。

核对：每一行算一次 SHA-256，与 digests.txt 和下一行的 previous 比对；最后一份的摘要与纸质意见书上的比对。
"""


def export(store: Store, path: Path) -> int:
    """Write all records, and what they refer to, into a zip; gives their number. Raises `DiagnosticsError`, `OSError`.

    The bytes are those that are stored, changed or not: whoever reads the copy can check it as the store is checked.
    """
    count, attached = 0, dict[str, None]()
    with made_in_place(path) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(undated("README.txt"), _README)
        digests: list[str] = []
        with out.open(undated("records.jsonl"), "w", force_zip64=True) as lines:
            for row in store.rows():
                look()
                lines.write(str(row.content).encode("utf-8", "surrogatepass") + b"\n")
                digests.append(f"{row.number} {row.digest}\n")
                attached.update(dict.fromkeys(_named(str(row.content))))
                count += 1
        out.writestr(undated("digests.txt"), "".join(digests))
        for digest in attached:
            one = store.attachment(digest)
            texts = unpacked(one) if one is not None else None
            if texts is None:
                raise DiagnosticsError([_lost(digest)])
            out.writestr(undated(f"attachments/{digest}.json"), canonical(texts))
    return count


def _named(content: str) -> Iterator[str]:
    try:
        found = json.loads(content)
        yield from filter(None, (found["rule_base"]["digest"], found["catalogue"]))
    except (ValueError, KeyError, TypeError):
        return


def _lost(digest: str) -> Diagnostic:
    return Diagnostic(
        code="PE544",
        message=f"记录引用的 {digest[:32]} 不在了，或者被改过",
        help="运行 policy-engine records verify 看是哪一份；从备份恢复",
    )
