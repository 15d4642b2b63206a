"""Reads models from their files; what was read is kept by its content."""

import threading
from collections import OrderedDict
from hashlib import sha256

from rules.dmn.errors import DmnRefused
from rules.dmn.model import DecisionModel
from rules.dmn.reading import Resolver, no_imports, read_definitions
from rules.findings import Finding
from rules.xml_door import XmlRefused, open_xml

_MOST_KEPT = 128
_MOST_BYTES = 8 * 1024 * 1024
_Key = tuple[bytes, str, bool]


class _Recent:
    """The models that were read last; they never change, so that everybody may share them."""

    def __init__(self, most: int, most_bytes: int = _MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[_Key, tuple[DecisionModel, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: _Key) -> DecisionModel | None:
        """Return the model that is kept under a key, if there is one."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            kept = self._kept.get(key)
        return kept[0] if kept else None

    def keep(self, key: _Key, model: DecisionModel, size: int) -> None:
        """Keep a model, and forget those that were not used for the longest time."""
        with self._lock:
            if key not in self._kept:
                self._bytes += size
            self._kept[key] = model, size
            while len(self._kept) > self._most or self._bytes > self._most_bytes:
                _, (_, forgotten) = self._kept.popitem(last=False)
                self._bytes -= forgotten


_recent = _Recent(_MOST_KEPT)


def read_model(
    source: bytes,
    *,
    file_name: str = "model.dmn",
    tolerant: bool = False,
    imports: Resolver = no_imports,
) -> DecisionModel:
    """
    Read and compile a DMN file of version 1.1 to 1.5.

    `imports` answers the namespace of an imported model with its bytes, or with nothing;
    no file is read here.

    A tolerant reading is for reports and conformance runs: what cannot be understood
    is null, and the findings stay in `definitions`.

    Raises:
        DmnRefused: The file cannot be understood; the findings say why.

    """
    # What another model answers is known to the caller alone.
    if imports is not no_imports:
        return _read(source, file_name, tolerant, imports)
    key = sha256(source).digest(), file_name, tolerant
    model = _recent.get(key)
    if model is None:
        model = _read(source, file_name, tolerant, imports)
        _recent.keep(key, model, len(source))
    return model


def _read(source: bytes, file_name: str, tolerant: bool, imports: Resolver) -> DecisionModel:
    """Read and compile a file."""
    try:
        root = open_xml(source, file_name=file_name)
    except XmlRefused as error:
        raise DmnRefused([error.finding]) from None
    try:
        definitions = read_definitions(
            root, file_name=file_name, tolerant=tolerant, imports=imports
        )
        return DecisionModel(definitions)
    except RecursionError:
        message = "Its expressions are nested too deeply."
        remedy = "Move inner parts into decisions of their own."
        raise DmnRefused([Finding("dmn-too-deep", message, remedy, file_name=file_name)]) from None
