"""The errors of the services, named by what the reader can do about them."""


class UnderstudyError(Exception):
    """A refusal with one clear sentence for a person; nothing was changed."""


class NotFound(UnderstudyError):
    """The thing does not exist, or the actor may not know that it does."""


class Conflict(UnderstudyError):
    """Somebody or something was faster; look again, then decide."""


class NotAllowed(UnderstudyError):
    """The actor may see the thing, but may not do this to it."""


class Invalid(UnderstudyError):
    """The input is wrong; mend what the sentence names and send it again."""
