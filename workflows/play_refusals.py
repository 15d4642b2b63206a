"""What is refused while a process is played, and when scenarios are kept."""

from rules.sentences import Sentence
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
        super().__init__(
            Sentence("You played on elsewhere since this page was opened. Here it is now.")
        )


class StepNotTaken(Invalid):
    """The case cannot do this; the sentence says why, and nothing was recorded."""


class TitleMissing(Invalid):
    """A scenario needs a title."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "Give the scenario a title of at most %(longest_title)s characters.",
                longest_title=LONGEST_TITLE,
            )
        )


class TitleTaken(Conflict):
    """Another scenario of the process has this title."""

    def __init__(self, title: str) -> None:
        super().__init__(
            Sentence(
                "There is a scenario “%(title)s” already. Give this one another title.", title=title
            )
        )


class ScenariosFail(Conflict):
    """Whoever lets a draft into force against a failing scenario says why, in writing."""

    def __init__(self, titles: list[str]) -> None:
        self.titles = titles
        named = Sentence.together(titles[:5], each="“%s”", between=", ")
        super().__init__(
            Sentence(
                "These scenarios fail with the draft: %(named)s. Say why it comes into force"
                " all the same, or send it back.",
                named=named,
            )
        )
