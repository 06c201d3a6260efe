"""Pages of a list that the store answers: only the page asked for is ever read."""

from dataclasses import dataclass
from typing import Self

from django.core.paginator import Paginator
from django.http import HttpRequest

PAGE_SIZE = 50


@dataclass(frozen=True)
class Pager:
    """Which page is shown out of `count` rows; `is_more` when counting stopped at the limit."""

    number: int
    count: int
    is_more: bool
    paginator: Paginator

    @classmethod
    def of(cls, request: HttpRequest, count: int, *, limit: int, size: int = PAGE_SIZE) -> Self:
        kept = min(count, limit)
        paginator: Paginator[int] = Paginator(range(kept), size)
        number = paginator.get_page(request.GET.get("page")).number
        return cls(number, kept, count > limit, paginator)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.paginator.num_pages

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1
