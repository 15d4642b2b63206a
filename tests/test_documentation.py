"""Every link and picture of the documentation leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s#]+)[^)]*\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text()) if "://" not in target]

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_documentation_shows_the_product() -> None:
    pictures = {picture.stem for picture in (ROOT / "docs/pictures").glob("*.png")}

    assert {"inbox-laptop", "form-laptop", "case-laptop", "pool-laptop"} <= pictures
    assert {"inbox-phone", "form-phone", "case-phone", "pool-phone"} <= pictures


def test_the_manual_for_designers_names_values_that_the_tables_have() -> None:
    rows = re.findall(
        r"^\|[^|]+\| `(\w+\.dmn)` \| (.+?) of `(\w+)`",
        (ROOT / "docs/designers.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )

    assert len(rows) == 14  # D08 to D20, and the chain of escalations
    missing = [
        f"{policy}.{name} in {file}"
        for file, names, policy in rows
        for name in [policy, *re.findall(r"`(\w+)`", names)]
        if f'name="{name}"' not in (ROOT / "rules/decisions" / file).read_text(encoding="utf-8")
    ]
    assert missing == []
