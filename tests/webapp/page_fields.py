"""What a browser would send back of a page."""

import re
from html import unescape


def filled(html: str, **typed: str) -> dict[str, object]:
    """
    Return the fields of a page as they stand, and what was typed.

    Two underscores in the name of an argument are a point in the name of its field.
    """
    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        facts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_chosen = facts.get("type") != "radio" or "checked" in tag.split()[-1]
        if "name" in facts and is_chosen:
            found[unescape(facts["name"])] = unescape(facts.get("value", ""))
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>\n(.*?)</textarea>', html, re.S
    ):
        found[unescape(name)] = unescape(text).replace("\n", "\r\n")
    return {**found, **{name.replace("__", "."): text for name, text in typed.items()}}
