"""Giving the people of a roster the posts that it names."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflows.people_tables import Person, Post
from workflows.roster_columns import Record
from workflows.vocabulary import EmploymentStatus


def assign_posts(session: Session, people: list[Record], persons: Mapping[str, Person]) -> set[str]:
    """
    Let each person hold the post that the file names, in the unit of the person.

    Posts that became vacant are taken first, then new ones are made. Who
    leaves, or goes to another unit without a post being named, holds none.
    Returns the numbers of those whose post changed.
    """
    posts = {post.id: post for post in session.scalars(select(Post))}
    wanted: dict[str, str | None] = {}
    for record in people:
        person = persons[record.values["number"]]
        post = posts.get(person.post_id or 0)
        title = record.values.get("post", post.title if post else None)
        if person.employment_status is EmploymentStatus.LEFT:
            title = None
        stays = post is not None and post.unit_id == person.unit_id
        if post is not None and not stays and "post" not in record.values:
            title = None
        if (post.title if post and stays else None) != title or (post and not stays):
            wanted[person.number] = title
    for number in wanted:
        persons[number].post_id = None
    session.flush()  # Only then can somebody else take the post: it has one holder at most.
    _take_posts(session, wanted, persons, posts)
    session.flush()
    return set(wanted)


def _take_posts(
    session: Session,
    wanted: Mapping[str, str | None],
    persons: Mapping[str, Person],
    posts: Mapping[int, Post],
) -> None:
    """Give out vacant posts by unit and title, and make those that are missing."""
    vacant = _vacant(persons, posts)
    without: list[Person] = []
    for number, title in wanted.items():
        if title is None:
            continue
        person = persons[number]
        free = vacant[person.unit_id, title]
        if free:
            person.post_id = free.pop()
        else:
            without.append(person)
    if without:
        _make_posts(session, without, wanted)


def _vacant(
    persons: Mapping[str, Person], posts: Mapping[int, Post]
) -> defaultdict[tuple[int, str], list[int]]:
    """Return the posts that nobody holds, by unit and title."""
    held = {person.post_id for person in persons.values()}
    vacant: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for post in posts.values():
        if post.id not in held:
            vacant[post.unit_id, post.title].append(post.id)
    return vacant


def _make_posts(session: Session, without: list[Person], wanted: Mapping[str, str | None]) -> None:
    """Make a new post with the wanted title for each of these people."""
    rows = [
        {
            "unit_id": person.unit_id,
            "title": wanted[person.number],
            "level_rank": person.level_rank,
            "category": person.category,
            "specialty": person.specialty,
        }
        for person in without
    ]
    ids = session.scalars(insert(Post).returning(Post.id, sort_by_parameter_order=True), rows)
    for person, post_id in zip(without, ids, strict=True):
        person.post_id = post_id
