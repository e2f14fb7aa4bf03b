"""What every object store promises."""

import errno
import os
from hashlib import sha256
from pathlib import Path

import pytest

from odr.adapters.objects.filesystem import FilesystemObjects
from odr.domain.sealing import Damaged, Sealer
from odr.errors import NotFound, Unavailable
from odr.ports.objects import ObjectStore

MASTER = bytes(range(32))


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture(params=[FilesystemObjects])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    store: ObjectStore = request.param(tmp_path, MASTER)
    return store


async def test_what_was_put_comes_back_under_its_hash(objects: ObjectStore) -> None:
    key = await objects.put(b"paper")
    assert key == sha256(b"paper").hexdigest()
    assert await objects.get(key) == b"paper"
    assert await objects.put(b"paper") == key


async def test_what_was_deleted_is_gone(objects: ObjectStore) -> None:
    key = await objects.put(b"paper")
    await objects.delete(key)
    await objects.delete(key)
    assert not await objects.exists(key)
    with pytest.raises(NotFound):
        await objects.get(key)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "0" * 63])
async def test_a_key_that_is_no_hash_names_nothing(objects: ObjectStore, key: str) -> None:
    with pytest.raises(NotFound):
        await objects.get(key)


async def test_the_disk_holds_no_plain_text_and_no_half_file(tmp_path: Path) -> None:
    key = await FilesystemObjects(tmp_path, MASTER).put(b"plain words")
    (file,) = files(tmp_path)
    assert file.name == key
    assert b"plain" not in file.read_bytes()


async def test_a_changed_or_moved_file_is_damaged(tmp_path: Path) -> None:
    store = FilesystemObjects(tmp_path, MASTER)
    first, second = await store.put(b"one"), await store.put(b"two")
    (tmp_path / second[:2] / second).write_bytes((tmp_path / first[:2] / first).read_bytes())
    with pytest.raises(Damaged):
        await store.get(second)


async def test_a_full_disk_is_said_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable):
        await FilesystemObjects(tmp_path, MASTER).put(b"paper")
    assert not files(tmp_path)


def test_a_purpose_does_not_open_what_another_sealed() -> None:
    sealed = Sealer(MASTER, "objects").seal(b"x", "place")
    assert Sealer(MASTER, "objects").open(sealed, "place") == b"x"
    for sealer, place in ((Sealer(MASTER, "keys"), "place"), (Sealer(MASTER, "objects"), "elsewhere")):
        with pytest.raises(Damaged):
            sealer.open(sealed, place)
    with pytest.raises(Damaged):
        Sealer(MASTER, "objects").open(b"", "place")
