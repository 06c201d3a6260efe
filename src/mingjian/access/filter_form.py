"""The filter above a list: words to look for, and choices of which the first means all."""

from collections.abc import Iterable
from typing import Any

from django import forms

Choice = tuple[str, str]
EVERYTHING: Choice = ("", "全部")


class DayField(forms.DateField):
    """An optional day of a filter, as the browser's own calendar gives it."""

    def __init__(self, label: str) -> None:
        widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
        super().__init__(label=label, required=False, widget=widget)


class FilterForm(forms.Form):
    """Every field is optional; unknown values are refused. `looks_in` says where words are
    looked for."""

    looks_in = ""
    text = forms.CharField(label="关键字", required=False, max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["placeholder"] = self.looks_in

    def offer(self, name: str, choices: Iterable[Choice], *first: Choice) -> None:
        """What the field may be set to, after `first` (everything, unless told otherwise)."""
        self.fields[name].choices = [*(first or (EVERYTHING,)), *choices]
