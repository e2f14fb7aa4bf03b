import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from odr.domain.canonical import canonical, parse_canonical
from odr.domain.notes import Checkpoint, NoteKey, open_note, parse_checkpoint, parse_key, signed_note
from odr.errors import BadInput

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey("court.example/log", PRIVATE.public_key().public_bytes_raw())
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
HEAD = Checkpoint("court.example/log", 7, bytes(range(32)))


def test_a_checkpoint_comes_back_from_its_note() -> None:
    note = signed_note(HEAD.text(), KEY, PRIVATE.sign)
    assert parse_checkpoint(open_note(note, KEY)) == HEAD


def test_the_published_example_key_is_read() -> None:
    # The example of golang.org/x/mod/sumdb/note.
    vkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(parse_key(vkey)) == vkey
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb"
        "6KE6RyyBwJnAM=\n"
    )
    assert open_note(note, parse_key(vkey)).startswith("If you think")


@pytest.mark.parametrize(
    "key", [NoteKey(KEY.name, OTHER.public_key().public_bytes_raw()), NoteKey("x", KEY.public)]
)
def test_another_key_does_not_open_it(key: NoteKey) -> None:
    with pytest.raises(BadInput):
        open_note(signed_note(HEAD.text(), KEY, PRIVATE.sign), key)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_changed_byte_passes_as_the_same_signed_text(place: int, flip: int) -> None:
    raw = bytearray(signed_note(HEAD.text(), KEY, PRIVATE.sign).encode())
    raw[place % len(raw)] ^= flip
    try:
        text = open_note(raw.decode(), KEY)
    except (BadInput, UnicodeDecodeError):
        return
    assert text == HEAD.text()  # only bytes outside the signed text (the last newline) may differ


@pytest.mark.parametrize(
    "text", ["", "a\n1\n", "a\n01\nAAAA\n", "a\n-1\n" + "A" * 43 + "=\n", "a\n٣\nAAAA\n\n"]
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parse_checkpoint(text)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc中", max_size=3), inner, max_size=3)
    ),
)


@given(JSON)
def test_a_record_has_one_byte_form(record: object) -> None:
    raw = canonical(record)  # type: ignore[arg-type]  # hypothesis cannot name the recursive type
    assert parse_canonical(raw) == record
    with pytest.raises(BadInput):
        parse_canonical(raw + b" ")


@pytest.mark.parametrize("record", [1.5, {"a": [2.0]}, {1: "a"}, b"x"])
def test_what_has_no_single_form_is_refused(record: object) -> None:
    with pytest.raises(BadInput):
        canonical(record)  # type: ignore[arg-type]  # that is the point
