"""What every time-stamp authority promises."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from odr.adapters.timestamps.local import LocalTimestamps
from odr.domain.timestamps import stamped_at
from odr.errors import BadInput
from odr.ports.timestamps import TimestampAuthority

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
MASTER = bytes(32)
DIGEST = sha256(b"paper").digest()
Make = Callable[[Path], TimestampAuthority]


def local(folder: Path) -> TimestampAuthority:
    return LocalTimestamps(folder, MASTER, lambda: NOW)


@pytest.fixture(params=[local])
def authority(request: pytest.FixtureRequest, tmp_path: Path) -> TimestampAuthority:
    make: Make = request.param
    return make(tmp_path)


async def test_a_token_tells_the_time_of_what_was_stamped(authority: TimestampAuthority) -> None:
    token = await authority.stamp(DIGEST)
    assert stamped_at(token, DIGEST, [authority.certificate_der]) == NOW


async def test_a_token_is_good_for_nothing_else(authority: TimestampAuthority) -> None:
    token = await authority.stamp(DIGEST)
    with pytest.raises(BadInput):
        stamped_at(token, sha256(b"other").digest(), [authority.certificate_der])


async def test_another_authority_is_not_believed(authority: TimestampAuthority, tmp_path: Path) -> None:
    other = LocalTimestamps(tmp_path / "other", MASTER, lambda: NOW)
    with pytest.raises(BadInput):
        stamped_at(await other.stamp(DIGEST), DIGEST, [authority.certificate_der])


async def test_no_changed_byte_of_the_statement_is_believed(authority: TimestampAuthority) -> None:
    token = await authority.stamp(DIGEST)
    end = token.index(authority.certificate_der)
    for place in range(end):
        changed = bytearray(token)
        changed[place] ^= 0x01
        try:
            assert stamped_at(bytes(changed), DIGEST, [authority.certificate_der]) == NOW
        except BadInput:
            continue


async def test_the_authority_is_the_same_after_a_restart(tmp_path: Path) -> None:
    token = await local(tmp_path).stamp(DIGEST)
    assert stamped_at(token, DIGEST, [local(tmp_path).certificate_der]) == NOW
