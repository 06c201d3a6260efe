"""An exam paper: drawn from a bank by a seed, shown without answers, judged on the server."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from mingjian.appraisal.courses import KIND_TITLES, Bank, Exam, Question

LETTERS = "ABCDEFGH"


def draw(bank: Bank, exam: Exam, seed: int) -> list[dict[str, Any]]:
    """The questions of a paper, whole, in the order they are asked; the same seed, the same paper.

    Kept with the sitting, so that a later change of the bank changes no result.
    """
    chance = random.Random(seed)
    paper = []
    for kind, wanted in exam.draw.items():
        there = [question for question in bank.questions if question.kind == kind]
        for question in chance.sample(there, wanted):
            paper.append(_frozen(question, chance))
    return paper


def _frozen(question: Question, chance: random.Random) -> dict[str, Any]:
    order = list(question.choices)
    if question.kind != "judgement":
        chance.shuffle(order)
    choices = [[key, question.choices[key]] for key in order]
    return {**question.model_dump(mode="json"), "options": choices}


def shown(paper: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the person sees before handing in: neither answer nor article nor explanation."""
    return [
        {
            "no": no,
            "name": f"q{no}",
            "kind": KIND_TITLES[question["kind"]],
            "is_multiple": question["kind"] == "multiple",
            "text": question["text"],
            "choices": _lettered(question),
        }
        for no, question in enumerate(paper, 1)
    ]


def is_right(question: Mapping[str, Any], given: Sequence[str]) -> bool:
    """Whole or nothing: a multiple choice with one missing is wrong."""
    return set(given) == set(question["answer"])


def score(paper: Sequence[Mapping[str, Any]], answers: Mapping[str, Sequence[str]]) -> int:
    """Out of 100, every question alike; never rounded up."""
    right = sum(is_right(question, answers.get(question["id"], ())) for question in paper)
    return 100 * right // len(paper)


def reviewed(
    paper: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Sequence[str]],
    *,
    with_answers: bool,
) -> list[dict[str, Any]]:
    """After handing in: right or wrong and the article to read; answers only when no further
    attempt at the same bank is left."""
    lines = []
    for no, question in enumerate(paper, 1):
        given = answers.get(question["id"], ())
        line = {
            "no": no,
            "text": question["text"],
            "is_right": is_right(question, given),
            "given": _texts(question, given),
            "law": question["law"],
            "article": question["article"],
        }
        if with_answers:
            line |= {
                "answer": _texts(question, question["answer"]),
                "quote": question["quote"],
                "explanation": question["explanation"],
            }
        lines.append(line)
    return lines


def _lettered(question: Mapping[str, Any]) -> list[tuple[str, str]]:
    if question["kind"] == "judgement":
        return [(key, text) for key, text in question["options"]]
    return [
        (key, f"{letter}. {text}")
        for letter, (key, text) in zip(LETTERS, question["options"], strict=False)
    ]


def _texts(question: Mapping[str, Any], keys: Sequence[str]) -> str:
    return "；".join(text for key, text in question["options"] if key in keys) or "没有作答"
