"""`make lock`: writes requirements/run.txt and dev.txt from pyproject.toml, every file with its hashes.

Not uv.lock: it holds the addresses of the indexes it was made with.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ("--quiet", "--universal", "--generate-hashes", "--python-version", "3.11", "--no-emit-index-url")


def main() -> int:
    for name, extras in (("run", ()), ("dev", ("--extra", "dev"))):
        target = f"requirements/{name}.txt"
        command = ["-m", "uv", "pip", "compile", *OPTIONS, *extras, "pyproject.toml", "-o", target]
        done = subprocess.run(
            [sys.executable, *command, "--custom-compile-command", "make lock"], cwd=ROOT, check=False
        )
        if done.returncode:
            return done.returncode
        print(f"{target}: {(ROOT / target).read_text(encoding='utf-8').count('==')} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
