"""Articles by law and day, and the proof of quotes."""

from datetime import date
from pathlib import Path

import pytest

from mingjian.law import check_laws, load_laws

LAWS = load_laws()
DAY = date(2025, 6, 1)
SENTENCE = "行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。"


@pytest.mark.parametrize(
    "name",
    [
        "中华人民共和国行政处罚法",
        "行政处罚法",
        "《行政处罚法》",
        "处罚法",
        "《中华人民共和国行政处罚法》（2021年修订）",
        "administrative_penalty",
    ],
)
def test_a_law_under_each_of_its_names(name: str) -> None:
    article = LAWS.article(name, "第六十条", DAY)
    assert article.law == "中华人民共和国行政处罚法"
    assert article.text.startswith(SENTENCE)
    assert article.in_force_on == date(2021, 7, 15)


def test_the_version_in_force_on_the_day_applies() -> None:
    before = LAWS.article("行政复议法", "第二十三条", date(2023, 12, 31))
    after = LAWS.article("行政复议法", "第二十三条", date(2024, 1, 1))
    assert before.repealed_on == after.in_force_on == date(2024, 1, 1)
    assert "十日内" in before.text
    assert "先向行政复议机关申请行政复议" in after.text
    assert [v.in_force_on for v in LAWS.versions("行政复议法")] == [
        date(2018, 1, 1),
        date(2024, 1, 1),
    ]


@pytest.mark.parametrize(
    ("law", "article", "on", "reason"),
    [
        ("行政处罚法", "第六十条", date(2021, 7, 14), "没有施行中的版本"),
        ("行政处罚法", "第八十七条", DAY, "没有第八十七条"),
        ("行政执法监督条例", "第二十七条", date(2026, 2, 1), "未取得全文"),
        ("不存在法", "第一条", DAY, "不认识的法律"),
    ],
)
def test_what_cannot_be_found_says_why(law: str, article: str, on: date, reason: str) -> None:
    with pytest.raises(LookupError, match=reason):
        LAWS.article(law, article, on)


def test_a_law_without_text_still_resolves() -> None:
    version = LAWS.version("行政执法监督条例", date(2026, 2, 1))
    assert (version.text_available, version.in_force_on) == (False, date(2026, 2, 1))


def test_a_verbatim_quote_is_proven_whatever_its_white_space() -> None:
    assert LAWS.prove("行政处罚法", "第六十条", SENTENCE, DAY) is None
    assert LAWS.prove("行政处罚法", 60, "九十日内\n 作出　行政处罚决定", DAY) is None
    across = "应当予以制止。\n第五十五条"
    assert LAWS.prove("行政处罚法", "第五十五条", across, DAY) is not None


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        (SENTENCE.replace("九十日", "六十日"), "之后原文为“九十日内"),
        (SENTENCE.replace("。", "，"), "之后原文为“。法律、法规"),
        ("行政机关应当及时作出决定", "原文不一致"),
        ("违法者应当受罚", "原文中没有这句话"),
        ("  ", "引文是空的"),
    ],
)
def test_an_altered_quote_fails_and_shows_where(quote: str, reason: str) -> None:
    assert reason in str(LAWS.prove("行政处罚法", "第六十条", quote, DAY))


def test_a_quote_from_a_law_without_text_cannot_be_proven() -> None:
    problem = LAWS.prove("行政执法监督条例", "第二十七条", "应当履行", date(2026, 3, 1))
    assert "引文无法证明" in str(problem)
    assert "未取得全文" in str(problem)


def test_items_belong_to_their_paragraph() -> None:
    paragraphs = LAWS.article("行政处罚法", "第三十二条", DAY).paragraphs()
    assert len(paragraphs) == 1
    assert paragraphs[0].count("\n") == 5
    assert len(LAWS.article("行政处罚法", "第三十三条", DAY).paragraphs()) == 3


def test_every_fault_of_every_law_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_laws() == []
    folder = tmp_path / "laws" / "sample"
    folder.mkdir(parents=True)
    head = "short: 样例法\nslug: sample\nsource: 样例\n"
    (folder / "2020-01-01.yaml").write_text(
        f"law: 样例法\n{head}in_force_on: 2020-01-01\narticles:\n  第1条: 甲\n  第二款: 乙\n",
        encoding="utf-8",
    )
    (folder / "2021-01-01.yaml").write_text(
        f"law: 行政处罚法\n{head}in_force_on: 2022-01-01\nrepealed_on: 2021-06-01\n",
        encoding="utf-8",
    )
    (folder / "2023-01-01.yaml").write_text("law: [样例法]\n", encoding="utf-8")
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    messages = [str(problem) for problem in check_laws()]
    for expected in (
        "2020-01-01.yaml:7 articles.第1条：条号应写作“第一条”",
        "不是条号",
        "应与文件名“2021-01-01”相同",
        "应晚于施行日期",
        "没有全文的写 text_available: false",
        "2020-01-01 的版本尚未废止",
        "名称与《中华人民共和国行政处罚法》相混",
        "law：应为文字",
        "缺少这一项",
    ):
        assert any(expected in message for message in messages), expected


def test_a_citation_holds_only_with_law_article_and_quote() -> None:
    laws, on = load_laws(), date(2026, 3, 1)
    quote = "行政机关应当自行政处罚案件立案之日起九十日内作出行政处罚决定。"
    assert laws.fault("行政处罚法", "第六十条", quote, on) is None
    assert laws.fault("行政处罚法", "第六十条", None, on) is None
    assert "不一致" in (laws.fault("行政处罚法", "第六十条", "九十日以内作出", on) or "")
    assert laws.fault("行政处罚法", "第九百条", None, on)
    assert laws.fault("没有的法", "第一条", None, on)
    assert laws.fault("行政执法监督条例", "第二十八条", None, on) is None  # no full text is kept
    assert "没有全文" in (laws.fault("行政执法监督条例", "第二十八条", "应当", on) or "")
