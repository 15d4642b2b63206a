"""Which version of the product this is."""

from importlib.metadata import PackageNotFoundError, version


def product_version() -> str:
    """Return the installed version; a source tree that was never installed has none."""
    try:
        return version("understudy")
    except PackageNotFoundError:
        return "0.dev0"
