"""Station 11: the dossier, checked offline by both verifiers, and refused when one byte is changed."""

import asyncio
import io
import sys
import zipfile
from pathlib import Path
from typing import Final

from odr.demo.client import Refused
from odr.demo.scene import Scene
from odr.demo.steps import Step
from odr.settings import ROOT


async def take(scene: Scene) -> str:
    """Either party takes the whole case as one file; the court's keys lie beside it, never inside."""
    zhao = scene.zhao.browser
    dossier = await zhao.download(scene.b.at("dossier"))
    scene.write("dossier.zip", dossier)
    scene.write("agreement.pdf", _sealed_agreement(dossier))  # station 9's copy had no seal yet
    scene.write("trust.json", await zhao.download("/verify/trust.json"))
    scene.write("odr_verify.py", await zhao.download("/verify/odr_verify.py"))
    return f"dossier.zip {len(dossier) // 1024} KB"


def _sealed_agreement(dossier: bytes) -> bytes:
    """The agreement as everybody signed it and the mediation body sealed it."""
    with zipfile.ZipFile(io.BytesIO(dossier)) as opened:
        name = next(name for name in opened.namelist() if name.endswith("-mediation_agreement.pdf"))
        return opened.read(name)


async def check(scene: Scene) -> str:
    """Without the court: the command, and the one file that stands alone."""
    for status, told in (await _command(scene, "dossier.zip"), await _alone(scene, "dossier.zip")):
        if status:
            raise Refused(told[-400:])
    return "两个核验程序均离线通过"


async def change(scene: Scene) -> str:
    """One byte in the middle."""
    whole = bytearray((scene.out / "dossier.zip").read_bytes())
    whole[len(whole) // 2] ^= 1
    (scene.out / "changed.zip").write_bytes(whole)
    for status, told in (await _command(scene, "changed.zip"), await _alone(scene, "changed.zip")):
        if status != 1:
            raise Refused(f"改动一个字节后没有被发现（{status}）：{told[-400:]}")
    (scene.out / "changed.zip").unlink()
    return "改动一个字节，两个核验程序均拒绝"


async def _command(scene: Scene, name: str) -> tuple[int, str]:
    return await _run(scene.out, "-m", "odr", "verify", str((scene.out / name).resolve()))


async def _alone(scene: Scene, name: str) -> tuple[int, str]:
    """In a Python that finds nothing of the platform (-I) beside the file itself."""
    return await _run(
        scene.out, "-I", str((scene.out / "odr_verify.py").resolve()), str((scene.out / name).resolve())
    )


async def _run(out: Path, *arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        "--trust",
        str((out / "trust.json").resolve()),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    return process.returncode or 0, told.decode(errors="replace")


STEPS: Final = (
    Step(11, "下载卷宗和公钥", take),
    Step(11, "离线核验卷宗", check),
    Step(11, "改动一个字节即被发现", change),
)
