"""Ways of working: what differs from city to city beside chance (content/demo/habits/)."""

from functools import cache
from typing import Annotated

from pydantic import Field as Rule

from mingjian.standards import ContentFile, content_files, load_file

NORMAL = "normal"
Factor = Annotated[float, Rule(gt=0)]


class Bursts(ContentFile):
    """This share of what happens falls into the last `days` of these months."""

    share: Annotated[float, Rule(ge=0, lt=1)]
    days: Annotated[int, Rule(ge=1, le=28)]
    months: list[int] = Rule(min_length=1)


class Habits(ContentFile):
    """Factors of the numbers in city.yaml; what is left out stays as it is there."""

    title: str
    meaning: str
    spoiled: Factor = 1
    odd: Factor = 1
    twice: Factor = 1
    corrections: Factor = 1
    lag: list[float] = Rule(default=[60, 30, 10], min_length=1)
    strictness: float = 1
    months: list[float] | None = Rule(default=None, min_length=12, max_length=12)
    growth: float | None = None
    bursts: Bursts | None = None
    volumes: dict[str, Factor] = {}
    weights: dict[str, Factor] = {}
    districts: int | None = Rule(default=None, ge=2)
    departments: int | None = Rule(default=None, ge=6)
    streets: Annotated[float, Rule(gt=0, le=1)] = 1


def habit_names() -> list[str]:
    """The ways of working there are."""
    return [path.stem for path in content_files("demo/habits", "*.yaml")]


@cache
def load_habits(name: str = NORMAL) -> Habits:
    """One way of working; raises ValueError naming those there are."""
    for path in content_files("demo/habits", "*.yaml"):
        if path.stem == name:
            return load_file(path, Habits)
    raise ValueError(f"没有名为“{name}”的办事习惯。现有：{'、'.join(habit_names())}")
