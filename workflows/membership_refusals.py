"""What cannot become of a membership."""

from rules.sentences import Sentence, Term
from workflows.errors import Conflict
from workflows.vocabulary import Lifecycle


class AlreadyMember(Conflict):
    """A person has one running membership in a pool at most."""

    def __init__(self, person: str, pool: str) -> None:
        super().__init__(
            Sentence("%(person)s is already a member of %(pool)s.", person=person, pool=pool)
        )


class WrongLifecycle(Conflict):
    """A membership goes only from states to states that follow them."""

    def __init__(self, number: str, now: Lifecycle, wanted: Lifecycle) -> None:
        super().__init__(
            Sentence(
                "Member %(number)s is “%(now)s” and cannot become “%(wanted)s”.",
                number=number,
                now=Term("lifecycle", now.value),
                wanted=Term("lifecycle", wanted.value),
            )
        )
