"""Texts that designers write: Markdown with values of the case, never a template language."""

import re
from collections.abc import Mapping
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from webapp.forms.facts import named_fact

_PLACE = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)\s*\}\}")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&:])")
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "code", "blockquote", "a", "hr"}
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False})


def marked_up(text: str, values: Mapping[str, Any], names: Mapping[str, str]) -> Markup:
    """
    Return the HTML of a text, with `{{ field }}` replaced by values of the case.

    Values are escaped before the text is read as Markdown, so that what
    somebody typed can neither become a link nor a tag.
    """
    filled = _PLACE.sub(lambda match: _value(match[1], values, names), text)
    html = nh3.clean(
        _markdown.render(filled),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
    )
    return Markup(html)  # noqa: S704 (cleaned above)


def _value(path: str, values: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Return a value of the case, harmless in Markdown."""
    value: Any = values.get(path)
    if value is None:
        value = values
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
    words = " ".join(named_fact(path.rpartition(".")[2], value, names).split())
    return _SPECIAL.sub(r"\\\1", words)
