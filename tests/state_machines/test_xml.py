"""The hardened reader: positions, encodings, limits, and nothing but XmlError from any bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state_machines.xml import XmlError, XmlLimits, read_xml
from tests.effort import effort

DOCUMENT = b"""<?xml version="1.0"?>
<a:root xmlns:a="urn:a" xmlns="urn:b" id="1" a:id="2">
  <item/><item>x &lt; <![CDATA[y]]></item>
</a:root>"""


def test_reads_names_attributes_text_and_positions() -> None:
    root = read_xml(DOCUMENT)
    assert (root.namespace, root.name, root.line) == ("urn:a", "root", 2)
    assert (root.get("id"), root.get("id", "urn:a"), root.get("none")) == ("1", "2", None)
    first, second = root.all("item")
    assert (first.namespace, second.text, second.line, second.column) == ("urn:b", "x < y", 3, 10)
    assert DOCUMENT[first.start : first.end] == b"<item/>"
    assert DOCUMENT[second.start : second.end] == b"<item>x &lt; <![CDATA[y]]></item>"
    assert DOCUMENT[root.start : root.end].endswith(b"</a:root>")
    assert [e.name for e in root.walk()] == ["root", "item", "item"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-2", "latin-1", "cp1250"])
def test_reads_the_encodings_modellers_write(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16"}.get(encoding, encoding)
    text = f'<?xml version="1.0" encoding="{declared}"?><a>ü</a>'
    assert read_xml(text.encode(encoding)).text == "ü"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (b"", "no element"),
        (b"<a>", "Not well-formed"),
        (b"<!DOCTYPE a><a/>", "DTD"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "DTD"),
        (b"<a>&b;</a>", "Not well-formed"),
        (b"<a><b></a>", "Not well-formed"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "encoding"),
        (b"<a " + b" ".join(b'b%d=""' % i for i in range(300)) + b"/>", "attributes"),
        (b"\xff\xfe<", "UTF-16"),
    ],
)
def test_refuses_with_words(source: bytes, words: str) -> None:
    with pytest.raises(XmlError, match=words):
        read_xml(source)


def test_refuses_big_deep_and_wide_documents_at_once() -> None:
    with pytest.raises(XmlError, match="deeper than 200") as deep:
        read_xml(b"<a>" * 200_000)
    assert deep.value.column == 601  # it stopped at the first element that is too deep
    with pytest.raises(XmlError, match="bytes"):
        read_xml(b"<a>" + b" " * 50_000_000)
    with pytest.raises(XmlError, match="more than 3 elements"):
        read_xml(b"<a><b/><b/><b/></a>", XmlLimits(max_elements=3))


@effort(100)
@given(st.one_of(st.binary(), st.text("<>/=&;'\"![]CDATA?-x \n").map(lambda text: text.encode())))
def test_never_raises_anything_else(source: bytes) -> None:
    try:
        read_xml(source)
    except XmlError as error:
        assert error.line >= 1 and error.column >= 1
