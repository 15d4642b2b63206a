"""
The grammars of XES (IEEE 1849-2016) and OCEL 2.0, written down from the standards.

They allow what the standards allow of that which our exports use: attributes that
nest, extensions, globals and classifiers; objects and events with relationships.
"""

from lxml import etree

_ATTRIBUTES = "".join(
    f'<xs:element name="{name}" type="{name}Attribute"/>'
    for name in ("string", "date", "int", "float", "boolean", "id", "list")
)
_KINDS = "".join(
    f'<xs:complexType name="{name}Attribute">'
    '<xs:sequence><xs:group ref="attributes"/></xs:sequence>'
    f'<xs:attribute name="key" type="xs:Name" use="required"/>'
    f'<xs:attribute name="value" type="{kind}" use="required"/></xs:complexType>'
    for name, kind in (
        ("string", "xs:string"),
        ("date", "xs:dateTime"),
        ("int", "xs:long"),
        ("float", "xs:double"),
        ("boolean", "xs:boolean"),
        ("id", "xs:string"),
    )
)
_XSD = f"""
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://www.xes-standard.org/"
    targetNamespace="http://www.xes-standard.org/" elementFormDefault="qualified">
  <xs:group name="attributes"><xs:choice>
    <xs:choice minOccurs="0" maxOccurs="unbounded">{_ATTRIBUTES}</xs:choice>
  </xs:choice></xs:group>
  {_KINDS}
  <xs:complexType name="listAttribute"><xs:sequence>
    <xs:element name="values" minOccurs="0"><xs:complexType>
      <xs:group ref="attributes"/></xs:complexType></xs:element></xs:sequence>
    <xs:attribute name="key" type="xs:Name" use="required"/></xs:complexType>
  <xs:complexType name="extension">
    <xs:attribute name="name" type="xs:NCName" use="required"/>
    <xs:attribute name="prefix" type="xs:NCName" use="required"/>
    <xs:attribute name="uri" type="xs:anyURI" use="required"/></xs:complexType>
  <xs:complexType name="global"><xs:group ref="attributes"/>
    <xs:attribute name="scope" use="required"><xs:simpleType><xs:restriction base="xs:NMTOKEN">
      <xs:enumeration value="trace"/><xs:enumeration value="event"/>
    </xs:restriction></xs:simpleType></xs:attribute></xs:complexType>
  <xs:complexType name="classifier">
    <xs:attribute name="name" type="xs:string" use="required"/>
    <xs:attribute name="scope" type="xs:NMTOKEN"/>
    <xs:attribute name="keys" type="xs:token" use="required"/></xs:complexType>
  <xs:complexType name="event"><xs:group ref="attributes"/></xs:complexType>
  <xs:complexType name="trace"><xs:sequence>
    <xs:group ref="attributes"/>
    <xs:element name="event" type="event" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:complexType>
  <xs:element name="log"><xs:complexType><xs:sequence>
    <xs:element name="extension" type="extension" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="global" type="global" minOccurs="0" maxOccurs="2"/>
    <xs:element name="classifier" type="classifier" minOccurs="0" maxOccurs="unbounded"/>
    <xs:group ref="attributes"/>
    <xs:element name="trace" type="trace" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="event" type="event" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence>
    <xs:attribute name="xes.version" type="xs:string" use="required"/>
    <xs:attribute name="xes.features" type="xs:token"/></xs:complexType></xs:element>
</xs:schema>
"""
XES = etree.XMLSchema(etree.fromstring(_XSD.strip()))


def parsed(content: bytes) -> etree._Element:
    """Read a log; it holds nothing that a careful parser refuses."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))


_TYPES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "attributes"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "attributes": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "type"],
                    "additionalProperties": False,
                    "properties": {
                        "name": {"type": "string"},
                        "type": {"enum": ["string", "time", "integer", "float", "boolean"]},
                    },
                },
            },
        },
    },
}
_RELATIONSHIPS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["objectId", "qualifier"],
        "additionalProperties": False,
        "properties": {"objectId": {"type": "string"}, "qualifier": {"type": "string"}},
    },
}
_VALUE = {"type": ["string", "number", "boolean"]}
_TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}


def _attributes(*names: str) -> dict[str, object]:
    known = {"name": {"type": "string"}, "value": _VALUE, "time": _TIME}
    return {
        "type": "array",
        "items": {
            "type": "object",
            "required": list(names),
            "additionalProperties": False,
            "properties": {name: known[name] for name in names},
        },
    }


def _items(required: tuple[str, ...], **properties: object) -> dict[str, object]:
    return {
        "type": "array",
        "items": {
            "type": "object",
            "required": list(required),
            "additionalProperties": False,
            "properties": {
                "id": {"type": "string", "minLength": 1},
                "type": {"type": "string", "minLength": 1},
                "relationships": _RELATIONSHIPS,
                **properties,
            },
        },
    }


OCEL = {
    "type": "object",
    "required": ["objectTypes", "eventTypes", "objects", "events"],
    "additionalProperties": False,
    "properties": {
        "objectTypes": _TYPES,
        "eventTypes": _TYPES,
        "objects": _items(("id", "type"), attributes=_attributes("name", "time", "value")),
        "events": _items(
            ("id", "type", "time"), time=_TIME, attributes=_attributes("name", "value")
        ),
    },
}
