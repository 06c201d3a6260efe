"""Statute versions and articles, as queries see them."""

from mingjian.store.reference import reference_rows


def test_a_law_is_found_under_every_spelling_and_the_newer_version_is_an_amendment() -> None:
    rows = [
        row
        for row in reference_rows("law_edition")
        if row["law_name"] == "中华人民共和国行政复议法"
    ]
    assert {row["cited_name"] for row in rows} == {
        "中华人民共和国行政复议法",
        "行政复议法",
        "复议法",
    }
    assert {(str(row["in_force_on"]), row["is_amendment"]) for row in rows} == {
        ("2018-01-01", False),
        ("2024-01-01", True),
    }


def test_only_the_first_version_of_a_law_counts_as_its_beginning() -> None:
    first = {
        (row["law_name"], str(row["in_force_on"]))
        for row in reference_rows("law_edition")
        if row["is_first"]
    }
    assert ("中华人民共和国食品安全法", "2009-06-01") in first
    assert ("中华人民共和国食品安全法", "2015-10-01") not in first


def test_articles_are_those_of_the_versions_with_text() -> None:
    penal = [
        row["article"]
        for row in reference_rows("law_article")
        if row["law_name"] == "中华人民共和国行政处罚法"
    ]
    assert len(penal) == 86
    assert penal[-1] == "第八十六条"
