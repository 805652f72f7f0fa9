"""Where the engines fail, no decision is issued and the code says why."""

from pathlib import Path

import pytest

from policy_engine.cli.app import app
from policy_engine.usecases import EngineBrokeError, EnginesDisagreeError

CASE = "as_of: 2026-01-15\n采购事项: {含工程: true}\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [(EnginesDisagreeError(("toy-2020.art-1",)), "PE901"), (EngineBrokeError("超时"), "PE902")],
)
def test_engine_error_is_told_and_decides_nothing(
    error: Exception,
    code: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr("policy_engine.cli.checking.decide", broken)
    case = tmp_path / "case.yaml"
    case.write_text(CASE, "utf-8")
    with pytest.raises(SystemExit) as exit_:
        app.main(["check", str(case)])
    shown = capsys.readouterr()
    assert exit_.value.code == 4
    assert f"[{code}]: 内部错误：" in shown.err
    assert shown.out == ""
