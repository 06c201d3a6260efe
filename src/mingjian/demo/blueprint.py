"""The shapes of content/demo/: what the simulated city is made of, read strictly."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field as Rule

from mingjian.demo.habits import NORMAL, Habits, load_habits
from mingjian.demo.office_file import OfficeFile
from mingjian.standards import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    content_files,
    load_file,
    load_standard,
    shape_document,
)

Share = Annotated[float, Rule(ge=0, le=1)]
Number = int | float
Severe = Literal[
    "licence_revocation", "licence_suspension", "business_suspension", "closure", "detention"
]


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
    article: int | None = None


class FactsFile(ContentFile):
    """What the files of ordinary cases say happened: one sentence of each slot."""

    slots: list[list[str]] = Rule(min_length=5)


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
    facts: FactsFile
    habits: Habits
    departments: tuple[Department, ...]


@cache
def load_blueprint(habits: str = NORMAL) -> Blueprint:
    """Read content/demo/ with one way of working; ContentError names file, line and field."""
    problems = check_city()
    if problems:
        raise ContentError(problems)
    files = {path.stem: path for path in content_files("demo", "*.yaml")}
    manner = load_habits(habits)
    return Blueprint(
        _with_habits(load_file(files["city"], CityFile), manner),
        load_file(files["names"], NamesFile),
        load_file(files["complaints"], ComplaintsFile),
        load_file(files["facts"], FactsFile),
        manner,
        tuple(load_file(path, Department) for path in content_files("demo/departments")),
    )


def _with_habits(city: CityFile, habits: Habits) -> CityFile:
    """The city's numbers as this way of working has them."""
    districts = {
        code: found.model_copy(
            update={
                "weight": found.weight * habits.weights.get(code, 1),
                "strictness": found.strictness * habits.strictness,
            }
        )
        for code, found in city.districts.items()
    }
    volumes = {name: int(n * habits.volumes.get(name, 1)) for name, n in city.volumes.items()}
    changed: dict[str, object] = {"districts": districts, "volumes": volumes}
    if habits.months is not None:
        changed["months"] = habits.months
    if habits.growth is not None:
        changed["growth"] = habits.growth
    return city.model_copy(update=changed)


_SHAPES: dict[str, type[ContentFile]] = {
    "city": CityFile,
    "names": NamesFile,
    "complaints": ComplaintsFile,
    "facts": FactsFile,
    "office": OfficeFile,
}


def check_city() -> list[Problem]:
    """Every fault of content/demo/, by file, line and field."""
    problems: list[Problem] = []
    departments: list[tuple[Document, Department]] = []
    for path in content_files("demo", "*.yaml"):
        document = Document(path)
        if path.stem not in _SHAPES:
            known = "、".join(_SHAPES)
            problems.append(document.problem((), f"不认识的文件（应为 {known} 之一）"))
            continue
        problems += _shape_problems(document, _SHAPES[path.stem])
    for path in content_files("demo/habits", "*.yaml"):
        problems += _shape_problems(Document(path), Habits)
    for path in content_files("demo/departments"):
        document = Document(path)
        faults = _shape_problems(document, Department)
        problems += faults
        if not faults:
            departments.append((document, shape_document(document, Department)))
    for document, department in departments:
        problems += _department_problems(document, department)
    return problems


def _shape_problems(document: Document, shape: type[ContentFile]) -> list[Problem]:
    try:
        shape_document(document, shape)
    except ContentError as error:
        return error.problems
    return []


def _department_problems(document: Document, department: Department) -> list[Problem]:
    """A field that is no code, and fines whose steps do not part the statutory range."""
    problems = []
    if department.field not in load_standard().codes["field"].codes:
        says = f"“{department.field}”不是执法领域的代码"
        problems.append(document.problem(("field",), says))
    for i, item in enumerate(department.items):
        bounds = [item.range[0], *item.cuts, item.range[1]]
        if any(low >= high for low, high in pairwise(bounds)):
            says = f"幅度与分档应由低到高：{'、'.join(map(str, bounds))}"
            problems.append(document.problem(("items", i, "cuts"), says))
    return problems
