"""Objects as sealed files on a disk.

Rule 1: a file appears under its name only when all its bytes are on the disk (write, fsync, rename, fsync of
        the folder), so a crash leaves at most a temporary file.
"""

import asyncio
import os
import re
import secrets
from hashlib import sha256
from pathlib import Path

from odr.domain.sealing import Damaged, Sealer
from odr.errors import NotFound, Unavailable

_KEY = re.compile(r"[0-9a-f]{64}")


class FilesystemObjects:
    def __init__(self, folder: Path, master: bytes) -> None:
        self._folder = folder
        self._sealer = Sealer(master, "objects")

    async def put(self, content: bytes) -> str:
        return await asyncio.to_thread(self._put, content)

    async def get(self, key: str) -> bytes:
        return await asyncio.to_thread(self._get, key)

    async def exists(self, key: str) -> bool:
        return await asyncio.to_thread(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _put(self, content: bytes) -> str:
        key = sha256(content).hexdigest()
        path = self._path(key)
        if path.is_file():
            return key
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_durably(path, self._sealer.seal(content, key))
        except OSError as error:
            raise Unavailable("There is no room to store this file just now. Please try again.") from error
        return key

    def _get(self, key: str) -> bytes:
        try:
            sealed = self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise NotFound from error
        content = self._sealer.open(sealed, key)
        if sha256(content).hexdigest() != key:
            raise Damaged
        return content

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise NotFound
        return self._folder / key[:2] / key


def _write_durably(path: Path, raw: bytes) -> None:
    draft = path.with_name(f".{secrets.token_hex(8)}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        with draft.open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
