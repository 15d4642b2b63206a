"""Archives as files: what is written can be read again, and nothing else can."""

import hashlib
import io
import json
import warnings
import zipfile

import pytest

from workflows.engine import archive_files
from workflows.engine.archive_files import ArchivedFile, ArchiveRefused

A = ArchivedFile("process", "a", "A process", "a.bpmn", b"<a/>")
B = ArchivedFile("decision", "b", "A table", "tables of b.dmn", b"<b/>")
C = ArchivedFile("form", "c", "", "c.form.json", b"{}")


def _manifest(*files, **other):
    entries = [
        {
            "path": file.path,
            "kind": file.kind,
            "key": file.key,
            "name": file.name,
            "file_name": file.file_name,
            "sha256": hashlib.sha256(file.content).hexdigest(),
        }
        for file in files
    ]
    return json.dumps(
        {"format": "understudy-archive", "version": 1, "files": entries, **other}
    ).encode()


def _packed(*entries, manifest=None):
    """A zip file of paths, or whole descriptions of entries, with contents."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same name twice is wanted
        for path, content in [*entries, *([("manifest.json", manifest)] if manifest else [])]:
            archive.writestr(path, content)
    return packed.getvalue()


def _link():
    entry = zipfile.ZipInfo("processes/a.bpmn")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    return entry


def _locked(content):
    """The same archive, in which every entry says that it needs a password."""
    changed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(mark)
        while at >= 0:
            changed[at + place] |= 1
            at = changed.find(mark, at + 1)
    return bytes(changed)


def test_what_is_written_is_read_again_and_the_order_does_not_matter():
    written = archive_files.write([A, B, C])

    assert archive_files.write([C, A, B]) == written
    assert archive_files.read(written) == [B, C, A]  # by their paths
    assert archive_files.write(archive_files.read(written)) == written


def test_other_programs_may_pack_it_anew():
    repacked = _packed(("processes/", b""), ("processes/a.bpmn", A.content), manifest=_manifest(A))

    assert archive_files.read(repacked) == [A]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "no correct zip file"),
        (b"PK\x05\x06 and no more", "no correct zip file"),
        (archive_files.write([A])[:-30], "no correct zip file"),
        (_packed(("processes/a.bpmn", b"")), "has no manifest.json"),
        (_packed(("../a.bpmn", b""), manifest=_manifest(A)), "may not be in an archive"),
        (_packed(("/etc/passwd", b""), manifest=_manifest(A)), "may not be in an archive"),
        (_packed(("processes/../a", b""), manifest=_manifest(A)), "may not be in an archive"),
        (_packed(("processes\\a.bpmn", b""), manifest=_manifest(A)), "may not be in an archive"),
        (_packed(("C:/a.bpmn", b""), manifest=_manifest(A)), "may not be in an archive"),
        (_packed((_link(), b"/etc/passwd"), manifest=_manifest(A)), "is a link"),
        (_locked(archive_files.write([A])), "needs a password"),
        (_packed(("processes/a.bpmn", b""), ("processes/a.bpmn", b"")), "twice"),
        (
            _packed(("processes/a.bpmn", bytes(archive_files.LARGEST_FILE + 1))),
            "unpacks to more than 2 MB",
        ),
        (
            _packed(*((f"processes/a{number}.bpmn", bytes(2_000_000)) for number in range(22))),
            "unpacks to more than 40 MB",
        ),
        (
            _packed(*((f"processes/a{number}.bpmn", b"") for number in range(501))),
            "more than 500 files",
        ),
        (_packed(manifest=b"{"), "not correct JSON"),
        (_packed(manifest=b"[" * 100_000), "not correct JSON"),
        (_packed(manifest=b"[]"), "not one of an archive"),
        (_packed(manifest=_manifest(A, version=2)), "format 2"),
        (_packed(manifest=_manifest()), "names no file"),
        (_packed(manifest=_manifest(A, files=[7])), "does not say what file 1 is"),
        (_packed(manifest=_manifest(A).replace(b'"process"', b'"letter"')), "what file 1 is"),
        (_packed(manifest=_manifest(A).replace(b"es/a.bpmn", b"es/b.bpmn")), "does not belong"),
        (_packed(manifest=_manifest(A, A)), "does not belong"),
        (_packed(manifest=_manifest(A)), "is missing"),
        (
            _packed(
                ("processes/a.bpmn", A.content), ("forms/x.form.json", b""), manifest=_manifest(A)
            ),
            "is not named in manifest.json",
        ),
        (_packed(("processes/a.bpmn", b"<b/>"), manifest=_manifest(A)), "another one than"),
    ],
    ids=range(27),
)
def test_what_is_no_archive_is_refused_with_one_sentence(content, sentence):
    with pytest.raises(ArchiveRefused, match=sentence) as refused:
        archive_files.read(content)

    assert "\n" not in str(refused.value)


def test_an_entry_that_lies_about_its_size_is_never_unpacked_whole():
    honest = bytearray(_packed(("processes/a.bpmn", bytes(50_000_000)), manifest=_manifest(A)))
    real = (50_000_000).to_bytes(4, "little")
    while (at := honest.find(real)) >= 0:
        honest[at : at + 4] = (9).to_bytes(4, "little")

    with pytest.raises(ArchiveRefused):
        archive_files.read(bytes(honest))
