"""Which system programs the tests look for."""

from pathlib import Path

import pytest

from tools.packages import Need, browser


def test_a_program_on_the_path_meets_the_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need = Need("qpdf", "the structure of PDFs", ("qpdf",))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not need.met()
    program = tmp_path / "qpdf"
    program.touch(mode=0o755)
    assert need.met()


def test_a_file_in_one_of_the_folders_meets_the_need(tmp_path: Path) -> None:
    need = Need("fonts", "letters", file=((str(tmp_path / "none"), str(tmp_path)), "Noto*"))
    assert not need.met()
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "NotoSans.ttc").touch()
    assert need.met()


def test_a_named_browser_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "/opt/chromium/chrome")
    assert browser() == "/opt/chromium/chrome"
