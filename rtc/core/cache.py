"""A ring of the last packets of one track, shared by all who listen to it."""

from rtc.core.packets import Rtp


class PacketCache:
    """Packets by unrolled number; a newer one takes the place of one `size` numbers older."""

    def __init__(self, size: int) -> None:
        if size & (size - 1):
            raise ValueError("the size of a ring is a power of two")
        self._mask = size - 1
        self._ring: list[tuple[int, Rtp] | None] = [None] * size

    def put(self, number: int, packet: Rtp) -> None:
        self._ring[number & self._mask] = (number, packet)

    def get(self, number: int) -> Rtp | None:
        entry = self._ring[number & self._mask]
        return entry[1] if entry is not None and entry[0] == number else None
