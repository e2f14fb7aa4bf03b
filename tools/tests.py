"""`python -m tools.tests [--jobs N] PATH…`: every test; the others run in what the journeys leave free.

A journey waits more than it works: for a page, a timer, a line that was cut. The other tests run beside it at
a low priority, so that browsers find the machine almost as if they were alone; what they say is printed after
the journeys.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Final

ROOT: Final = Path(__file__).resolve().parents[1]
BASE: Final = (sys.executable, "-m", "pytest", "--reruns", "1", "--durations=20")
POLITE: Final = ("nice", "-n", "10")  # where both want a core, a journey gets nine tenths of it
# A polite test stands still while a journey needs the machine: no reason to call it lost.
PATIENCE_S: Final = 600
NOTHING_COLLECTED: Final = 5


def main() -> int:
    """0 where every test held."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--jobs", type=int, default=2, help="processes of the tests without a browser")
    parser.add_argument("paths", nargs="*", default=["tests"])
    wanted = parser.parse_args()
    begun = time.monotonic()
    others = [
        *POLITE,
        *BASE,
        "-n",
        str(wanted.jobs),
        f"--timeout={PATIENCE_S}",
        "-m",
        "not soak and not journey",
    ]
    journeys = [*BASE, "-m", "journey and not soak"]
    failed = beside([*journeys, *wanted.paths], [*others, *wanted.paths])
    print(f"==> every test: {time.monotonic() - begun:.0f} s", flush=True)
    return failed


def beside(first: Sequence[str], polite: Sequence[str]) -> int:
    """Run both at once; what `polite` writes follows when `first` has ended. 0 where neither failed."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.txt"
        with told.open("wb") as out:
            other = subprocess.Popen(
                polite, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
            )
        try:
            status = subprocess.run(first, cwd=ROOT, check=False).returncode
            with told.open("rb") as written:
                _follow(other, written)
        finally:
            if other.poll() is None:  # interrupted: nothing is left behind
                other.terminate()
                other.wait()
    return max(_verdict(status), _verdict(other.returncode))


def _follow(process: subprocess.Popen[bytes], written: BinaryIO) -> None:
    ended = False
    while not ended:
        try:
            process.wait(1)
            ended = True
        except subprocess.TimeoutExpired:
            pass
        sys.stdout.write(written.read().decode(errors="replace"))
        sys.stdout.flush()


def _verdict(status: int) -> int:
    return 0 if status == NOTHING_COLLECTED else abs(status)


if __name__ == "__main__":
    sys.exit(main())
