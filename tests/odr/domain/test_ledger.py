import os
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.domain.ledger import (
    EMPTY_ROOT,
    Frontier,
    Node,
    commitment,
    consistency_spans,
    entry,
    inclusion_spans,
    is_consistent,
    is_included,
    leaf_hash,
    proof,
)

SIZES = st.integers(1, 130)
# Roots of the reference tree of RFC 6962 implementations (certificate-transparency-go, merkle testdata).
REFERENCE_LEAVES = [
    bytes.fromhex(x)
    for x in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
REFERENCE_ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def grow(leaves: list[bytes]) -> tuple[list[bytes], dict[Node, bytes]]:
    """Every root from size 0 on, and every complete subtree."""
    nodes: dict[Node, bytes] = {}
    tree, roots = Frontier(), [EMPTY_ROOT]
    for leaf in leaves:
        tree, made = tree.append(leaf)
        nodes.update(made)
        roots.append(tree.root())
    return roots, nodes


def tree_of(size: int) -> tuple[list[bytes], list[bytes], dict[Node, bytes]]:
    leaves = [leaf_hash(str(i).encode()) for i in range(size)]
    return leaves, *grow(leaves)


def test_roots_are_those_of_the_reference_tree() -> None:
    roots, _ = grow([leaf_hash(x) for x in REFERENCE_LEAVES])
    assert {size: roots[size].hex() for size in REFERENCE_ROOTS} == REFERENCE_ROOTS


@given(SIZES, st.data())
def test_every_leaf_proves_itself_and_no_other(size: int, data: st.DataObject) -> None:
    leaves, roots, nodes = tree_of(size)
    index = data.draw(st.integers(0, size - 1))
    path = proof(inclusion_spans(index, size), nodes.__getitem__)
    assert is_included(leaves[index], index, size, path, roots[size])
    assert not is_included(leaf_hash(b"other"), index, size, path, roots[size])
    assert not is_included(leaves[index], index, size, (*path, bytes(32)), roots[size])
    wrong = data.draw(st.integers(0, size - 1))
    assert wrong == index or not is_included(leaves[index], wrong, size, path, roots[size])


@given(SIZES, st.data())
def test_a_larger_tree_proves_that_it_kept_the_smaller(size: int, data: st.DataObject) -> None:
    _, roots, nodes = tree_of(size)
    first = data.draw(st.integers(1, size))
    path = proof(consistency_spans(first, size), nodes.__getitem__)
    assert is_consistent(first, size, path, roots[first], roots[size])
    assert not is_consistent(first, size, path, bytes(32), roots[size])
    assert not is_consistent(first, size, path, roots[first], bytes(32))


@given(st.integers(2, 60), st.data())
def test_a_rewritten_entry_breaks_consistency(size: int, data: st.DataObject) -> None:
    leaves, old, _ = tree_of(size)
    first = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, first - 1))
    leaves[changed] = leaf_hash(b"rewritten")
    new, nodes = grow(leaves)
    path = proof(consistency_spans(first, size), nodes.__getitem__)
    assert not is_consistent(first, size, path, old[first], new[size])


def test_an_entry_holds_the_commitment_and_not_the_act() -> None:
    salt = os.urandom(16)
    act = '{"name":"张三"}'.encode()
    raw = entry("state", commitment(salt, act), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert "张三".encode() not in raw
    assert b'"at":"2026-01-02T03:04:05.000000Z"' in raw
    assert commitment(salt, act).hex().encode() in raw
    assert commitment(os.urandom(16), act) != commitment(salt, act)


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        commitment(b"short", b"")
