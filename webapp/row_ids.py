"""The numbers in addresses: those that a row of the database can have."""

from typing import Any

from werkzeug.routing import IntegerConverter, Map

from workflows.paging import LARGEST_ID


class RowId(IntegerConverter):
    """A whole number that an id can be; an address with a larger one leads nowhere."""

    def __init__(self, map: Map, *args: Any, **facts: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST_ID, **facts})
