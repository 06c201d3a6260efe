"""A source that is pulled from a department's PostgreSQL with a query."""

from collections.abc import Callable

import psycopg
import pytest

from mingjian.intake import Source, pull
from mingjian.store import Store

from .conftest import AT

TEXT = """
code: pulled
name: 某局·许可（拉取）
agency: A1
into: permit
transport:
  kind: postgres
  dsn_env: MINGJIAN_TEST_DSN
  query: SELECT id, name, accepted, decided, promised, urgent FROM pulled_permit ORDER BY id
columns:
  id: permit_id
  name: party_name
  accepted: accepted_on
  decided: decided_on
  promised: promised_days
ignore: {urgent: 与监督无关}
"""


@pytest.mark.postgres
def test_pull(
    store: Store,
    declare: Callable[[str], Source],
    postgres_server: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dsn = " ".join(f"{key}={value}" for key, value in postgres_server.items())
    monkeypatch.setenv("MINGJIAN_TEST_DSN", dsn)
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "CREATE TABLE pulled_permit (id int, name text, accepted date, decided timestamptz, "
            "promised numeric, urgent boolean)"
        )
        connection.execute(
            "INSERT INTO pulled_permit VALUES (1, '甲,公司', '2025-01-02', NULL, 20, true), "
            "(2, '乙' || chr(10) || '公司', NULL, '2025-02-03 10:00+08', -1, false)"
        )
    source = declare(TEXT)
    done = pull(store, source, by="夜间作业", at=AT)
    assert (done.accepted_count, done.rejected_count) == (1, 1), done
    assert done.rejected_sample[0].field == "promised"
    assert pull(store, source, by="夜间作业", at=AT).status == "duplicate"
    with store.reader() as reader:
        (row,) = reader.rows("SELECT permit_id, party_name, accepted_on FROM permit")
    assert (row["permit_id"], row["party_name"], str(row["accepted_on"])) == (
        "1",
        "甲,公司",
        "2025-01-02",
    )


def test_without_a_connection_it_says_which_variable(
    store: Store, declare: Callable[[str], Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MINGJIAN_TEST_DSN", raising=False)
    with pytest.raises(ValueError, match="MINGJIAN_TEST_DSN"):
        pull(store, declare(TEXT), by="x", at=AT)
