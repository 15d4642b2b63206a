"""What Jinja compiled once, for every application of the tests."""

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class _Pages(BytecodeCache):
    """Compiled templates by name and source, which their key is made of."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what was compiled before."""
        if (known := self._known.get(bucket.key)) is not None:
            bucket.bytecode_from_string(known)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled now."""
        self._known[bucket.key] = bucket.bytecode_to_string()


def share_pages() -> None:
    """
    Let every application use the templates that were compiled for those before it.

    Each application compiles them anew, which is a tenth of what a test of a page does.
    """
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": _Pages()}
