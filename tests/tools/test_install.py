"""What the installer promises: no step is made twice for nothing, and none is left half made."""

import subprocess
import venv
from pathlib import Path

import pytest

from tools import install
from tools.install import Failed, Step


class Making:
    """A step that counts how often it was made, and may fail."""

    def __init__(self, root: Path) -> None:
        self.times, self.fails = 0, False
        self.input = root / "locked.txt"
        self.input.write_text("one==1", encoding="utf-8")
        self.stamp = root / "deep" / ".stamp"

    def make(self) -> None:
        self.times += 1
        if self.fails:
            raise Failed("no network")

    def step(self, *, needed: bool = True) -> Step:
        return Step("Packages", self.stamp, lambda: (self.input,), self.make, needed=needed)


@pytest.fixture
def making(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Making:
    monkeypatch.setattr(install, "ROOT", tmp_path)
    return Making(tmp_path)


def test_an_unchanged_step_is_not_made_again(making: Making) -> None:
    assert [install.take(making.step()) for _ in range(3)] == [True, False, False]


def test_a_changed_input_makes_the_step_again(making: Making) -> None:
    install.take(making.step())
    making.input.write_text("one==2", encoding="utf-8")
    assert install.take(making.step())


def test_a_failed_step_leaves_no_stamp(making: Making) -> None:
    install.take(making.step())
    making.input.write_text("one==2", encoding="utf-8")
    making.fails = True
    with pytest.raises(Failed):
        install.take(making.step())
    making.fails = False
    assert install.take(making.step())


def test_a_step_that_can_be_done_without_does_not_stop_the_rest(
    making: Making, capsys: pytest.CaptureFixture[str]
) -> None:
    making.fails = True
    assert not install.take(making.step(needed=False))
    assert "no network" in capsys.readouterr().err


def test_linked_folders_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """npm empties a folder behind a link, whoever it belongs to."""
    for name, place in (("ENVIRONMENT", ".venv"), ("PACKAGES", "node_modules")):
        (tmp_path / f"their-{place}").mkdir()
        (tmp_path / place).symlink_to(tmp_path / f"their-{place}")
        monkeypatch.setattr(install, name, tmp_path / place)
    assert not [step.title for step in install.steps("test") if tmp_path in step.stamp.parents]


def test_one_package_is_taken_out_of_the_lock_with_its_hashes() -> None:
    uv = "uv==0.9 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    lock = f"uuid==1 \\\n    --hash=sha256:aa\n{uv}    # via odr\n"
    assert install.pinned("uv", lock) == uv
    with pytest.raises(Failed, match="make lock"):
        install.pinned("uvicorn", lock)


def test_running_after_testing_takes_nothing_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "ENVIRONMENT", tmp_path)
    assert "Python packages (run)" in [step.title for step in install.environment_steps("run")]
    (tmp_path / ".packages").write_text("dev:0123", encoding="utf-8")
    assert "Python packages (dev)" in [step.title for step in install.environment_steps("run")]


def test_a_python_without_venv_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Minimal(venv.EnvBuilder):
        """As Debian's Python without python3-venv."""

        def create(self, env_dir: object) -> None:
            raise subprocess.CalledProcessError(1, ["ensurepip"])

    monkeypatch.setattr(venv, "EnvBuilder", Minimal)
    monkeypatch.setattr(install, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(install, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    with pytest.raises(Failed, match="apt-get install python3-venv"):
        install.make_environment()
