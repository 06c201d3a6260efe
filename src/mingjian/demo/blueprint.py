"""The shapes of content/demo/: what the simulated city is made of, read strictly."""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field as Rule

from mingjian.standards import ContentFile, content_files, load_file

Share = Annotated[float, Rule(ge=0, le=1)]
Number = int | float
Severe = Literal["licence_revocation", "licence_suspension", "business_suspension", "closure"]


class District(ContentFile):
    """A district's size and habits; `box` is west, south, east, north in degrees."""

    name: str
    short: str
    weight: float
    strictness: float
    speed: float
    dirt: float
    box: list[Number] = Rule(min_length=4, max_length=4)


class CityFile(ContentFile):
    name: str
    short: str
    prefix: str
    districts: dict[str, District]
    months: list[Number] = Rule(min_length=12, max_length=12)
    growth: float
    volumes: dict[str, int]


class Industry(ContentFile):
    suffix: list[str]
    fields: list[str]
    weight: float


class NamesFile(ContentFile):
    surnames: list[str]
    given: list[str]
    brand: list[str]
    tail: list[str]
    roads: list[str]
    industries: dict[str, Industry]


class Violation(ContentFile):
    """One penalty item; `range` is the statutory fine in yuan, `cuts` part it into three steps."""

    violation: str
    law: str
    cause: str
    parties: Literal["mixed", "legal", "person"]
    weight: Number
    range: list[int] = Rule(min_length=2, max_length=2)
    cuts: list[int] = Rule(min_length=2, max_length=2)
    practice: list[Share] = [0.0, 1.0]
    season: Literal["summer", "winter", "flat"] = "flat"
    reprimand: bool = False
    gains: bool = False
    goods: bool = False
    severe: Severe | None = None


class Department(ContentFile):
    """One kind of agency, with the powers it exercises at every tier where it exists."""

    key: str
    name: str
    short: str
    mark: str
    field: str
    group: str
    tiers: list[Literal["city", "district", "street"]]
    weight: Number
    coercion: list[Literal["seal", "seize"]]
    items: list[Violation] = Rule(min_length=1)
    inspections: list[str] = Rule(min_length=1)
    permits: list[str]


class ComplaintKind(ContentFile):
    category: str
    subcategory: str
    season: Literal["summer", "winter", "flat"]
    weight: Number
    handler: str
    industries: list[str]
    enforced: bool
    text: str


class ComplaintsFile(ContentFile):
    seasons: dict[str, list[Number]]
    kinds: list[ComplaintKind]
    replies: dict[str, str]


@dataclass(frozen=True)
class Blueprint:
    """Everything content/demo/ says, departments in the order of their file names."""

    city: CityFile
    names: NamesFile
    complaints: ComplaintsFile
    departments: tuple[Department, ...]


@cache
def load_blueprint() -> Blueprint:
    """Read content/demo/; raises ContentError naming file, line and field."""
    files = {path.stem: path for path in content_files("demo", "*.yaml")}
    return Blueprint(
        load_file(files["city"], CityFile),
        load_file(files["names"], NamesFile),
        load_file(files["complaints"], ComplaintsFile),
        tuple(load_file(path, Department) for path in content_files("demo/departments")),
    )
