"""What a template is given: data for scripts, sentences, errors at their fields, switches."""

import json
import re
from pathlib import Path

from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from filing.sentences import say
from odr.domain.steps import Reason
from odr.errors import BadInput, NotFound
from odr.languages import catalogue
from odr.web.assets import Assets
from odr.web.preferences import Preferences, preferences, switch_url
from odr.web.render import compiled_templates, error_at, json_script, qr, script_tags, spoken

CHINESE = catalogue("zh_CN").gettext


@given(st.recursive(st.text() | st.integers() | st.booleans(), st.lists, max_leaves=5))
def test_no_value_ends_its_data_block_and_scripts_read_it_back(value: object) -> None:
    block = str(json_script("facts", value))
    inner = re.fullmatch(r'<script type="application/json" id="facts">(.*)</script>', block, re.DOTALL)
    assert inner is not None
    assert "<" not in inner[1]
    assert json.loads(inner[1]) == value


def test_a_sentence_is_said_whatever_carries_it() -> None:
    words = "没有找到您要的页面或记录。"
    assert spoken(NotFound(), CHINESE) == words
    assert spoken(Reason(NotFound.public), CHINESE) == words
    assert spoken(say(NotFound.public), CHINESE) == words
    assert spoken(NotFound.public, CHINESE) == words
    assert spoken("", CHINESE) == ""


def test_an_error_stands_at_its_own_field_alone() -> None:
    error = BadInput(field="phone")
    assert error_at(error, "phone") is error
    assert error_at(error, "name") is None
    assert error_at({"name": "Please check what you entered."}, "name") == "Please check what you entered."
    assert error_at(None, "name") is None
    assert error_at(NotFound(), "name") is None


def test_scripts_come_with_the_sentences_they_speak() -> None:
    assets = Assets({"js/a/a.js": "dist/js/a/a-X.js"}, {"js/a/a.js": ["Close"]})
    tags = str(script_tags(assets, ("js/a/a.js",), CHINESE))
    assert '<script type="application/json" data-messages>{"Close":"关闭"}</script>' in tags
    assert '<script type="module" src="/static/dist/js/a/a-X.js"></script>' in tags


def test_a_qr_code_holds_no_style() -> None:
    assert "style=" not in qr("https://example.invalid/x")


def test_the_address_decides_before_the_cookie_and_nonsense_is_chinese() -> None:
    cookie = {"Cookie": "lang=en; elder=1"}
    assert preferences(make_mocked_request("GET", "/", headers=cookie)) == Preferences("en", True)
    asked = make_mocked_request("GET", "/?lang=zh_CN&elder=0", headers=cookie)
    assert preferences(asked) == Preferences("zh_CN", False)
    assert preferences(make_mocked_request("GET", "/?lang=xx")) == Preferences("zh_CN", False)


def test_a_switch_keeps_the_rest_of_the_address() -> None:
    request = make_mocked_request("GET", "/x?page=2&lang=en")
    assert switch_url(request, lang="zh_CN") == "/x?page=2&lang=zh_CN"


def test_a_template_is_compiled_once_and_again_when_it_changed(tmp_path: Path) -> None:
    pages, kept = tmp_path / "pages", tmp_path / "deep" / "kept"
    pages.mkdir()

    def look(text: str) -> tuple[str, set[bytes]]:
        (pages / "a.html").write_text(text, encoding="utf-8")
        env = Environment(
            autoescape=True, loader=FileSystemLoader(pages), bytecode_cache=compiled_templates(kept)
        )
        return env.get_template("a.html").render(), {one.read_bytes() for one in kept.iterdir()}

    said, first = look("one")
    again, second = look("one")
    changed, third = look("two")
    assert (said, again, changed) == ("one", "one", "two")
    assert len(first) == 1
    assert first == second != third


def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert compiled_templates(tmp_path / "file" / "kept") is None
