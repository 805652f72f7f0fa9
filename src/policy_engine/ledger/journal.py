"""What a run has decided so far, beside its output, so that the same run goes on after an interrupt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from policy_engine.ledger.deciding import Answer, Row, RowStatus

_FORMAT = "policy-engine-ledger/1"
_EVERY = 500


@dataclass(slots=True)
class Journal:
    """Rows in their order. `identity`: of the input, the rules and all that was said of the run."""

    path: Path
    identity: str
    done: int = 0
    answers: list[Answer] = field(default_factory=list)
    numbers: dict[Answer, int] = field(default_factory=dict)
    file: IO[str] | None = None

    def begin(self) -> None:
        """Go on where the same run was left, else begin anew. Raises `OSError`."""
        kept = self._sound()
        # What was torn by the interrupt is cut off.
        with self.path.open("ab") as file:
            file.truncate(kept)
        self.file = self.path.open("a", encoding="utf-8")
        if not kept:
            self._put(_FORMAT, self.identity)
            self.file.flush()

    def add(self, row: Row) -> None:
        """Note one row."""
        self._put("row", row.number, row.name, row.status.value, self._answer(row.answer), row.suspected, row.reason, row.read)  # fmt: skip
        self.done += 1
        if self.file is not None and not self.done % _EVERY:
            self.file.flush()

    def rows(self) -> Iterator[Row]:
        """Give all rows back."""
        if self.file is not None:
            self.file.flush()
        with self.path.open(encoding="utf-8") as file:
            for text in file:
                if isinstance(row := self._read(json.loads(text)), Row):
                    yield row

    def keep(self) -> None:
        """Leave what there is for the next run."""
        if self.file is not None:
            self.file.close()
            self.file = None

    def drop(self) -> None:
        """Leave nothing behind."""
        self.keep()
        self.path.unlink(missing_ok=True)

    def _sound(self) -> int:
        """Count the bytes of a journal of this very run that can be relied on."""
        size = 0
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(file):
                    found = json.loads(line) if line.endswith(b"\n") else None
                    if found is None or (not number and found != [_FORMAT, self.identity]):
                        break
                    size += len(line)
                    if isinstance(found, list) and found[0] == "answer":
                        self._remember(_answer_of(found))
                    self.done += found[0] == "row"
        except (OSError, ValueError):
            pass
        return size

    def _answer(self, answer: Answer | None) -> int | None:
        if answer is None:
            return None
        if answer not in self.numbers:
            self._remember(answer)
            self._put("answer", answer.label, answer.told, answer.grounds, answer.asked, answer.exit)
        return self.numbers[answer]

    def _remember(self, answer: Answer) -> None:
        self.numbers[answer] = len(self.answers)
        self.answers.append(answer)

    def _read(self, found: list[Any]) -> Row | None:
        if found[0] != "row":
            return None
        _, number, name, status, answer, suspected, reason, read = found
        return Row(
            number=number,
            name=name,
            status=RowStatus(status),
            answer=None if answer is None else self.answers[answer],
            suspected=suspected,
            reason=reason,
            read=read,
        )

    def _put(self, *values: object) -> None:
        assert self.file is not None
        self.file.write(json.dumps(values, ensure_ascii=True, separators=(",", ":")) + "\n")


def _answer_of(found: list[Any]) -> Answer:
    _, label, told, grounds, asked, exit_ = found
    return Answer(label=label, told=told, grounds=tuple(grounds), asked=tuple(asked), exit=exit_)
