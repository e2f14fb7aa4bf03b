"""The rules of the tree: each fault is seen, and the tree itself has none."""

import json
from pathlib import Path, PurePosixPath

import pytest

from tools import layout


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(layout, "ROOT", tmp_path)
    return tmp_path


def _faults(tree: Path, name: str, text: str) -> list[str]:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return [fault for check in layout.CHECKS for fault in check([PurePosixPath(name)])]


def test_the_tree_is_in_order() -> None:
    assert [fault for check in layout.CHECKS for fault in check(layout.tracked())] == []


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("odr/web/cases.py", "x = 1\n" * 501, "501 lines"),
        ("odr/services/utils.py", "", "does not say"),
        ("odr/services/helpers.py", "", "neither a subject"),
        ("odr/db/wizardry.py", "", "neither a subject"),
        ("docs/operations.md", "cd /home/wang/odr", "/home/wang"),
        ("requirements/run.txt", "--index-url https://" + "mirror.example/simple/", "names a place"),
        ("notes.md", "see https://" + "registry.example/esbuild", "names a place"),
    ],
)
def test_a_fault_is_told(tree: Path, name: str, text: str, fault: str) -> None:
    assert any(fault in told for told in _faults(tree, name, text))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("odr/web/cases.py", "x = 1\n" * 500),
        ("odr/db/base.py", ""),
        ("odr/domain/steps.py", ""),
        ("docs/operations.md", "/etc/nginx, /var/lib/odr, https://court.example/workshop"),
    ],
)
def test_what_is_allowed_is_not_told(tree: Path, name: str, text: str) -> None:
    assert _faults(tree, name, text) == []


def test_a_lock_that_names_its_source_or_lacks_a_hash_is_told(tree: Path) -> None:
    packages = {
        "": {},
        "node_modules/a": {"resolved": "file:a.tgz", "integrity": "sha512-x"},
        "node_modules/b": {},
    }
    told = _faults(tree, "package-lock.json", json.dumps({"packages": packages}))
    assert len(told) == 2
