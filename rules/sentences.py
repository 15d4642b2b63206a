"""Sentences for people: English as they stand, and sayable in another language, too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self


class Sentence(str):
    """
    An English sentence that remembers how it was made.

    Logs, the command line and the HTTP API take it for the text that it is. A page
    looks for its template in the catalogue of the reader's language and fills in the
    values as that language writes them: `webapp.sentences.said`.

    Write the template as one literal with `%(name)s` for each value, so that those
    who collect texts for translation find it.

    Attributes:
        template: The sentence with places for the values.
        values: What stands in the places: text, numbers, dates, words of a vocabulary,
            other sentences, or lists of these.

    """

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, /, **values: Any) -> Self:
        """Return the sentence with its values in English."""
        told = {name: in_english(value) for name, value in values.items()}
        sentence = super().__new__(cls, template % told if told else template)
        sentence.template, sentence.values = template, values
        return sentence

    @classmethod
    def together(cls, texts: Iterable[object], *, each: str = "%s", between: str = " ") -> Self:
        """Return several sentences as one; what stands around each is for every language."""
        values = {f"part{number}": text for number, text in enumerate(texts)}
        return cls(between.join(each % f"%({name})s" for name in values), **values)


@dataclass(frozen=True)
class Words:
    """
    Words within a sentence that depend on its language, such as the label of a field.

    Attributes:
        english: How they stand in an English sentence.
        otherwise: How they stand in a language for which there are none.
        translations: How they stand in other languages, by language.

    """

    english: str
    otherwise: str
    translations: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.english

    def in_language(self, language: str) -> str:
        """Return the words of a language."""
        own = self.english if language == "en" else self.otherwise
        return self.translations.get(language, own)


@dataclass(frozen=True)
class Term:
    """
    A code within a sentence for which pages have a word, such as the name of a group.

    Attributes:
        vocabulary: What kind of code it is; `webapp.sentences` knows the words of each.
        english: What English text says instead of the code.

    """

    vocabulary: str
    code: str
    english: str = ""

    def __str__(self) -> str:
        return self.english or self.code


def sentence_of(error: Exception) -> str:
    """Return what an error says: its sentence, if it has one, and else its plain text."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Sentence) else str(error)


def in_english(value: Any) -> str:
    """Write a value of a sentence as English text, with moments in UTC."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d at %H:%M} UTC"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(in_english(each) for each in value)
    return str(value)
