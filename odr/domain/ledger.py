"""The append-only log as a Merkle tree: hashes, proofs, and what an entry may hold.

Rule 1: hashes are those of RFC 6962 section 2.1 (SHA-256, 0x00 before a leaf, 0x01 before a node).
Rule 2: an entry holds a salted commitment, never what was done: without the salt it says nothing, and when
        the case key (and so the salt) is destroyed every proof stays valid.
Rule 3: this module knows hashes and positions; where nodes are kept is the caller's business.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from hashlib import sha256

from odr.domain.canonical import canonical

EMPTY_ROOT = sha256(b"").digest()
SALT_BYTES = 16


@dataclass(frozen=True, slots=True, order=True)
class Node:
    """A complete subtree: the 2**level leaves from index * 2**level on."""

    level: int
    index: int


@dataclass(frozen=True, slots=True)
class Span:
    """The leaves begin..end-1, which stand under one hash."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: its size and the hashes of its complete subtrees, largest first.

    It is all that appending and the root need: O(log n) whatever the size.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> tuple["Frontier", tuple[tuple[Node, bytes], ...]]:
        """The tree one leaf larger, and every subtree that this leaf completed (its own first)."""
        made = [(Node(0, self.size), leaf)]
        peaks = list(self.peaks)
        index = self.size
        while index & 1:
            top = node_hash(peaks.pop(), made[-1][1])
            index >>= 1
            made.append((Node(made[-1][0].level + 1, index), top))
        return Frontier(self.size + 1, (*peaks, made[-1][1])), tuple(made)

    def root(self) -> bytes:
        return fold(self.peaks)


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def fold(peaks: Sequence[bytes]) -> bytes:
    """The hash over neighbouring complete subtrees, given from left (largest) to right."""
    if not peaks:
        return EMPTY_ROOT
    return reduce(lambda right, left: node_hash(left, right), reversed(peaks[:-1]), peaks[-1])


def peaks_of(span: Span) -> tuple[Node, ...]:
    """The complete subtrees whose `fold` is the hash of `span`; its begin is a multiple of its width."""
    nodes: list[Node] = []
    begin = span.begin
    while begin < span.end:
        level = (span.end - begin).bit_length() - 1
        nodes.append(Node(level, begin >> level))
        begin += 1 << level
    return tuple(nodes)


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """The siblings on the way from leaf `index` to the root of `size` leaves (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError("the leaf is not in the tree")
    spans: list[Span] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(begin, middle))
            begin = middle
    return tuple(reversed(spans))


def consistency_spans(first: int, second: int) -> tuple[Span, ...]:
    """The hashes that show the tree of `first` leaves is a beginning of that of `second` (2.1.4.1)."""
    if not 0 < first <= second:
        raise ValueError("a consistency proof goes from a smaller tree to a larger one")
    spans: list[Span] = []
    begin, end, whole = 0, second, True
    while end != first:
        middle = begin + _split(end - begin)
        if first <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(begin, middle))
            begin, whole = middle, False
    if not whole:
        spans.append(Span(begin, first))
    return tuple(reversed(spans))


def proof(spans: Iterable[Span], node: Callable[[Node], bytes]) -> tuple[bytes, ...]:
    """The hashes of `spans`, each folded from the complete subtrees that `node` looks up."""
    return tuple(fold([node(n) for n in peaks_of(span)]) for span in spans)


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that `path` leads to, or None when it has the wrong length (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    position, last, result = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            result = node_hash(sibling, result)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            result = node_hash(result, sibling)
        position, last = position >> 1, last >> 1
    return result if last == 0 else None


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    found = root_from_inclusion(leaf, index, size, path)
    return found is not None and hmac.compare_digest(found, root)


def is_consistent(first: int, second: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree of `second` leaves begins with the tree of `first` (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and hmac.compare_digest(old_root, new_root)
    hashes = ([old_root] if first & (first - 1) == 0 else []) + list(path)
    if not hashes:
        return False
    roots = _roots_from_consistency(first, second, hashes)
    return roots is not None and roots == (old_root, new_root)


def commitment(salt: bytes, act: bytes) -> bytes:
    """SHA-256 over a random salt of fixed length and the act: binding, and silent without the salt."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return sha256(salt + act).digest()


def entry(kind: str, committed: bytes, at: datetime) -> bytes:
    """The log entry of one act: when, which kind, and the commitment; nothing that names anyone."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return canonical({"v": 1, "kind": kind, "at": moment, "commitment": committed.hex()})


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def _roots_from_consistency(first: int, second: int, hashes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    old, new = first - 1, second - 1
    while old & 1:
        old, new = old >> 1, new >> 1
    old_root = new_root = hashes[0]
    for sibling in hashes[1:]:
        if new == 0:
            return None
        if old & 1 or old == new:
            old_root, new_root = node_hash(sibling, old_root), node_hash(sibling, new_root)
            while not old & 1 and old:
                old, new = old >> 1, new >> 1
        else:
            new_root = node_hash(new_root, sibling)
        old, new = old >> 1, new >> 1
    return (old_root, new_root) if new == 0 else None
