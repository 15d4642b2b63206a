"""Forms: what a user task asks, how it is checked and how browsers' text becomes values."""

from workflows.engine.forms.document import (
    Field,
    FormDocument,
    Heading,
    Item,
    Option,
    Show,
    Text,
)
from workflows.engine.forms.reading import FormDocumentRefused, read_form
from workflows.engine.forms.translating import in_language
from workflows.engine.forms.validation import FieldError, FormRefused

__all__ = [
    "Field",
    "FieldError",
    "FormDocument",
    "FormDocumentRefused",
    "FormRefused",
    "Heading",
    "Item",
    "Option",
    "Show",
    "Text",
    "in_language",
    "read_form",
]
