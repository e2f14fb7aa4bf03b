"""The object store: files of any size under the hash of their content."""

from typing import Protocol


class ObjectStore(Protocol):
    """Keeps bytes under a key that follows from them (their SHA-256 in hex), sealed at rest.

    Storing the same content twice gives the same key; it is gone after one `delete`, so a file is deleted
    only by the one who knows that no row refers to it.
    """

    async def put(self, content: bytes) -> str:
        """Store; durable when this returns. Unavailable when there is no room or no disk."""
        ...

    async def get(self, key: str) -> bytes:
        """The content; NotFound when there is none, Damaged when it is not what was stored."""
        ...

    async def exists(self, key: str) -> bool: ...

    async def delete(self, key: str) -> None:
        """Gone when this returns, also when it was never there."""
        ...
