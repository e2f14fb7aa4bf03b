#!/usr/bin/env python3
"""Checks a dossier offline: python odr_verify.py DOSSIER.zip --trust trust.json (standard library only).

Rule 1: what is trusted comes from --trust, which you got outside the dossier; keys inside it mean nothing.
Rule 2: every byte counts: each file by its hash, the list of files by the platform's signature, and the
        container by being built again from its contents and compared.
Rule 3: what is not checked here is said: signatures inside PDFs and RFC 3161 time-stamps need
        `python -m odr verify`.

Exit status: 0 everything checked holds; 1 something does not; 2 it could not be checked.
"""

import base64
import binascii
import hashlib
import json
import re
import struct
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST, RECEIPT, SEAL = "manifest.json", "receipt.json", "seal.note"
ENTRIES, CHECKPOINT, STAMP = "log/entries.json", "log/checkpoint.txt", "log/checkpoint.tsr"
SEAL_TITLE = "odr dossier v1"
MAX_FILES, MAX_BYTES = 65_000, 0xFFFFFFFF

_NAME = re.compile(r"[a-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")
_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3L2H"), struct.Struct("<4s6H3L5H2L"), struct.Struct("<4s4H2LH")
_DAY_ONE = 0x0021  # 1 January 1980, the first day a zip file knows
_PLAIN_FILE = 0o100644 << 16


class Broken(Exception):
    """Something does not hold; `place` says where."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(place)


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was checked, in Chinese and English, and where it failed (None: it holds)."""

    chinese: str
    english: str
    place: str | None = None

    def __str__(self) -> str:
        mark, where = ("✗", f"  ← {self.place}") if self.place else ("✓", "")
        return f"{mark} {self.chinese}  {self.english}{where}"


# ---- the container -------------------------------------------------------------------------------


def pack(files: Mapping[str, bytes]) -> bytes:
    """The one zip that these files make: stored, sorted by name, one fixed time, nothing between or after."""
    if len(files) > MAX_FILES or sum(map(len, files.values())) > MAX_BYTES:
        raise Broken("container: too large")
    body, directory = bytearray(), bytearray()
    for name, content in sorted(files.items()):
        directory += _central(name, content, len(body))
        body += _local(name, content)
    end = _END.pack(b"PK\5\6", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory) + end


def unpack(raw: bytes) -> dict[str, bytes]:
    """The files of a container, read from its first byte on; Broken where its form ends to make sense."""
    files: dict[str, bytes] = {}
    at = 0
    while raw[at : at + 4] == b"PK\3\4":
        if at + _LOCAL.size > len(raw):
            raise Broken(f"container: local header at byte {at}")
        _, _, _, _, _, _, _, size, _, name_bytes, extra_bytes = _LOCAL.unpack_from(raw, at)
        start = at + _LOCAL.size + name_bytes
        name = raw[at + _LOCAL.size : start].decode("latin-1")
        if extra_bytes or start + size > len(raw) or not _NAME.fullmatch(name) or name in files:
            raise Broken(f"container: local header at byte {at}")
        files[name] = raw[start : start + size]
        at = start + size
    if raw[at : at + 4] != b"PK\1\2":
        raise Broken(f"container: byte {at}, where a header or the directory should begin")
    return files


def check_container(raw: bytes, files: Mapping[str, bytes]) -> None:
    """Whether `raw` is exactly what its files make; Broken with the first byte that differs."""
    made = pack(files)
    if made == raw:
        return
    differs = next((i for i, (a, b) in enumerate(zip(made, raw, strict=False)) if a != b), None)
    at = min(len(made), len(raw)) if differs is None else differs
    raise Broken(f"container: byte {at}, {_region(files, at)}")


def _region(files: Mapping[str, bytes], at: int) -> str:
    start = 0
    for name, content in sorted(files.items()):
        for part, width in (("local header", _LOCAL.size + len(name)), ("content", len(content))):
            if at < start + width:
                return f"{part} of {name}"
            start += width
    for name in sorted(files):
        start += _CENTRAL.size + len(name)
        if at < start:
            return f"directory entry of {name}"
    return "end record" if at < start + _END.size else "after the end"


def _local(name: str, content: bytes) -> bytes:
    size = len(content)
    fixed = _LOCAL.pack(b"PK\3\4", 10, 0, 0, 0, _DAY_ONE, zlib.crc32(content), size, size, len(name), 0)
    return fixed + name.encode() + content


def _central(name: str, content: bytes, offset: int) -> bytes:
    size = len(content)
    fixed = _CENTRAL.pack(
        b"PK\1\2", 3 << 8 | 10, 10, 0, 0, 0, _DAY_ONE, zlib.crc32(content), size, size, len(name), 0, 0, 0, 0,
        _PLAIN_FILE, offset,
    )  # fmt: skip
    return fixed + name.encode()


# ---- what it says --------------------------------------------------------------------------------


def verify(raw: bytes, trust: Mapping[str, Any]) -> Iterator[Finding]:
    """Every check, in order; a check whose ground is missing fails too."""
    try:
        files = unpack(raw)
    except Broken as broken:
        yield Finding("容器结构", "container can be read", broken.place)
        return
    for chinese, english, check in _CHECKS:
        try:
            check(raw, files, trust)
            yield Finding(chinese, english)
        except Broken as broken:
            yield Finding(chinese, english, broken.place)
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
            yield Finding(chinese, english, f"unreadable ({type(error).__name__}: {error})")


def _check_seal(_raw: bytes, files: Mapping[str, bytes], trust: Mapping[str, Any]) -> None:
    """The platform's one signature, over the list of files and the receipt."""
    text = open_note(_file(files, SEAL), trust["platform"], SEAL)
    if text != seal_text(_file(files, MANIFEST), _file(files, RECEIPT)):
        raise Broken(f"{SEAL}: it is for another {MANIFEST} or {RECEIPT}")


def _check_files(_raw: bytes, files: Mapping[str, bytes], _trust: Mapping[str, Any]) -> None:
    """Each file by its hash; none missing, none too many."""
    manifest = _canonical(_file(files, MANIFEST), MANIFEST)
    listed = {item["path"]: item for item in manifest["files"]}
    for path, item in listed.items():
        content = _file(files, path)
        if hashlib.sha256(content).hexdigest() != item["sha256"] or len(content) != item["bytes"]:
            raise Broken(f"{path}: its content is not what {MANIFEST} says")
    surplus = sorted(files.keys() - listed.keys() - {MANIFEST, RECEIPT, SEAL})
    if surplus or len(listed) != len(manifest["files"]):
        raise Broken(f"{surplus[0] if surplus else MANIFEST}: not in {MANIFEST}, or twice")


def _check_own_container(raw: bytes, files: Mapping[str, bytes], _trust: Mapping[str, Any]) -> None:
    check_container(raw, files)


def _check_entries(_raw: bytes, files: Mapping[str, bytes], trust: Mapping[str, Any]) -> None:
    """Each act of the case stands in the log at its place, and is the act that was committed to."""
    size, root = read_checkpoint(_file(files, CHECKPOINT), trust["log"], CHECKPOINT)
    for number, item in enumerate(_canonical(_file(files, ENTRIES), ENTRIES)):
        check_proof(item, size, root, f"{ENTRIES}, entry {number} (log index {item['index']})")


def _check_receipt(_raw: bytes, files: Mapping[str, bytes], trust: Mapping[str, Any]) -> None:
    """The dossier itself was logged, in a log that still holds all the older entries."""
    receipt = _canonical(_file(files, RECEIPT), RECEIPT)
    size, root = read_checkpoint(receipt["checkpoint"].encode(), trust["log"], RECEIPT)
    check_proof(receipt, size, root, RECEIPT)
    logged = json.loads(receipt["act"])["details"].get("manifest_sha256")
    if logged != hashlib.sha256(_file(files, MANIFEST)).hexdigest():
        raise Broken(f"{RECEIPT}: the log names another {MANIFEST}")
    old_size, old_root = read_checkpoint(_file(files, CHECKPOINT), trust["log"], CHECKPOINT)
    path = [bytes.fromhex(item) for item in receipt["consistency"]]
    if not is_consistent(old_size, size, path, old_root, root):
        raise Broken(f"{RECEIPT}: the log was rewritten between its two checkpoints")


_CHECKS = (
    ("平台封签", "platform's signature over the list of files", _check_seal),
    ("每个文件的校验值", "every file, by its hash", _check_files),
    ("容器逐字节一致", "container, byte by byte", _check_own_container),
    ("全程留痕日志条目", "log entries, openings and proofs", _check_entries),
    ("卷宗本身已存证", "dossier logged, log only ever extended", _check_receipt),
)


def seal_text(manifest: bytes, receipt: bytes) -> str:
    """What the platform signs: the hashes of the list of files and of the receipt."""
    hashes = (hashlib.sha256(content).hexdigest() for content in (manifest, receipt))
    return "\n".join((SEAL_TITLE, *hashes)) + "\n"


def check_proof(item: Mapping[str, Any], size: int, root: bytes, place: str) -> None:
    """Opening, entry, inclusion: Broken at `place` when one does not lead to the next."""
    committed = hashlib.sha256(bytes.fromhex(item["salt"]) + item["act"].encode()).hexdigest()
    if _canonical(item["entry"].encode(), place)["commitment"] != committed:
        raise Broken(f"{place}: the act is not the one that was logged")
    leaf = hashlib.sha256(b"\x00" + item["entry"].encode()).digest()
    if root_from(leaf, item["index"], size, [bytes.fromhex(step) for step in item["path"]]) != root:
        raise Broken(f"{place}: it is not in the log at this place")


def _file(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise Broken(f"{name}: it is missing")
    return files[name]


def _canonical(raw: bytes, place: str) -> Any:
    """JSON in its one form: keys sorted, no spaces, UTF-8, no floats."""
    record = json.loads(raw, parse_float=_no_float, parse_constant=_no_float)
    again = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if again.encode() != raw:
        raise Broken(f"{place}: it is not in canonical form")
    return record


def _no_float(text: str) -> None:
    raise ValueError(f"{text} is not a whole number")


# ---- the log (RFC 6962, RFC 9162, C2SP signed notes and checkpoints) -----------------------------


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    if not 0 <= index < size:
        return None
    position, last, result = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if position & 1 or position == last:
            result = _node(step, result)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            result = _node(result, step)
        position, last = position >> 1, last >> 1
    return result if last == 0 else None


def is_consistent(first: int, second: int, path: Sequence[bytes], old: bytes, new: bytes) -> bool:
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and old == new
    hashes = ([old] if first & (first - 1) == 0 else []) + list(path)
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    if not hashes:
        return False
    old_root = new_root = hashes[0]
    for step in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old_root, new_root = _node(step, old_root), _node(step, new_root)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new_root = _node(new_root, step)
        position, last = position >> 1, last >> 1
    return last == 0 and (old_root, new_root) == (old, new)


def read_checkpoint(note: bytes, vkey: str, place: str) -> tuple[int, bytes]:
    """Size and root that the log's key has signed."""
    origin, size, root, *rest = open_note(note, vkey, place).split("\n")
    if origin != vkey.partition("+")[0] or not size.isdigit() or rest != [""]:
        raise Broken(f"{place}: it is not a checkpoint of this log")
    return int(size), base64.b64decode(root, validate=True)


def open_note(raw: bytes, vkey: str, place: str) -> str:
    """The text of a note with exactly one signature, by this key."""
    name, key_id, encoded = vkey.split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    text, _, line = raw.decode().rpartition("\n\n")
    text += "\n"
    start = f"\u2014 {name} "
    try:
        signature = base64.b64decode(line.removeprefix(start).rstrip("\n"), validate=True)
    except binascii.Error:
        signature = b""
    one_form = f"{text}\n{start}{base64.b64encode(signature).decode()}\n".encode() == raw
    if not one_form or signature[:4].hex() != key_id or key[:1] != b"\x01":
        raise Broken(f"{place}: not signed by the key you trust")
    if not ed25519_holds(key[1:], signature[4:], text.encode()):
        raise Broken(f"{place}: the signature does not hold")
    return text


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


# ---- Ed25519 (RFC 8032, section 5.1), checking only ----------------------------------------------

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_BASE_Y = 4 * pow(5, _P - 2, _P) % _P

Point = tuple[int, int, int, int]  # extended coordinates: x = X/Z, y = Y/Z, T = XY/Z


def ed25519_holds(public: bytes, signature: bytes, message: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _point(public), _point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or scalar >= _ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % _ORDER
    left, right = _times(scalar, _BASE), _sum(commitment, _times(challenge, key))
    same_x = (left[0] * right[2] - right[0] * left[2]) % _P == 0
    return same_x and (left[1] * right[2] - right[1] * left[2]) % _P == 0


def _point(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x_of(y, sign) if y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _x_of(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return _P - x if x & 1 != sign else x


def _sum(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _sum(result, point)
        point, scalar = _sum(point, point), scalar >> 1
    return result


_BASE = _point(_BASE_Y.to_bytes(32, "little")) or (0, 1, 1, 0)


# ---- the command ---------------------------------------------------------------------------------

NOT_CHECKED = (
    "未检查：PDF 内的电子签名、可信时间戳（请用 python -m odr verify）。\n"
    "Not checked here: signatures inside PDFs and RFC 3161 time-stamps (use python -m odr verify)."
)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 3 or arguments[1] != "--trust":
        sys.stderr.write("usage: odr_verify.py DOSSIER.zip --trust trust.json\n")
        return 2
    try:
        raw, trust = Path(arguments[0]).read_bytes(), json.loads(Path(arguments[2]).read_bytes())
        findings = list(verify(raw, {"platform": str(trust["platform"]), "log": str(trust["log"])}))
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"无法检查 cannot check: {error}\n")
        return 2
    sys.stdout.write("\n".join([*map(str, findings), NOT_CHECKED]) + "\n")
    return 1 if any(finding.place for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
