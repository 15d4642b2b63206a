"""Every route names the action it is for; an application with a nameless route does not start."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from webapp.unit import current_actor

PUBLIC = "public"
_ATTRIBUTE = "understudy_action"
_OWN_ENDPOINTS = {"static"}

View = TypeVar("View", bound=Callable[..., Any])


class NamelessRoute(Exception):
    """A route was added without `@access`; say what it is for."""


def access(action: str) -> Callable[[View], View]:
    """
    Name the action that a view performs; write it under the route decorator.

    The action `public` lets visitors in. Any other needs somebody who is
    signed in; whether this somebody may do it to this object is asked of
    `workflows.permissions` by the view or service.
    """

    def name(view: View) -> View:
        setattr(view, _ATTRIBUTE, action)
        return view

    return name


def action_of(view: Callable[..., Any]) -> str | None:
    """Return the action that a view was given, or nothing."""
    action = getattr(view, _ATTRIBUTE, None)
    if action is None and hasattr(view, "view_class"):
        action = getattr(view.view_class, _ATTRIBUTE, None)
    return action


def check_routes(app: Flask) -> None:
    """
    Look at every route of an application before it serves anybody.

    Raises:
        NamelessRoute: A route has no action.

    """
    for rule in app.url_map.iter_rules():
        if rule.endpoint in _OWN_ENDPOINTS:
            continue
        if action_of(app.view_functions[rule.endpoint]) is None:
            raise NamelessRoute(f"Give {rule.endpoint} ({rule.rule}) an action with @access.")


def require_sign_in() -> None:
    """Turn visitors away from every view that is not public; runs before each request."""
    if request.endpoint is None or request.endpoint in _OWN_ENDPOINTS:
        return
    if is_api():
        return  # The API answers for itself: bearer tokens and problem documents.
    if action_of(current_app.view_functions[request.endpoint]) != PUBLIC:
        current_actor()


def is_api() -> bool:
    """Say whether the request is for the HTTP API."""
    return request.path.startswith("/api/")
