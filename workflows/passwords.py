"""Passwords: Argon2id with 19 MiB and two passes, at the same price for every answer."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rules.sentences import Sentence
from workflows.errors import Invalid

MINIMUM_LENGTH = 8
MAXIMUM_LENGTH = 1_000

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class PasswordRefused(Invalid):
    """The password cannot be used; the sentence says why."""


def hashed(password: str) -> str:
    """
    Return the hash to store for a password.

    Raises:
        PasswordRefused: The password is too short or too long.

    """
    if len(password) < MINIMUM_LENGTH:
        raise PasswordRefused(
            Sentence(
                "A password needs at least %(minimum_length)s characters.",
                minimum_length=MINIMUM_LENGTH,
            )
        )
    if len(password) > MAXIMUM_LENGTH:
        raise PasswordRefused(
            Sentence(
                "A password has at most %(maximum_length)s characters.",
                maximum_length=MAXIMUM_LENGTH,
            )
        )
    return _HASHER.hash(password)


def matches(stored: str | None, password: str) -> bool:
    """
    Say whether a password belongs to a stored hash.

    Without a hash the answer is no, after the same work: the time taken does
    not tell whether an account exists.
    """
    try:
        is_right = _HASHER.verify(stored or _hash_of_nothing(), password[: MAXIMUM_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return is_right and stored is not None


def is_outdated(stored: str) -> bool:
    """Say whether a hash was made with other settings than today's."""
    return _HASHER.check_needs_rehash(stored)


@cache
def _hash_of_nothing() -> str:
    """Return a hash to compare with when there is no account."""
    return _HASHER.hash("nobody has this password")
