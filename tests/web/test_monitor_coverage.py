"""覆盖情况: monitors and entries of the catalogue are all counted, and every number leads on."""

import re
from pathlib import Path
from typing import Any

import pytest

from mingjian.standards import ContentError, load_standard
from mingjian.supervision.models import MonitorRound, MonitorState
from mingjian.supervision.monitor_life import effective_library
from mingjian.web.coverage import coverage, load_catalogue, powers_of, unwatched
from site_data import browse


def test_the_catalogue_is_whole_and_its_groups_known() -> None:
    catalogue = load_catalogue()
    assert len(catalogue.monitors) == 263
    assert catalogue.groups.keys() == load_standard().codes["monitor_group"].codes.keys()


def test_every_monitor_and_every_gap_stands_in_a_cell(db: None) -> None:
    library = effective_library()
    _, groups = coverage(library, {})
    cells = [cell for _, row in groups for cell in row]
    placed = {m.code for c in cells for m in (*c.production, *c.shadow, *c.lacking, *c.resting)}
    assert placed == library.by_code.keys()
    assert {code for c in cells for code in c.unwatched} == unwatched(library).keys()
    assert not unwatched(library).keys() & library.by_code.keys()
    for monitor in library.monitors.values():
        assert powers_of(monitor)


def test_numbers_lead_to_lists_of_that_length(site: Any) -> None:
    MonitorState.objects.create(pk="penalty.decision_overdue", status="shadow")
    MonitorRound.objects.create(
        pk="inspection.repeated",
        as_of="2025-11-20",
        status="insufficient",
        message="数据不足，停跑：行政检查没有数据",
    )
    client = browse(site.supervisor)
    page = client.get("/monitors/coverage/").content.decode()
    assert "行政检查没有数据" in page
    links = re.findall(r'<a class="cover[^"]*" href="([^"]+)"[^>]*>\D*(\d+)</a>', page)
    assert len(links) > 20
    for href, number in links:
        text = client.get(href.replace("&amp;", "&")).content.decode()
        found = re.search(r"共 <b>(\d+)</b>", text)
        assert found is not None, href
        assert found[1] == number, href


def test_a_gap_page_names_what_nobody_watches(site: Any) -> None:
    gaps = unwatched(effective_library())
    text = browse(site.supervisor).get("/monitors/coverage/gaps/").content.decode()
    for wanted in gaps.values():
        assert wanted.name in text


def test_an_unknown_power_is_named_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGJIAN_CONTENT", str(tmp_path))
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "monitor_catalogue.yaml").write_text(
        "name: a\ntitle: 目录\ngroups: {PT: [fly]}\nunits: {}\nmonitors: {}\n", encoding="utf-8"
    )
    load_catalogue.cache_clear()
    try:
        with pytest.raises(ContentError, match=r"monitor_catalogue.yaml:3.*fly"):
            load_catalogue()
    finally:
        load_catalogue.cache_clear()
