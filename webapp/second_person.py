"""Nobody puts a definition into force alone, where the installation wants two persons."""

from rules.sentences import Sentence
from webapp import unit
from workflows.errors import NotAllowed


class SecondPersonNeeded(NotAllowed):
    """Nobody puts a definition into force alone."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "The files are correct, but a second person has to approve a definition before it"
                " goes into force. Nothing was published. An operator can deploy it on the host"
                " with `understudy process deploy`."
            )
        )


def must_not_be_alone() -> None:
    """
    Refuse to publish at once; ask after the checks, so that an author learns of every finding.

    Raises:
        SecondPersonNeeded: The installation wants a second person.

    """
    if unit.settings().four_eyes:
        raise SecondPersonNeeded
