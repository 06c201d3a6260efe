"""What the file of a case says happened, in words that seldom are the same twice."""

import numpy as np

from mingjian.demo.blueprint import Blueprint
from mingjian.demo.chance import Chance
from mingjian.demo.records import Column, Records, joined, texts, where


def tell_facts(blueprint: Blueprint, table: Records, chance: Chance) -> Column:
    """A short note for what is settled on the spot; for ordinary cases a sentence of each slot."""
    short = joined(table["party_name"], "在", table["address"], "，", table["cause"], "。")
    words = {"{place}": "address", "{party}": "party_name", "{cause}": "cause"}
    parts = []
    for i, slot in enumerate(blueprint.facts.slots):
        chosen = chance.stream(f"slot{i}").whole(len(table), 0, len(slot) - 1)
        parts.append(_filled(texts(slot)[chosen], table, words))
    long = joined(*parts) if len(table) else short
    return where(table["procedure"] == "ordinary", long, short).astype(object)


def _filled(said: Column, table: Records, words: dict[str, str]) -> Column:
    columns = [table[name] for name in words.values()]
    done = np.empty(len(said), object)
    for i, (sentence, *values) in enumerate(zip(said, *columns, strict=True)):
        for mark, value in zip(words, values, strict=True):
            sentence = sentence.replace(mark, value or "")
        done[i] = sentence
    return done
