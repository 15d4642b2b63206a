"""What is refused about questions on user tasks."""

from rules.sentences import Sentence
from workflows.errors import Conflict, Invalid, NotAllowed, NotFound


class UnknownQuestion(NotFound):
    """There is no such question, or it is not for this person."""

    def __init__(self) -> None:
        super().__init__("There is no such question.")


class QuestionEnded(Conflict):
    """It was answered or taken back meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("This question is answered or was taken back; nothing was changed.")
        )


class AlreadyAsked(Conflict):
    """One question at a time."""

    def __init__(self, name: str) -> None:
        super().__init__(
            Sentence(
                "“%(name)s” waits for an answer already. Take that question back first.", name=name
            )
        )


class QuestionRefused(Invalid):
    """The question or the answer cannot be as it is; the sentence says why."""


class NotInvolved(NotAllowed):
    """Only those who take part in a case may be told of it."""

    def __init__(self, username: str) -> None:
        super().__init__(
            Sentence(
                "%(username)s has no part in this case and must not learn of it.", username=username
            )
        )
