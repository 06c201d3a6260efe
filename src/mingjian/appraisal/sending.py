"""A form that was sent: done, or shown again with its fault so that nothing typed is lost."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from mingjian.access.flow import NotPossible, OpenAct


def send(request: HttpRequest, form: forms.Form, do: Callable[..., Any], said: str) -> bool:
    """Whether `do` was done with what the form holds; the fault stands on the form otherwise."""
    if not form.is_valid():
        return False
    try:
        do(**form.cleaned_data)
    except NotPossible as error:
        for line in str(error).splitlines():
            form.add_error(None, line)
        return False
    messages.success(request, said)
    return True


def act_items(
    acts: Iterable[OpenAct],
    made: Mapping[str, Callable[[], forms.Form]],
    address: Callable[[str], str],
    refused: tuple[str, forms.Form] | None = None,
) -> list[dict[str, Any]]:
    """The acts that are open, each with its form and address, as the list of acts shows them."""
    return [
        {
            "act": act,
            "form": refused[1] if refused and refused[0] == act.name else made[act.name](),
            "action": address(act.name),
        }
        for act in acts
        if act.name in made
    ]


def faults(form: forms.Form | None) -> list[str]:
    """What is wrong with a refused form as a whole, for the top of the page."""
    return [str(error) for error in form.non_field_errors()] if form is not None else []
