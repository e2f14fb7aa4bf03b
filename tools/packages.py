"""`python -m tools.packages`: the system programs that some tests drive; fetched where that is possible.

As root on Debian or Ubuntu what is missing is installed by apt-get; elsewhere the list is printed with the
tests that will be skipped.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TESSDATA = (
    "/usr/share/tesseract-ocr",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


@dataclass(frozen=True, slots=True)
class Need:
    """A Debian package, how to see that it is there, and what is not tested without it."""

    package: str
    without: str
    programs: tuple[str, ...] = ()
    file: tuple[tuple[str, ...], str] | None = None

    def met(self) -> bool:
        if any(shutil.which(program) for program in self.programs):
            return True
        folders, name = self.file or ((), "")
        return any(next(Path(folder).rglob(name), None) for folder in folders if Path(folder).is_dir())


NEEDS = (
    Need("chromium", "the journeys in a browser", CHROMIUMS),
    Need("firefox-esr", "the room between Chromium and Firefox", ("firefox-esr", "firefox")),
    Need("qpdf", "the structure of signed PDFs judged by qpdf", ("qpdf",)),
    Need("poppler-utils", "the signatures judged by pdfsig", ("pdfsig",)),
    Need("gcc", "the media plane in C", ("cc", "gcc")),
    Need(
        "libssl-dev", "the media plane in C", file=(("/usr/include/openssl", "/usr/local/include"), "evp.h")
    ),
    Need("coturn", "the ways through a TURN server", ("turnserver",)),
    # the language asks for the program only where recommended packages come along
    Need("tesseract-ocr", "Tesseract as an engine of the reader", ("tesseract",)),
    Need(
        "tesseract-ocr-chi-sim",
        "Tesseract as an engine of the reader",
        file=(TESSDATA, "chi_sim.traineddata"),
    ),
    Need(
        "fonts-noto-cjk",
        "Chinese letters on screenshots",
        file=(("/usr/share/fonts", "/usr/local/share/fonts"), "NotoSansCJK*"),
    ),
)


def browser() -> str | None:
    """The Chromium to drive: $CHROMIUM, else the first on the path, else None."""
    named = os.environ.get("CHROMIUM", "")
    return named or next(filter(None, map(shutil.which, CHROMIUMS)), None)


def missing() -> list[Need]:
    return [need for need in NEEDS if not (need.met() or (need.package == "chromium" and browser()))]


def main() -> int:
    wanted = missing()
    if wanted and _may_install():
        print(f"==> System packages for the tests: {' '.join(need.package for need in wanted)}", flush=True)
        _install([need.package for need in wanted])
        wanted = missing()
    if wanted:
        print("Not on this machine, so these tests will be skipped:")
        for need in wanted:
            print(f"  {need.package:<22} {need.without}")
        print(f"On Debian or Ubuntu: sudo apt-get install {' '.join(need.package for need in wanted)}")
    return 0


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _install(packages: list[str]) -> None:
    """One package that cannot be had must not keep the others away."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    install = [*apt, "install", "-y", "--no-install-recommends"]

    def attempt(command: list[str]) -> bool:
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )
        return done.returncode == 0

    attempt([*apt, "update"])
    if not attempt([*install, *packages]):
        for package in packages:
            attempt([*install, package])


if __name__ == "__main__":
    sys.exit(main())
