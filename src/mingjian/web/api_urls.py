"""Which addresses of the interface look after their own authentication."""

from typing import Any

# The description of the interface; everything else answers 401 by itself instead of a login page.
_FOR_PEOPLE = ("openapi-json", "openapi-view", "api-root")


def open_to_tokens(urls: tuple[Any, ...]) -> tuple[Any, ...]:
    """Exempt the operations from the site-wide login; the docs stay behind it."""
    for pattern in urls[0]:
        if pattern.name not in _FOR_PEOPLE:
            pattern.callback.login_required = False
    return urls
