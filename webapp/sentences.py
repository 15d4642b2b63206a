"""What the services say, in the reader's language: refusals, findings, errors of fields."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import singledispatch

from flask import Flask
from flask_babel import LazyString, format_decimal

from rules.sentences import Sentence, Term, Words, in_english, sentence_of
from webapp import migration_words, review_wording, studio_words, wording
from webapp.languages import current_language, day, moment
from webapp.recalling import recalled
from webapp.texts import gettext

# What pages call the codes of a vocabulary.
VOCABULARIES: Mapping[str, Mapping[str, LazyString]] = {
    "case": wording.CASE_STATUSES,
    "cycle": review_wording.CYCLE_KINDS,
    "definition": studio_words.DEFINITIONS,
    "draft": studio_words.STATUSES,
    "draft kind": studio_words.KINDS,
    "duty": wording.DUTIES,
    "fault": studio_words.FAULTS,
    "incident": wording.INCIDENTS,
    "lifecycle": wording.LIFECYCLES,
    "migration": migration_words.STATES,
    "nomination": wording.NOMINATION_STATES,
}


def speak_sentences(app: Flask) -> None:
    """Let every template say sentences of the services in the reader's language."""
    app.jinja_env.finalize = _shown
    app.jinja_env.filters["recalled"] = _recalled


def said(told: object) -> str:
    """Say a sentence, or what an error says, in the reader's language; other text stays."""
    if isinstance(told, Exception):
        told = sentence_of(told)
    if not isinstance(told, Sentence):
        return str(told)
    return gettext(told.template, **{name: written(each) for name, each in told.values.items()})


@singledispatch
def written(value: object) -> str:
    """Write a value of a sentence as the reader's language does; modules add their own types."""
    return in_english(value)


@written.register
def _sentence(value: Sentence) -> str:
    return said(value)


@written.register
def _words(value: Words) -> str:
    return value.in_language(current_language())


@written.register
def _term(value: Term) -> str:
    if value.vocabulary == "group":
        return wording.group(value.code)
    return wording.word(VOCABULARIES[value.vocabulary], value.code).rstrip(".")


@written.register
def _number(value: int | float) -> str:
    return str(value) if isinstance(value, bool) else str(format_decimal(value))


@written.register
def _day(value: date) -> str:
    return moment(value) if isinstance(value, datetime) else day(value)


@written.register
def _several(value: list | tuple) -> str:  # type: ignore[type-arg]
    return ", ".join(written(each) for each in value)


def _recalled(told: str) -> str:
    """Say what may be a sentence, or the text of one that was kept."""
    return said(told) if isinstance(told, Sentence) else recalled(told)


def _shown(value: object) -> object:
    """Return what a template writes for a value."""
    return said(value) if isinstance(value, Sentence) else value
