"""Which officers a page of the admin site is for: the site asked for the second factor, here the role decides."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from tte_portal.models import Account
from verification import roles

View = Callable[..., HttpResponseBase]


class NotTheirRole(Http404):
    """The page belongs to other roles. ``whose``: their names, for the page that says so (tte_portal/views.py)."""

    def __init__(self, kinds: Iterable[str]) -> None:
        super().__init__("The officer has none of the roles.")
        self.whose = [str(roles.Kind(kind).label) for kind in kinds]


def for_roles(*kinds: str) -> Callable[[View], View]:
    """A view in the admin for officers with one of these roles somewhere. Rows are scoped by the view itself."""

    def wrap(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not roles.holds(officer_of(request), *kinds):
                # Before any row is looked for: the answer tells nothing of what there is.
                raise NotTheirRole(kinds)
            return view(request, *args, **kwargs)

        return checked

    return wrap


def officer_of(request: HttpRequest) -> Account:
    """The officer of a request that the admin site let in."""
    if not isinstance(request.user, Account):
        raise Http404
    return request.user
