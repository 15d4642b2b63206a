"""
Archives: processes, decisions and forms in one zip file, with a manifest that names each.

The same content gives the same archive: paths are made of the keys, nothing says when or
by whom. What is read is not trusted: sizes, paths and hashes are checked before any file is
looked into, and nothing is ever written to a disk.
"""

import hashlib
import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from rules.sentences import Sentence
from workflows.errors import Invalid

MANIFEST = "manifest.json"
FORMAT = "understudy-archive"
FORMAT_VERSION = 1
MOST_FILES = 500
LARGEST_FILE = 2 * 1024 * 1024
LARGEST_WHOLE = 40 * 1024 * 1024
PLACES = {
    "process": ("processes", ".bpmn"),
    "decision": ("decisions", ".dmn"),
    "form": ("forms", ".form.json"),
}
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can name
_PATH = re.compile(r"(?:processes|decisions|forms)/[A-Za-z_][A-Za-z0-9_.-]{0,99}")
_TEXTS = ("path", "kind", "key", "name", "file_name", "sha256")
_LONGEST_SHOWN = 80
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


class ArchiveRefused(Invalid):
    """An archive that cannot be taken; the sentence says why, and what to do."""


@dataclass(frozen=True)
class ArchivedFile:
    """
    One file of an archive.

    Attributes:
        kind: `process`, `decision` or `form`.
        key: The id of what is in it; of a file of decisions that of the leading one.
        name: What people call it.
        file_name: How the file was called when it came into force.

    """

    kind: str
    key: str
    name: str
    file_name: str
    content: bytes

    @property
    def path(self) -> str:
        """Return where it lies in an archive."""
        folder, ending = PLACES[self.kind]
        return f"{folder}/{self.key}{ending}"

    @property
    def content_hash(self) -> str:
        """Return the hash of the content, as versions have it."""
        return hashlib.sha256(self.content).hexdigest()


def write(files: Sequence[ArchivedFile]) -> bytes:
    """Return an archive of some files; their order does not matter."""
    ordered = sorted(files, key=lambda file: file.path)
    manifest = {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "files": [
            {
                "path": file.path,
                "kind": file.kind,
                "key": file.key,
                "name": file.name,
                "file_name": file.file_name,
                "sha256": file.content_hash,
            }
            for file in ordered
        ],
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        written = orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        for path, content in [
            (MANIFEST, written),
            *((each.path, each.content) for each in ordered),
        ]:
            entry = zipfile.ZipInfo(path, date_time=_BEGINNING)
            entry.create_system, entry.external_attr = 3, 0o644 << 16  # alike on every system
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return packed.getvalue()


def read(content: bytes) -> list[ArchivedFile]:
    """
    Return the files of an archive, each as its manifest says.

    Raises:
        ArchiveRefused: It is no archive of this kind, is damaged, or is too large.

    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = _entries(archive)
            described = _described(_unpacked(archive, entries.pop(MANIFEST)))
            _same_paths(entries, described)
            return [
                _file(facts, _unpacked(archive, entries[path])) for path, facts in described.items()
            ]
    except _BROKEN as error:
        raise ArchiveRefused(Sentence("This is no correct zip file. Export it anew.")) from error


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return what an archive declares by its paths, refusing what none may declare."""
    found: dict[str, zipfile.ZipInfo] = {}
    entries = archive.infolist()
    _refuse_size(entries)
    for entry in entries:
        path = entry.filename
        if path.endswith("/") and _PATH.fullmatch(f"{path}a") and not entry.file_size:
            continue  # a folder by itself, as other programs write it
        if path != MANIFEST and not _PATH.fullmatch(path):
            raise ArchiveRefused(
                Sentence(
                    "“%(path)s” may not be in an archive: only manifest.json and files in the"
                    " folders processes, decisions and forms. Take it out.",
                    path=_shown(path),
                )
            )
        if path in found:
            raise ArchiveRefused(
                Sentence("“%(path)s” is in the archive twice. Export it anew.", path=path)
            )
        _refuse_kind(entry)
        found[path] = entry
    if MANIFEST not in found:
        raise ArchiveRefused(
            Sentence("The archive has no manifest.json, so it was not exported from here.")
        )
    return found


def _refuse_size(entries: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse more than one installation takes at once."""
    if len(entries) > MOST_FILES:
        raise ArchiveRefused(
            Sentence(
                "The archive holds more than %(most_files)s files. Export less at once.",
                most_files=MOST_FILES,
            )
        )
    if sum(entry.file_size for entry in entries) > LARGEST_WHOLE:
        raise ArchiveRefused(
            Sentence("The archive unpacks to more than 40 MB. Export less at once.")
        )


def _refuse_kind(entry: zipfile.ZipInfo) -> None:
    """Refuse what is no plain file of a sensible size."""
    if entry.file_size > LARGEST_FILE:
        raise _too_large(entry)
    if entry.flag_bits & _ENCRYPTED:
        raise ArchiveRefused(
            Sentence(
                "“%(filename)s” needs a password. Export without one.", filename=entry.filename
            )
        )
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ArchiveRefused(
            Sentence("“%(filename)s” is a link, not a file. Take it out.", filename=entry.filename)
        )


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return the content of an entry, however much it says that it is."""
    with archive.open(entry) as opened:
        content = opened.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise _too_large(entry)
    return content


def _too_large(entry: zipfile.ZipInfo) -> ArchiveRefused:
    """Return the refusal of a file that is larger than one may be."""
    return ArchiveRefused(
        Sentence("“%(filename)s” unpacks to more than 2 MB. Take it out.", filename=entry.filename)
    )


def _described(manifest: bytes) -> dict[str, dict[str, str]]:
    """Return what a manifest says of each path."""
    try:
        facts = orjson.loads(manifest)
    except orjson.JSONDecodeError as error:
        raise ArchiveRefused(
            Sentence("manifest.json is not correct JSON. Export it anew.")
        ) from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise ArchiveRefused(Sentence("manifest.json is not one of an archive of processes."))
    if facts.get("version") != FORMAT_VERSION:
        raise ArchiveRefused(
            Sentence(
                "The archive has format %(version)s, and this installation reads format"
                " %(format_version)s. Bring the older of the two up to date.",
                version=_shown(str(facts.get("version"))),
                format_version=FORMAT_VERSION,
            )
        )
    entries = facts.get("files")
    if not isinstance(entries, list) or not entries:
        raise ArchiveRefused(
            Sentence("manifest.json names no file, so there is nothing to import.")
        )
    return dict(_descriptions(entries))


def _descriptions(entries: list[Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each path with what is said of it, refusing what is said wrongly."""
    seen = set()
    for number, entry in enumerate(entries, start=1):
        is_whole = isinstance(entry, dict) and all(
            isinstance(entry.get(name), str) for name in _TEXTS
        )
        if not is_whole or entry["kind"] not in PLACES:
            raise ArchiveRefused(
                Sentence(
                    "manifest.json does not say what file %(number)s is. Export it anew.",
                    number=number,
                )
            )
        file = _file_of(entry, b"")
        if file.path != entry["path"] or file.path in seen:
            raise ArchiveRefused(
                Sentence(
                    "manifest.json puts “%(key)s” at “%(path)s”, where it does not belong. Export"
                    " it anew.",
                    key=_shown(file.key),
                    path=_shown(entry["path"]),
                )
            )
        seen.add(file.path)
        yield file.path, entry


def _same_paths(entries: dict[str, zipfile.ZipInfo], described: dict[str, dict[str, str]]) -> None:
    """Refuse an archive in which files are missing, or are that the manifest does not name."""
    for path in sorted(entries.keys() ^ described.keys()):
        if path in entries:
            raise ArchiveRefused(
                Sentence("“%(path)s” is not named in manifest.json. Take it out.", path=path)
            )
        raise ArchiveRefused(
            Sentence("“%(path)s” is missing in the archive. Export it anew.", path=_shown(path))
        )


def _file(facts: dict[str, str], content: bytes) -> ArchivedFile:
    """Return a file whose content is the one that the manifest means."""
    file = _file_of(facts, content)
    if file.content_hash != facts["sha256"]:
        raise ArchiveRefused(
            Sentence(
                "“%(path)s” was changed after the export: its hash is another one than in"
                " manifest.json. Export it anew, or hand the file in by itself.",
                path=file.path,
            )
        )
    return file


def _file_of(facts: dict[str, str], content: bytes) -> ArchivedFile:
    """Return a file as it is described."""
    return ArchivedFile(facts["kind"], facts["key"], facts["name"], facts["file_name"], content)


def _shown(text: str) -> str:
    """Return a text from an archive as it may stand in a sentence."""
    return "".join(one if one.isprintable() else "?" for one in text)[:_LONGEST_SHOWN]
