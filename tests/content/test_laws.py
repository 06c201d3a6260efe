"""Every statute we ship, against the text it was taken from and the rules for such files."""

import re
from pathlib import Path

import pytest

from mingjian.law import check_laws, load_laws

# The files of public statute texts, and the version that each of them is.
TEXTS = {
    "行政处罚法(2021-01-22)": ("行政处罚法", "2021-07-15", 86),
    "行政强制法(2011-06-30)": ("行政强制法", "2012-01-01", 71),
    "行政许可法(2019-04-23)": ("行政许可法", "2019-04-23", 83),
    "行政复议法(2017-09-01)": ("行政复议法", "2018-01-01", 43),
    "行政复议法(2023-09-01)": ("行政复议法", "2024-01-01", 90),
    "优化营商环境条例(2019-10-22)": ("优化营商环境条例", "2020-01-01", 72),
    "北京市优化营商环境条例(2024-11-29)": ("北京市优化营商环境条例", "2024-11-29", 94),
    "北京市接诉即办工作条例(2021-09-24)": ("北京市接诉即办工作条例", "2021-09-24", 38),
    "行政执法机关移送涉嫌犯罪案件的规定(2020-08-07)": (
        "行政执法机关移送涉嫌犯罪案件的规定",
        "2020-08-07",
        20,
    ),
    "罚款决定与罚款收缴分离实施办法(1997-11-17)": (
        "罚款决定与罚款收缴分离实施办法",
        "1998-01-01",
        17,
    ),
    "市场监督管理行政处罚信息公示规定(2021-07-30)": (
        "市场监督管理行政处罚信息公示规定",
        "2021-09-01",
        19,
    ),
}


def body(path: Path) -> str:
    """The statute's own words: no headings, no history, no white space or invisible characters."""
    text = path.read_text(encoding="utf-8").split("<!-- INFO END -->")[1]
    text = re.sub(r"^#.*$", "", text, flags=re.MULTILINE)
    return re.sub(r"[\s\u200b\u3000]+", "", text)


@pytest.mark.parametrize("name", TEXTS)
def test_the_articles_put_together_are_the_statute(name: str, shared_data: Path) -> None:
    law, in_force_on, count = TEXTS[name]
    version = next(v for v in load_laws().versions(law) if str(v.in_force_on) == in_force_on)
    joined = "".join(number + text for number, text in version.articles.items())
    assert re.sub(r"\s+", "", joined) == body(shared_data / "laws_zh" / f"{name}.md")
    assert len(version.articles) == count


def test_the_files_are_without_fault() -> None:
    assert [str(problem) for problem in check_laws()] == []


def test_every_law_with_text_has_all_its_articles_from_the_first() -> None:
    for law in load_laws().names():
        for version in load_laws().versions(law):
            assert version.text_available == ("第一条" in version.articles)
