"""Every sentence has its Chinese, and the collector finds sentences where they stand."""

from pathlib import Path

import pytest

from tools import messages


def test_every_sentence_has_its_chinese_and_every_chinese_its_sentence() -> None:
    assert messages.faults() == []


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    return tmp_path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


PYTHON = '''
"""A docstring is no message."""
TABLE = {"a": "Label", "b": ("Other label", Record("x", "the case is docketed"))}  # messages
ODD = ("MSF 126", "text/html")
class Refused(OdrError):
    public = "It was refused."
def check(flag):
    _log.info(f"request {flag} failed.")
    raise NotAllowed("first way" if flag else "second way")
'''


def test_sentences_are_found_in_tables_errors_and_both_arms_of_a_choice(root: Path) -> None:
    module = write(root / "odr/x.py", PYTHON)
    found = {message.id for message in messages.of_module(module, frozenset({"NotAllowed"}))}
    assert found == {
        "Label",
        "Other label",
        "the case is docketed",
        "It was refused.",
        "first way",
        "second way",
    }


def test_sentences_are_found_in_templates_and_scripts(root: Path) -> None:
    template = write(root / "templates/x.html", '{{ _("Hello") }}{% trans %}\n  Good\n  day{% endtrans %}')
    script = write(root / "static/js/x/x.js", 'button.textContent = _("Close %(what)s", { what });')
    assert {message.id for message in messages.of_template(template)} == {"Hello", "Good day"}
    assert [message.id for message in messages.of_script(script)] == ["Close %(what)s"]


def test_a_sentence_inside_a_template_string_is_refused_where_it_stands(root: Path) -> None:
    script = write(
        root / "static/js/x/x.js",
        'const ok = `${map({ a: 1 })} ${this.said_(1)}`;\nconst no = `<b>\n${ok ? _("Yes.") : ""}</b>`;\n',
    )
    assert [line.split(": ")[0] for line in messages.unseen(script)] == ["static/js/x/x.js:3"]


CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Hello"
msgstr "您好 %(name)s"

#, fuzzy
msgid "Bye"
msgstr "再见"

msgid "Gone"
msgstr "没了"
"""


def test_each_fault_of_a_catalogue_is_named(root: Path) -> None:
    write(root / "odr/errors.py", "")
    write(root / "templates/x.html", '{{ _("Hello") }}{{ _("Bye") }}{{ _("New") }}')
    write(root / "locales/zh_CN/a.po", CATALOGUE)
    write(root / "locales/zh_CN/b.po", CATALOGUE.replace("再见", "回见").replace("#, fuzzy", ""))
    told = "\n".join(messages.faults())
    for fault in ("a place that the sentence", "fuzzy: Bye", "no longer used: Gone", "no Chinese: New"):
        assert fault in told
    assert "translated otherwise at locales/zh_CN/a.po" in told
