"""Where each code is explained: a page with a section for each."""

from dataclasses import replace

from rules.findings import Finding

PAGE = "checks-of-processes.md"
PAGE_OF_TABLES = "checks.md"


def with_help(finding: Finding) -> Finding:
    """Return a finding that says where its code is explained."""
    is_of_tables = (finding.file_name or "").lower().endswith((".dmn", ".dmn.xml"))
    of_any_file = finding.code.startswith(("xml-", "file-", "key-", "defined-"))
    page = PAGE_OF_TABLES if is_of_tables and not of_any_file else f"{PAGE}#{finding.code}"
    return replace(finding, help=page)
