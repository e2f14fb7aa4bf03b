"""The built front end: addresses of scripts, style sheets and images, and the sentences that scripts speak.

Rule 1: what is served comes from `static/dist`; where it was not built, the sources are served as they are,
which is enough for tests and for pages without bundled libraries.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from odr.logs import log

_log = log(__name__)


@dataclass(frozen=True, slots=True)
class Assets:
    """`files`: name in a template ("js/site/page.js") to hashed path below /static; `messages`: its ids."""

    files: dict[str, str] = field(default_factory=dict)
    messages: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, static: Path) -> Self:
        """The manifest that `python -m tools.assets` wrote; empty with a warning if there is none."""
        path = static / "dist" / "manifest.json"
        if not path.is_file():
            _log.warning("front end not built", remedy="python -m tools.assets")
            return cls()
        manifest = json.loads(path.read_text())
        return cls(manifest["files"], manifest["messages"])

    def url(self, name: str) -> str:
        """The address of an asset; ValueError for one that the build does not know."""
        if not self.files:
            return f"/static/{name}"
        if name not in self.files:
            raise ValueError(f"no such asset: {name}; run python -m tools.assets")
        return f"/static/{self.files[name]}"
