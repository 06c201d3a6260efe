"""培训规则：content/appraisal/training.yaml and questions/*.yaml, read strictly.

Every question quotes the article it rests on, and the quote is proved word for word.
"""

from datetime import date
from functools import cache
from typing import Literal, Self

from pydantic import Field as Rule
from pydantic import model_validator

from mingjian.law import load_laws
from mingjian.standards import (
    ContentError,
    ContentFile,
    Document,
    Problem,
    content_document,
    misnamed,
    read_folder,
    shape_document,
)

Kind = Literal["single", "multiple", "judgement"]
KIND_TITLES: dict[Kind, str] = {"single": "单选", "multiple": "多选", "judgement": "判断"}
RIGHT_OR_WRONG = {"对": "对", "错": "错"}
GENERAL = "general"


class Question(ContentFile):
    """One question with its answer, its article and the explanation."""

    id: str
    kind: Kind
    point: str
    text: str
    options: dict[str, str] = {}
    answer: list[str] = Rule(min_length=1)
    law: str
    article: str
    quote: str
    explanation: str

    @model_validator(mode="after")
    def _answer_fits(self) -> Self:
        if self.kind == "judgement":
            if self.options:
                raise ValueError("判断题不写 options，答案写 [对] 或 [错]")
        elif len(self.options) < 2:
            raise ValueError("选择题至少两个选项")
        if unknown := set(self.answer) - set(self.choices):
            raise ValueError(f"答案 {'、'.join(sorted(unknown))} 不在选项里")
        if len(set(self.answer)) != len(self.answer):
            raise ValueError("答案写重了")
        if self.quote.rstrip("。；，") in self.text:
            raise ValueError("题干里就有引的条文，等于说出了答案")
        if (self.kind == "multiple") != (len(self.answer) > 1):
            raise ValueError("多选题至少两个答案，单选题、判断题只有一个")
        return self

    @property
    def choices(self) -> dict[str, str]:
        return RIGHT_OR_WRONG if self.kind == "judgement" else self.options


class Bank(ContentFile):
    """One file of questions."""

    code: str
    name: str
    in_force_on: date
    questions: list[Question] = Rule(min_length=1)


class Exam(ContentFile):
    """How an exam is made and judged: to be taken within so many days of the session, again after
    so many days of waiting; a paper handed in later than the grace counts nothing."""

    bank: str
    draw: dict[Kind, int]
    minutes: int = Rule(ge=1)
    grace_seconds: int = Rule(ge=0)
    pass_score: int = Rule(ge=1, le=100)
    attempts: int = Rule(ge=1)
    wait_days: int = Rule(ge=0)
    within_days: int = Rule(ge=1)


class Material(ContentFile):
    """What is to be read: an article of a law."""

    title: str
    law: str
    article: str


class Course(ContentFile):
    title: str
    hours: int = Rule(ge=1)
    points: list[str] = Rule(min_length=1)
    materials: list[Material]
    exam: Exam | None = None


class NeedRule(ContentFile):
    """So many confirmed problems of one monitor in one agency, in so many days."""

    problems: int = Rule(ge=2)
    days: int = Rule(ge=1)


class Point(ContentFile):
    title: str
    monitors: list[str]


class Training(ContentFile):
    """content/appraisal/training.yaml."""

    need: NeedRule
    look_back_days: int = Rule(ge=1)
    yearly_hours: int = Rule(ge=1)
    points: dict[str, Point]
    courses: dict[str, Course]

    def point_of(self, monitor_code: str) -> str:
        """The knowledge point behind a monitor: named itself, else its group, else general."""
        group = monitor_code.split("-")[0]
        for wanted in (monitor_code, group):
            for code, point in self.points.items():
                if wanted in point.monitors:
                    return code
        return GENERAL


@cache
def load_banks() -> dict[str, Bank]:
    """Every question bank by code; quotes proved, ids unique."""
    found, problems = read_folder("appraisal/questions", Bank)
    for document, bank in found:
        problems += _bank_problems(document, bank)
    if problems:
        raise ContentError(problems)
    return {bank.code: bank for _, bank in found}


@cache
def load_training() -> Training:
    """The rules; every course has enough questions for its exam."""
    document = content_document("appraisal", "training.yaml")
    training = shape_document(document, Training)
    problems = _training_problems(document, training)
    if problems:
        raise ContentError(problems)
    return training


def materials_of(course: str) -> list[tuple[Material, str]]:
    """What a course asks to read, with the text of the newest version; none for a course no longer
    in the file."""
    taught = load_training().courses.get(course)
    laws = load_laws()
    return [
        (one, laws.article(one.law, one.article, date.max).text)
        for one in (taught.materials if taught else [])
    ]


def _bank_problems(document: Document, bank: Bank) -> list[Problem]:
    laws = load_laws()
    problems = misnamed(document, bank.code)
    seen: set[str] = set()
    for i, question in enumerate(bank.questions):
        place = ("questions", i)
        if question.id in seen:
            problems.append(document.problem((*place, "id"), f"编号“{question.id}”重复"))
        seen.add(question.id)
        fault = laws.fault(question.law, question.article, question.quote, bank.in_force_on)
        if fault:
            problems.append(document.problem(place, fault))
    return problems


def _training_problems(document: Document, training: Training) -> list[Problem]:
    laws, banks = load_laws(), load_banks()
    problems = []
    if GENERAL not in training.points:
        problems.append(document.problem(("points",), f"缺少 {GENERAL}（没有对应的都归它）"))
    for code, course in training.courses.items():
        place = ("courses", code)
        for point in course.points:
            if point not in training.points:
                problems.append(document.problem((*place, "points"), f"没有知识点“{point}”"))
        for i, material in enumerate(course.materials):
            at = (*place, "materials", i)
            if fault := laws.fault(material.law, material.article, None, date.max):
                problems.append(document.problem(at, fault))
        if course.exam is not None:
            problems += _exam_problems(document, training, code, course.exam, banks)
    return problems


def _exam_problems(
    document: Document, training: Training, code: str, exam: Exam, banks: dict[str, Bank]
) -> list[Problem]:
    place = ("courses", code, "exam")
    if exam.bank not in banks:
        return [document.problem((*place, "bank"), f"没有题库“{exam.bank}”")]
    problems = []
    questions = banks[exam.bank].questions
    for kind, wanted in exam.draw.items():
        there = sum(question.kind == kind for question in questions)
        if there < wanted:
            fault = f"题库只有 {there} 道{KIND_TITLES[kind]}题，抽不出 {wanted} 道"
            problems.append(document.problem((*place, "draw", kind), fault))
    for question in questions:
        if question.point not in training.points:
            fault = f"题目 {question.id} 的知识点“{question.point}”没有列在 points"
            problems.append(document.problem((*place, "bank"), fault))
    return problems
