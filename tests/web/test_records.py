"""The rows behind a number: scope, masking, versions, filters."""

from typing import Any

import pytest

from mingjian.access.models import AuditLine
from site_data import CHAOYANG, DONGCHENG, browse


def text_of(person: Any, page: str) -> str:
    return browse(person).get(page).content.decode()


def test_each_sees_the_rows_of_the_own_scope(site: Any) -> None:
    assert "共 <b>26</b> 条" in text_of(site.supervisor, "/records/penalty_case/")
    mine = text_of(site.right, "/records/penalty_case/")
    assert "共 <b>21</b> 条" in mine
    assert DONGCHENG not in mine
    assert "共 <b>5</b> 条" in text_of(site.other, "/records/penalty_case/")
    assert "共 <b>26</b> 条" in text_of(site.line, "/records/penalty_case/")
    assert "没有符合条件的记录" in text_of(site.neighbour, "/records/penalty_case/")


def test_a_record_out_of_scope_is_as_if_it_were_not_there(site: Any) -> None:
    client = browse(site.other)
    hidden = client.get(f"/records/penalty_case/one/?case_id={CHAOYANG}-3")
    absent = client.get("/records/penalty_case/one/?case_id=no-such-case")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content
    assert (
        browse(site.right).get(f"/records/penalty_case/one/?case_id={CHAOYANG}-3").status_code
        == 200
    )


@pytest.mark.parametrize(
    "page",
    [
        "/records/penalty_case/one/",
        "/records/no_such_table/",
        "/records/no_such_table/one/?case_id=1",
        "/records/case_suspension/one/?act_kind=a&act_id=b&kind=c&started_on=2025-99-99",
    ],
)
def test_what_cannot_be_a_record_is_not_found(site: Any, page: str) -> None:
    assert browse(site.supervisor).get(page).status_code == 404


def test_every_version_stands_beside_the_next_and_changes_are_marked(site: Any) -> None:
    text = text_of(site.supervisor, f"/records/penalty_case/one/?case_id={CHAOYANG}-3")
    assert "共 2 版" in text
    assert "关键日期改过" in text
    assert text.count('class="changed"') == 2  # the name and the day of the decision
    assert "sub-1.csv" in text
    assert "sub-2.csv" in text


def test_names_are_masked_and_reading_them_whole_is_written_down(site: Any) -> None:
    page = f"/records/penalty_case/one/?case_id={CHAOYANG}-3"
    assert "张**" in text_of(site.supervisor, page)
    assert "张大明" not in text_of(site.supervisor, page)
    assert not AuditLine.objects.filter(act="personal_data.read").exists()
    assert "张大明" in text_of(site.head, page)
    line = AuditLine.objects.get(act="personal_data.read")
    assert (line.username, line.object_id) == ("head", f"{CHAOYANG}-3")


def test_a_list_is_masked_for_everybody(site: Any) -> None:
    assert "张大明" not in text_of(site.head, "/records/penalty_case/")
    assert not AuditLine.objects.filter(act="personal_data.read").exists()


def test_a_party_is_seen_by_those_whose_agencies_dealt_with_it(site: Any) -> None:
    seen, unseen = "/records/party/one/?party_id=P3", "/records/party/one/?party_id=P500"
    assert browse(site.right).get(seen).status_code == 200
    assert browse(site.right).get(unseen).status_code == 404
    assert browse(site.supervisor).get(unseen).status_code == 200
    assert "没有符合条件的记录" in text_of(site.right, "/records/party/")


def test_filters_narrow_and_keep_the_scope(site: Any) -> None:
    assert "共 <b>5</b> 条" in text_of(
        site.supervisor, f"/records/penalty_case/?agency={DONGCHENG}"
    )
    # An agency that is not one's own is no choice at all.
    assert "共 <b>21</b> 条" in text_of(site.right, f"/records/penalty_case/?agency={DONGCHENG}")
    page = "/records/penalty_case/?start=2025-11-01&end=2025-11-20"
    assert "共 <b>2</b> 条" in text_of(site.supervisor, page)
    assert "共 <b>1</b> 条" in text_of(site.right, page)
    assert "共 <b>1</b> 条" in text_of(site.supervisor, "/records/penalty_case/?submission=sub-2")
    assert "共 <b>2</b> 条" in text_of(site.supervisor, "/records/penalty_case/?party_id=P3")


def test_the_rows_of_a_submission_are_those_it_brought(site: Any) -> None:
    """Also the version that a later submission replaced."""
    text = text_of(site.supervisor, "/records/penalty_case/?submission=sub-1")
    assert "共 <b>21</b> 条" in text
    assert "之后可能又有更正" in text


def test_a_condition_that_cannot_be_is_named_and_left_out(site: Any) -> None:
    text = text_of(site.supervisor, "/records/penalty_case/?fine_yuan=abc&filed_on=2025-13-02")
    assert "“罚款金额（元）”是“abc”，不是数字" in text
    assert "立案日期" in text
    assert "共 <b>26</b> 条" in text


@pytest.mark.parametrize("value", ["' OR 1=1 --", '"; DROP TABLE penalty_case', "%", ":agency"])
def test_what_is_typed_is_a_value_and_never_sql(site: Any, value: str) -> None:
    answer = browse(site.supervisor).get("/records/penalty_case/", {"case_id": value})
    assert answer.status_code == 200
    assert "没有符合条件的记录" in answer.content.decode()
