"""办案流程: counts in scope, every number down to cases, and a case with what proves it."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mingjian.process import Look, Wanted, keep_checks, load_check
from mingjian.store import open_store
from site_data import CHAOYANG, CONTENT, DONGCHENG, browse, case, header, rows_of

AS_OF = date(2025, 11, 20)
NAME = "penalty_ordinary"
COURSE = [
    ("filing", "立案"),
    ("investigation", "调查"),
    ("prior_notice", "告知"),
    ("decision", "决定"),
]


def steps(case_id: str, agency: str | None, order: str, **people: str) -> list[dict[str, Any]]:
    """Steps in the order of these numbers of COURSE, five days apart."""
    begun = datetime(2025, 10, 1, 9, 0)
    return [
        {
            "case_id": case_id,
            "step_no": number,
            "agency_id": agency,
            "step": COURSE[int(index)][0],
            "activity": COURSE[int(index)][1],
            "occurred_at": begun + timedelta(days=5 * number),
        }
        | people
        for number, index in enumerate(order, 1)
    ]


@pytest.fixture(scope="module")
def process_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two good cases and a bad one of one agency, a bad one of another, one summary case."""
    folder = tmp_path_factory.mktemp("processes")
    cases = [case(CHAOYANG, n, decision_result="penalty") for n in (1, 2, 3)]
    cases.append(case(DONGCHENG, 1, decision_result="penalty"))
    cases.append(case(CHAOYANG, 9, procedure="summary", decision_result="penalty"))
    events = steps(f"{CHAOYANG}-1", CHAOYANG, "0123")
    events += steps(f"{CHAOYANG}-2", None, "0123")
    events += steps(f"{CHAOYANG}-3", CHAOYANG, "013")
    events += steps(f"{DONGCHENG}-1", DONGCHENG, "0132")
    events += steps(f"{CHAOYANG}-9", CHAOYANG, "3")
    store = open_store(folder / "store")
    store.commit(
        header("sub-1", "zz-cf", None, 1),
        {"penalty_case": rows_of("penalty_case", cases), "case_step": rows_of("case_step", events)},
        None,
    )
    with store.reader() as reader:
        (checked,) = keep_checks(reader, AS_OF, folder / "process")
    assert checked.cases == 4
    return folder


@pytest.fixture
def site(process_home: Path, monkeypatch: pytest.MonkeyPatch, city: Any) -> Iterator[Any]:
    monkeypatch.setenv("MINGJIAN_HOME", str(process_home))
    monkeypatch.setenv("MINGJIAN_CONTENT", str(CONTENT))
    return city


def text_of(person: Any, page: str) -> str:
    answer = browse(person).get(page)
    assert answer.status_code == 200, page
    return answer.content.decode()


def listed(person: Any, query: str) -> set[str]:
    page = text_of(person, f"/processes/{NAME}/cases/{query}")
    return set(re.findall(r'/case/\?case=[^"]*">([^<]+)</a>', page))


def test_the_page_counts_in_the_scope_of_the_person(site: Any) -> None:
    """Prior notice (CF-02) is missing in one of three cases here, and of the only one there."""
    right, other = (text_of(p, "/processes/") for p in (site.right, site.other))
    assert "1 / 3" in right
    assert "1 / 1" in other
    assert "2 / 4" in text_of(site.supervisor, "/processes/")
    assert "立案 → 调查取证 → 处罚决定 → 事先告知" not in right
    assert "立案 → 调查取证 → 处罚决定 → 事先告知" in other


def test_every_number_leads_to_its_cases(site: Any) -> None:
    page = text_of(site.right, "/processes/")
    numbers = re.findall(rf'href="/processes/{NAME}/cases/(\?[^"]*)">(\d+)</a>', page)
    assert len(numbers) > 10
    for query, number in numbers:
        assert len(listed(site.right, query.replace("&amp;", "&"))) == int(number), query
    assert listed(site.right, "?rule=CF-02&state=deviating") == {f"{CHAOYANG}-3"}
    assert listed(site.right, "") == {f"{CHAOYANG}-{n}" for n in (1, 2, 3)}


def test_a_case_shows_its_rules_and_steps(site: Any) -> None:
    page = text_of(site.other, f"/processes/{NAME}/case/?case={DONGCHENG}-1")
    assert '<span class="tag tag-bad">偏离</span>' in page
    assert page.count('<span class="tag tag-bad">CF-02</span>') == 2
    assert f"/records/penalty_case/one/?case_id={DONGCHENG}-1" in page


def test_steps_without_an_agency_are_those_of_the_case(site: Any) -> None:
    page = text_of(site.right, f"/processes/{NAME}/case/?case={CHAOYANG}-2")
    assert len(re.findall(r"2025-10-\d\d 09:00", page)) == 4


def test_cases_of_others_are_not_there(site: Any) -> None:
    client = browse(site.right)
    assert client.get(f"/processes/{NAME}/case/?case={DONGCHENG}-1").status_code == 404
    assert DONGCHENG not in text_of(site.right, f"/processes/{NAME}/cases/")
    way = re.search(
        r"way=(\d+)\">1</a></td><td class=\"text\">[^<]*事先告知</td>",
        text_of(site.other, "/processes/"),
    )
    assert way is not None
    assert client.get(f"/processes/{NAME}/cases/?way={way[1]}").status_code == 404


@pytest.mark.parametrize(
    "page",
    [
        "?procedure=none",
        "none/cases/",
        f"{NAME}/cases/?rule=XX-1",
        f"{NAME}/cases/?state=bad",
        f"{NAME}/cases/?way=1;DROP",
        f"{NAME}/cases/?pair=99999",
        f"{NAME}/case/?case=';--",
    ],
)
def test_what_does_not_exist_is_not_found(site: Any, page: str) -> None:
    assert browse(site.supervisor).get(f"/processes/{page}").status_code == 404


def test_before_the_first_round_the_page_says_what_to_do(
    site: Any, monkeypatch: Any, tmp_path: Any
) -> None:
    monkeypatch.setenv("MINGJIAN_HOME", str(tmp_path))
    assert "mingjian round" in text_of(site.supervisor, "/processes/")


def test_keeping_twice_leaves_the_newest_and_the_one_before(process_home: Path) -> None:
    folder = process_home / "process"
    store = open_store(process_home / "store")
    before = load_check(folder, NAME)
    with store.reader() as reader:
        for day in (AS_OF, date(2025, 10, 12)):
            keep_checks(reader, day, folder)
        assert len(list(folder.glob(f"{NAME}-*"))) == 2
        earlier = load_check(folder, NAME)
        assert before is not None
        assert earlier is not None
        assert not before.folder.exists()
        with Look(earlier, None, folder / "scratch") as look:
            assert look.totals() == {"cases": 4, "events": 8, "deviating": 0}
            assert look.count(Wanted(state="deviating")) == 0
        keep_checks(reader, AS_OF, folder)
