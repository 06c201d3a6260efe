"""Data quality: shares with their parts, in scope, down to the faulty rows; silence is not zero."""

from typing import Any

from site_data import CHAOYANG, DONGCHENG, browse


def text_of(person: Any, page: str) -> str:
    return browse(person).get(page).content.decode()


def test_shares_stand_with_numerator_and_denominator(site: Any) -> None:
    """Validity: 10 and 3 rows came in two submissions, of which 2 were sent back."""
    text = text_of(site.right, "/quality/penalty_case/")
    assert "11 / 13" in text
    assert "示例市朝阳区市场监督管理局" in text
    assert "示例市东城区市场监督管理局" not in text


def test_an_agency_of_others_has_no_page(site: Any) -> None:
    page = f"/quality/of-agency/?agency={DONGCHENG}"
    assert browse(site.right).get(page).status_code == 404
    assert browse(site.other).get(page).status_code == 200


def test_a_figure_leads_to_its_faulty_rows(site: Any) -> None:
    page = f"/quality/of-agency/?agency={CHAOYANG}&table=penalty_case"
    text = text_of(site.right, page)
    rows = "/quality/penalty_case/rows/?agency=110105-SCJG"
    assert f"{rows}&amp;aspect=validity" in text
    listed = text_of(site.right, f"{rows}&aspect=validity&check=")
    assert "2025/13/02" in listed
    assert "欧阳某某" not in listed  # a rejected name is masked like any other
    late = text_of(site.right, f"{rows}&aspect=timeliness&check=within_7")
    assert f"/records/penalty_case/one/?case_id={CHAOYANG}-" in late
    assert "张小明" not in late


def test_rows_of_others_and_unknown_figures_are_not_found(site: Any) -> None:
    client = browse(site.other)
    for query in (f"agency={CHAOYANG}&aspect=validity", f"agency={DONGCHENG}&aspect=none"):
        assert client.get(f"/quality/penalty_case/rows/?{query}").status_code == 404


def test_not_reported_is_not_zero(site: Any) -> None:
    """The agency has a source that is due every day and never sent anything."""
    text = text_of(site.neighbour, "/quality/inspection/")
    assert '<span class="unreported">未报送</span>' in text
    assert "已报，0 行" not in text
    assert "没有数据不等于没有问题" in text_of(
        site.neighbour, "/quality/of-agency/?agency=110105-CG"
    )


def test_before_the_first_round_the_page_says_what_to_do(
    site: Any, monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    assert "mingjian round" in text_of(site.supervisor, "/quality/")
