"""A server's own recordings: part after part, told when closed, and never past what the disk has ended."""

from pathlib import Path

import pytest

from rtc.core.events import RecordingEnded
from rtc.net.archive import Archive
from rtc.recording import recorder as recording
from tests.rtc.conftest import NOW, Witness

NAME = "5d1c0000-0000-0000-0000-000000000001"


class Desk:
    """An archive with its owner's ear."""

    def __init__(self, folder: Path | None) -> None:
        self.witness = Witness()
        self.archive = Archive(folder, lambda: NOW, self.witness)
        self.folder = folder

    @property
    def told(self) -> list[tuple[int, str]]:
        return [(one.part, one.failure) for one in self.witness.events if isinstance(one, RecordingEnded)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "recordings")


async def test_what_goes_on_after_an_end_is_a_further_part(desk: Desk) -> None:
    for _ in range(2):
        assert desk.archive.begin("room", NAME, lambda: 0.0)
        assert desk.archive.recording("room") == NAME
        desk.archive.end("room")
        await desk.archive.closed()
    assert desk.folder
    assert sorted(one.name for one in (desk.folder / NAME).iterdir()) == ["000", "001"]
    assert desk.told == [(0, ""), (1, "")]
    assert desk.archive.recording("room") == ""


async def test_a_full_disk_is_told_and_the_recording_is_not_begun_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording, "LEFT_FREE", 1 << 62)
    recorder = desk.archive.begin("room", NAME, lambda: 0.0)
    assert recorder
    recorder.stop()
    assert desk.archive.failed("room")
    desk.archive.end("room")
    await desk.archive.closed()
    assert desk.told == [(0, "No space left on device")]
    assert desk.archive.begin("room", NAME, lambda: 0.0) is None


@pytest.mark.parametrize("name", ["../escape", "/etc", ""])
async def test_a_name_that_leads_elsewhere_is_refused(desk: Desk, name: str) -> None:
    assert desk.archive.begin("room", name, lambda: 0.0) is None
    assert desk.told == [(0, "no place for recordings")]
    assert desk.folder
    assert not desk.folder.exists()


async def test_a_server_without_a_folder_records_nothing_and_says_so() -> None:
    desk = Desk(None)
    assert desk.archive.begin("room", NAME, lambda: 0.0) is None
    assert desk.told == [(0, "no place for recordings")]
