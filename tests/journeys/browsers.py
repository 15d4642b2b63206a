"""The installed browser that the journeys drive, and how it is started."""

import os
import shutil

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
HOW_TO_GET_IT = (
    "No Chromium here: install it (Debian: apt install chromium) or name it in UNDERSTUDY_CHROMIUM."
)


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, if there is one."""
    named = os.environ.get("UNDERSTUDY_CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)
