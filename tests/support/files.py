"""An object store in memory, and a reader of papers that opens files in this process."""

from hashlib import sha256

from filing.lines import Box, Reading
from filing.uploads import Examined, examine, page_picture
from odr.errors import NotFound


class MemoryObjects:
    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, content: bytes) -> str:
        key = sha256(content).hexdigest()
        self.kept[key] = content
        return key

    async def get(self, key: str) -> bytes:
        if key not in self.kept:
            raise NotFound
        return self.kept[key]

    async def exists(self, key: str) -> bool:
        return key in self.kept

    async def delete(self, key: str) -> None:
        self.kept.pop(key, None)


class PlannedReader:
    """Reads every paper as `reading`; examines files as the real one does."""

    def __init__(self, reading: Reading | None = None) -> None:
        self.reading = reading

    async def read(self, photo: bytes, kind: str = "auto") -> Reading:
        assert self.reading
        return self.reading

    async def examine(self, file: bytes) -> Examined:
        return examine(file)

    async def page(self, file: bytes, number: int, *, dpi: int) -> bytes:
        return page_picture(file, number, dpi)

    async def marked(self, photo: bytes, box: Box, page: int = 0) -> bytes:
        return b"frame in " + photo

    async def crop(self, photo: bytes, box: Box, page: int = 0) -> bytes:
        return b"crop of " + photo
