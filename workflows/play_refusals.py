"""What is refused while a process is played, and when scenarios are kept."""

from workflows.errors import Conflict, Invalid, NotFound

LONGEST_TITLE = 200


class NothingPlayed(NotFound):
    """Nobody plays this process, or it was thrown away."""

    def __init__(self, key: str) -> None:
        super().__init__(f"You do not play the process “{key}”. Begin from its scenarios.")


class NoScenario(NotFound):
    """There is no such scenario."""

    def __init__(self, scenario_id: int) -> None:
        super().__init__(f"There is no scenario {scenario_id}.")


class PlayMovedOn(Conflict):
    """The page is older than what was played since."""

    def __init__(self) -> None:
        super().__init__("You played on elsewhere since this page was opened. Here it is now.")


class StepNotTaken(Invalid):
    """The case cannot do this; the sentence says why, and nothing was recorded."""


class TitleMissing(Invalid):
    """A scenario needs a title."""

    def __init__(self) -> None:
        super().__init__(f"Give the scenario a title of at most {LONGEST_TITLE} characters.")


class TitleTaken(Conflict):
    """Another scenario of the process has this title."""

    def __init__(self, title: str) -> None:
        super().__init__(f"There is a scenario “{title}” already. Give this one another title.")


class ScenariosFail(Conflict):
    """Whoever lets a draft into force against a failing scenario says why, in writing."""

    def __init__(self, titles: list[str]) -> None:
        self.titles = titles
        named = ", ".join(f"“{title}”" for title in titles[:5])
        super().__init__(
            f"These scenarios fail with the draft: {named}. Say why it comes into force all the"
            " same, or send it back."
        )
