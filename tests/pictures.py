"""Take the pictures of the documentation from a fresh demonstration, on a laptop and a phone."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.browsers import FLAGS, find_chromium
from workflows.demo.logins import PASSWORD

PICTURES = Path(__file__).resolve().parent.parent / "docs/pictures"
SIZES = {"laptop": (1360, 860), "phone": (390, 844)}
READERS = {
    "inbox": ("priya.sharma", "/"),
    "form": ("kenji.nakamura", "/"),
    "stalled": ("priya.sharma", "/stalled"),
    "case": ("priya.sharma", "/cases/?process=nomination"),
    "pool": ("priya.sharma", "/pools/leaders"),
}


def main() -> int:
    """Start a demonstration, take every picture, stop it."""
    chromium = find_chromium()
    assert chromium, "No Chromium here."
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        _demonstration(folder) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for size in SIZES:
            _take_all(browser, address, size)
        browser.close()
    return 0


@contextmanager
def _demonstration(folder: str) -> Iterator[str]:
    """Serve a fresh demonstration from a folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "webapp.cli", "demo", "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, "UNDERSTUDY_DATA_DIR": folder})
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/health/ready")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(address: str) -> None:
    """Wait until the address answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{address} does not answer.")


def _take_all(browser: Browser, address: str, size: str) -> None:
    """Take every picture in one size."""
    width, height = SIZES[size]
    for name, (username, path) in READERS.items():
        context = browser.new_context(
            viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        page = context.new_page()
        _sign_in(page, address, username)
        page.goto(address + path)
        _go_on(page, name)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / f"{name}-{size}.png")
        context.close()


def _sign_in(page: Page, address: str, username: str) -> None:
    """Sign in as one of the people of the demonstration."""
    page.goto(f"{address}/sign-in")
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{address}/")


def _go_on(page: Page, name: str) -> None:
    """Go on from a list to what the picture is of."""
    if name == "form":
        page.locator("main a[href*='/user-tasks/']:visible").first.click()
        page.wait_for_url("**/user-tasks/**")
    elif name == "case":
        page.locator("main a[href*='/cases/']:visible").nth(3).click()
        page.wait_for_url("**/cases/**")
        page.locator(".djs-container, [data-case-diagram] svg").first.wait_for()
        page.wait_for_timeout(1_000)  # the diagram moves to where the case stands


if __name__ == "__main__":
    sys.exit(main())
