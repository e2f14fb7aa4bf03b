"""Sentences and their Chinese."""

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from filing.catalogue import chinese
from filing.norms import cite
from filing.sentences import articles, say

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "filing").glob("*.py"))


def message_ids(source: Path) -> set[str]:
    """The first argument of every say(...) and every `public` sentence in a file."""
    tree = ast.parse(source.read_text("utf-8"))
    said = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "say"
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    public = {
        line.value.value
        for line in ast.walk(tree)
        if isinstance(line, ast.Assign | ast.AnnAssign) and isinstance(line.value, ast.Constant)
        if "public" in ast.unparse(line).split("=")[0]
    }
    return {text for text in said | public if isinstance(text, str)}


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_every_sentence_has_its_chinese(source: Path) -> None:
    assert {text for text in message_ids(source) if chinese(text) == text} == set()


def test_every_message_keeps_the_places_of_its_sentence() -> None:
    with (ROOT / "locales/zh_CN/filing.po").open("rb") as po:
        wrong = [error for message in read_po(po, locale="zh_CN") for error in message.check()]
    assert wrong == []


def test_a_sentence_may_hold_a_sentence() -> None:
    zh = {"a %(what)s": "一件%(what)s", "loan": "借款"}
    assert say("a %(what)s", what=say("loan")).say(zh.__getitem__) == "一件借款"


def test_articles_are_named_once_in_order() -> None:
    assert articles([say("a", "FEE 16"), say("b"), say("c", "FEE 13(6); BJFEE"), say("d", "FEE 16")]) == (
        "FEE 16",
        "FEE 13(6)",
        "BJFEE",
    )


@pytest.mark.parametrize(
    ("article", "shown"),
    [
        ("FEE 13(1)2", "《诉讼费用交纳办法》第13条第1项第2目"),
        ("MSF 126", "《民事诉讼法》第126条"),
        ("DJ 8 ¶2", "《关于人民法院登记立案若干问题的规定》第8条第2款"),
        ("BJFEE", "京发改〔2007〕1111号"),
        ("house rule", "house rule"),
    ],
)
def test_an_article_is_cited_as_people_cite_it(article: str, shown: str) -> None:
    assert cite(article) == shown
