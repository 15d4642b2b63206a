"""The XML door lets in small, plain, well-formed UTF-8 models and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.xml_door import BPMN_NAMESPACE, MAX_BYTES, XmlRefused, open_xml, read_text

MODEL = f'<definitions xmlns="{BPMN_NAMESPACE}" id="d">{{}}</definitions>'


def refusal(source: bytes) -> XmlRefused:
    with pytest.raises(XmlRefused) as caught:
        open_xml(source, file_name="case.bpmn")
    return caught.value


def test_a_plain_model_is_let_in_with_its_lines():
    source = MODEL.format('\n<process id="p"/>\n<!-- a remark -->').encode()

    root = open_xml(source, file_name="case.bpmn")

    assert [child.get("id") for child in root] == ["p"]
    assert root[0].sourceline == 2


def test_a_byte_order_mark_and_a_declaration_are_accepted():
    source = '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<a>\u00e9</a>'.encode()

    assert open_xml(source, file_name="case.bpmn").text == "\u00e9"


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("ISO-8859-1", "iso-8859-1"),
        ("latin1", "iso-8859-1"),
        ("US-ASCII", "ascii"),
        ("utf8", "utf-8"),
        ("UTF-16", "utf-16"),
        # A byte order mark is stronger than what the first line says.
        ("ISO-8859-1", "utf-16"),
    ],
)
def test_common_encodings_are_accepted(declared, written):
    letter = "e" if written == "ascii" else "\u00e9"
    text = f"<?xml version='1.0' encoding='{declared}'?>\n<a>{letter}</a>"

    root = open_xml(text.encode(written), file_name="case.bpmn")

    assert root.text == letter
    assert root.sourceline == 2


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-16-le"])
def test_an_encoding_that_is_not_supported_is_named(encoding):
    with pytest.raises(XmlRefused) as caught:
        open_xml("<a/>".encode(encoding), file_name="a.bpmn")

    assert caught.value.finding.code == "xml-encoding"
    assert "encoding that is not supported, such as UTF-32" in caught.value.finding.message
    assert caught.value.finding.remedy == "Save the file as UTF-8."


def test_the_text_of_a_file_no_longer_claims_an_encoding():
    source = b"<?xml version='1.0' encoding='ISO-8859-1' standalone='yes'?>\n<a>\xe9</a>"

    text = read_text(source, file_name="case.bpmn")

    assert text == f"<?xml version='1.0' {' ' * 21} standalone='yes'?>\n<a>\u00e9</a>"


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        (b"", "xml-syntax", 1),
        (b"<a>\n<b></a>", "xml-syntax", 2),
        (b"<a>\x00</a>", "xml-syntax", 1),
        (b"<a>\n\xff</a>", "xml-encoding", 2),
        (b"<?xml version='1.0' encoding='UTF-16'?><a/>", "xml-encoding", 1),
        (b"<?xml version='1.0' encoding='windows-1252'?><a/>", "xml-encoding", 1),
        (b"<?xml version='1.0' encoding='utf-7'?><a/>", "xml-encoding", 1),
        (b"<?xml version='1.0' encoding='ascii'?>\n<a>\xe9</a>", "xml-encoding", 2),
        (b"\xff\xfe<", "xml-encoding", None),
        ("<a><!DOCTYPE a></a>".encode("utf-16"), "xml-doctype", 1),
        ("<?xml version='1.0'?><!DOCTYPE a><a/>".encode("utf-16-be"), "xml-encoding", 1),
        (b"\n<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "xml-doctype", 2),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "xml-doctype", 1),
        (b"<a>&x;</a>", "xml-syntax", 1),
        (b"<?xml-stylesheet href='x'?><a/>", "xml-instruction", 1),
        (b"<a>\n<?php x ?></a>", "xml-instruction", 2),
        (b"<a/>\n<?php x ?>", "xml-instruction", 2),
        (b"<a>" * 41 + b"</a>" * 41, "xml-too-deep", 1),
        (b"<a>" * 300 + b"</a>" * 300, "xml-too-deep", 1),
        (b"<a>" + b"<b/>" * 20_000 + b"</a>", "xml-too-many-elements", 1),
        (b"<a>" + b" " * MAX_BYTES + b"</a>", "xml-too-large", None),
        (MODEL.format('\n<process id="1"/>').encode(), "xml-id", 2),
        (MODEL.format(f'<process id="{"p" * 81}"/>').encode(), "xml-id", 1),
        (MODEL.format('<process id="p q"/>').encode(), "xml-id", 1),
        (MODEL.format('\n<process id="d"/>').encode(), "xml-duplicate-id", 2),
    ],
)
def test_a_bad_file_is_refused_with_its_place(source, code, line):
    error = refusal(source)

    assert error.finding.code == code
    assert error.finding.line == line
    assert error.finding.file_name == "case.bpmn"
    assert error.finding.remedy
    assert "case.bpmn" in str(error)


def test_the_largest_depth_and_count_are_accepted():
    open_xml(b"<a>" * 40 + b"</a>" * 40, file_name="case.bpmn")
    open_xml(b"<a>" + b"<b/>" * 19_999 + b"</a>", file_name="case.bpmn")


def test_an_unprintable_id_is_not_repeated_in_the_message():
    error = refusal(MODEL.format('<process id="&#x202e;evil&#10;line"/>').encode())

    assert "\u202e" not in str(error)
    assert "\n" not in str(error)


def test_ids_outside_the_model_namespaces_are_free():
    open_xml(b'<svg xmlns="urn:other"><g id="1 2"/><g id="1 2"/></svg>', file_name="case.bpmn")


_PIECES = st.sampled_from(
    [
        "<", ">", "/>", "<a", "<a>", "</a>", "<b x='1'", "<!--", "-->", "<![CDATA[", "]]>", "<?",
        "?>", "<?xml version='1.0'", " encoding='", "utf-8'", "&", "&amp;", "&#0;", "&#x10ffff;",
        "<!DOCTYPE", "xmlns='", BPMN_NAMESPACE, "' id='", "p", "\x00", "\ufeff", "\ud7ff", "xmlns:",
        ":", '"', " ", "\n",
    ]
)  # fmt: skip


@settings(max_examples=400)
@given(st.one_of(st.binary(max_size=300), st.lists(_PIECES, max_size=25).map("".join)))
def test_nothing_but_a_refusal_ever_leaves_the_door(source):
    data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    try:
        root = open_xml(data, file_name="fuzz.xml")
    except XmlRefused as error:
        assert error.finding.message
    else:
        assert isinstance(root.tag, str)
