"""What pages name exists, what is locked names no registry, and nothing stands inline."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import assets, messages

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def named() -> Iterator[tuple[Path, str]]:
    for template in TEMPLATES:
        text = template.read_text()
        for call in re.findall(r"(?:asset|scripts)\(([^)]*)\)", text):
            for name in re.findall(r"""["']([^"']+)["']""", call):
                yield template, name


def test_every_asset_that_a_template_names_is_an_entry() -> None:
    entries = {str(path.relative_to(ROOT / "static")) for path in assets.entries()}
    images = {str(path.relative_to(ROOT / "static")) for path in (ROOT / "static/img").rglob("*.*")}
    mesh = {f"mesh/{path.name}" for path in assets.MESH}
    assert [(str(t), name) for t, name in named() if name not in entries | images | mesh] == []


def test_no_template_holds_inline_script_or_style() -> None:
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(src=|application/json))|javascript:", re.I
    )
    assert [str(path) for path in TEMPLATES if inline.search(path.read_text())] == []


def test_the_lock_holds_no_address_of_a_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert len(packages) > 1
    assert [name for name, package in packages.items() if "resolved" in package] == []
    assert [name for name, p in packages.items() if name and not p.get("integrity")] == []


def test_a_change_of_one_byte_or_of_a_name_changes_the_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    one, other = tmp_path / "a.js", tmp_path / "b.js"
    one.write_text("1")
    before = assets.digest_of([one])
    one.write_text("2")
    changed = assets.digest_of([one])
    one.rename(other)
    assert len({before, changed, assets.digest_of([other])}) == 3


def test_the_sentences_of_shared_parts_come_with_each_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    source = tmp_path / "static/js/site/a.js"
    source.parent.mkdir(parents=True)
    source.write_text('_("Close")')
    outputs = {
        "page": {"imports": [{"path": "part"}, {"path": "x", "external": True}], "inputs": {}},
        "part": {
            "imports": [{"path": "page"}],
            "inputs": {"static/js/site/a.js": {}, "node_modules/y.js": {}},
        },
    }
    assert assets._spoken(outputs, "page") == ["Close"]
