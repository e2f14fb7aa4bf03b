"""A sentence for a person, before it is put into his language.

Rule 1: text is an English message id with %(name)s places; the Chinese stands in locales/zh_CN.
Rule 2: values are ready to be read (amounts already formatted); a value may itself be a sentence.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, Union

Value: TypeAlias = Union[str, int, "Sentence"]
Translate: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A message id, what fills it, and the articles it rests on ("FEE 13(6); BJFEE"), or an empty string."""

    text: str
    article: str = ""
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return self.say(lambda text: text)

    def say(self, translate: Translate) -> str:
        """The sentence in the language of `translate` (gettext), its places filled."""
        text = translate(self.text)
        return (
            text % {name: _spoken(value, translate) for name, value in self.values.items()}
            if self.values
            else text
        )


def say(text: str, article: str = "", **values: Value) -> Sentence:
    """A sentence in one line; the catalogue's extractor looks for calls of this name."""
    return Sentence(text, article, values)


def articles(sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """The articles that the sentences rest on, each once, in their order."""
    return tuple(dict.fromkeys(a for s in sentences for a in s.article.split("; ") if a))


def _spoken(value: Value, translate: Translate) -> str | int:
    return value.say(translate) if isinstance(value, Sentence) else value
