"""Submissions: counts, faults, scope, the error file, letting a held one in."""

from typing import Any

from site_data import browse


def text_of(person: Any, page: str) -> str:
    return browse(person).get(page).content.decode()


def test_each_sees_the_submissions_of_the_own_agencies(site: Any) -> None:
    assert "共 <b>5</b> 批" in text_of(site.supervisor, "/submissions/")
    assert "共 <b>3</b> 批" in text_of(site.right, "/submissions/")
    assert "共 <b>1</b> 批" in text_of(site.other, "/submissions/")
    assert "还没有收到任何批次" in text_of(site.neighbour, "/submissions/")


def test_a_submission_of_others_is_as_if_it_were_not_there(site: Any) -> None:
    client = browse(site.other)
    hidden, absent = client.get("/submissions/sub-2/"), client.get("/submissions/none/")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.content == absent.content


def test_filters(site: Any) -> None:
    assert "共 <b>1</b> 批" in text_of(site.supervisor, "/submissions/?rejected=on")
    assert "共 <b>1</b> 批" in text_of(site.supervisor, "/submissions/?status=held")
    assert "共 <b>2</b> 批" in text_of(site.supervisor, "/submissions/?start=2025-11-19")
    assert "没有符合条件的批次" in text_of(site.supervisor, "/submissions/?end=2020-01-01")


def test_a_submission_says_where_its_rows_went_and_what_was_wrong(site: Any) -> None:
    text = text_of(site.supervisor, "/submissions/sub-2/")
    assert "出现没有登记的列：打印次数" in text
    assert "/records/penalty_case/?submission=sub-2" in text
    assert "立案日期" in text
    assert "2025/13/02" in text
    assert "应为 年/月/日" in text


def test_personal_values_of_rejected_rows_are_masked(site: Any) -> None:
    text = text_of(site.head, "/submissions/sub-2/")
    assert "欧阳某某" not in text
    assert "欧***" in text


def test_the_error_file_is_for_those_who_send(site: Any) -> None:
    assert browse(site.right).get("/submissions/sub-2/errors/").status_code == 403
    answer = browse(site.liaison).get("/submissions/sub-2/errors/")
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"  # a workbook is a zip
    assert browse(site.liaison).get("/submissions/sub-1/errors/").status_code == 404
    assert browse(site.neighbour).get("/submissions/sub-2/errors/").status_code == 404


def test_a_held_submission_is_released_only_by_those_who_send(site: Any) -> None:
    assert browse(site.right).post("/submissions/sub-5/release/").status_code == 403
    assert browse(site.data_admin).get("/submissions/sub-5/release/").status_code == 405
    assert "核对无误，放行" in text_of(site.data_admin, "/submissions/sub-5/")
    assert "核对无误，放行" not in text_of(site.right, "/submissions/sub-5/")
    answer = browse(site.data_admin).post("/submissions/sub-2/release/", follow=True)
    assert "不需要放行" in answer.content.decode()
