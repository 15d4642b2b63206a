"""What axe says of a page (WCAG 2.2 AA); contrast is asked once for each way that a text looks."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_CONTRAST = "color-contrast"
# What passes is not told: it takes most of the time.
_ALL_BUT_CONTRAST = {
    "runOnly": {"type": "tag", "values": _TAGS},
    "rules": {_CONTRAST: {"enabled": False}},
    "resultTypes": ["violations"],
}
_ONLY_CONTRAST = {"runOnly": {"type": "rule", "values": [_CONTRAST]}, "resultTypes": ["violations"]}
_MARK = "data-new-look"

# Contrast follows from the colours of a text and of what lies behind it, and from its size.
# To find what lies behind takes axe two thirds of its time, so each combination is shown to it
# once in a run. What is laid over the page counts with its class, and so does what is hidden
# from eyes: neither may stand for a text of the same colours elsewhere.
_FIND_NEW = """([known, mark]) => {
  const seen = new Set(known), found = [], behind = new WeakMap();
  const under = (each) => {
    if (!each) return "";
    if (behind.has(each)) return behind.get(each);
    const style = getComputedStyle(each), own = [];
    if (style.backgroundColor !== "rgba(0, 0, 0, 0)") own.push(style.backgroundColor);
    if (style.backgroundImage !== "none") own.push(style.backgroundImage);
    if (style.opacity !== "1") own.push("opacity " + style.opacity);
    if (style.clip !== "auto" || style.clipPath !== "none") own.push("clipped");
    if (style.visibility !== "visible") own.push(style.visibility);
    if (!["static", "relative"].includes(style.position)) own.push(each.className);
    if (each.matches(":disabled, [aria-disabled=true], [aria-hidden=true]")) own.push("off");
    const all = own.join() + (own.length ? "<" : "") + under(each.parentElement);
    behind.set(each, all);
    return all;
  };
  for (const each of document.body.querySelectorAll("*")) {
    const hasText = [...each.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    if (!hasText && !each.matches("input, select, textarea")) continue;
    if (!each.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const style = getComputedStyle(each), box = each.getBoundingClientRect();
    const control = each.closest("label")?.control;
    const look = [
      style.color, style.fontSize, style.fontWeight, style.textShadow, under(each),
      box.width <= 1 || box.height <= 1, control ? control.disabled : "",
    ].join("|");
    if (seen.has(look)) continue;
    seen.add(look);
    found.push(look);
    each.setAttribute(mark, "");
  }
  return found;
}"""


class Accessibility:
    """Looks at pages; it remembers which looks of a text had enough contrast."""

    def __init__(self) -> None:
        self._axe = Axe()
        self._known: set[str] = set()

    def check(self, page: Page) -> None:
        """Fail with everything that axe finds on a page."""
        # A click does not wait for the page that it leads to: axe needs a whole document.
        page.wait_for_load_state()
        results = self._axe.run(page, options=_ALL_BUT_CONTRAST)
        assert results.violations_count == 0, results.generate_report()
        new = page.evaluate(_FIND_NEW, [sorted(self._known), _MARK])
        if not new:
            return
        marked = {"include": [[f"[{_MARK}]"]]}
        results = self._axe.run(page, context=marked, options=_ONLY_CONTRAST)
        assert results.violations_count == 0, results.generate_report()
        self._known.update(new)
        _forget_marks(page)


def _forget_marks(page: Page) -> None:
    """Leave the page as it was."""
    page.evaluate(
        "mark => document.querySelectorAll(`[${mark}]`).forEach(one => one.removeAttribute(mark))",
        _MARK,
    )
