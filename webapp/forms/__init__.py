"""Forms in pages: a form document becomes parts that templates draw."""

from webapp.forms.parts import FormPage, FormPart, read_page

__all__ = ["FormPage", "FormPart", "read_page"]
