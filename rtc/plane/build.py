"""`python -m rtc.plane.build`: the data plane in C, where a compiler and OpenSSL's headers are.

Rule 1: the library's name holds the hash of its sources, so a stale one is never loaded.
"""

import hashlib
import platform
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).with_name("c")
# Sums as they are written (no fused multiply-add): the plane in Python gives the same numbers.
FLAGS = ("-std=gnu11", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-shared", "-fPIC")
LIBRARIES = ("-lcrypto", "-lpthread", "-lm")


def library() -> Path:
    """Where the library for these sources and this machine is, or would be."""
    total = hashlib.sha256(f"{platform.machine()}{FLAGS}".encode())
    for source in sorted(SOURCES.glob("*.[ch]")):
        total.update(source.read_bytes())
    return SOURCES / f"plane-{total.hexdigest()[:16]}.so"


def build(compiler: str = "cc") -> Path:
    """Raises CalledProcessError or OSError where it cannot be built."""
    wanted = library()
    if not wanted.exists():
        for stale in SOURCES.glob("plane-*.so"):
            stale.unlink()
        half = wanted.with_suffix(".half")
        sources = sorted(str(source) for source in SOURCES.glob("*.c"))
        command = [compiler, *FLAGS, "-o", str(half), *sources, *LIBRARIES]
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  our own words
        half.replace(wanted)
    return wanted


def main() -> int:
    """Never fails: without it the plane in Python runs."""
    try:
        print(f"built {build().name}")  # noqa: T201
    except (OSError, subprocess.CalledProcessError) as error:
        what = "a C compiler and OpenSSL's headers (Debian: gcc libc6-dev libssl-dev)"
        print(f"not built, Python's plane will run; it takes {what}: {error}", file=sys.stderr)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
