"""How much work the check of one table may take."""


class TooLarge(Exception):
    """The table has too many combinations to look at all of them."""


class Work:
    """Counts what a check does, so that a large table ends in a finding and not in waiting."""

    def __init__(self, limit: int) -> None:
        self.left = limit

    def spend(self, steps: int = 1) -> None:
        """
        Take steps.

        Raises:
            TooLarge: Nothing is left.

        """
        self.left -= steps
        if self.left < 0:
            raise TooLarge
