"""The life of a monitor in the web: who may act, what the page shows, what the list proposes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjian import monitor
from mingjian.access.models import AuditLine, User
from mingjian.store import open_store
from mingjian.supervision import acts
from mingjian.supervision.models import (
    Alert,
    AlertEvent,
    MonitorState,
    ParameterOverride,
    ShadowFinding,
)
from mingjian.supervision.monitor_life import effective_library, variants
from office import PASSWORD
from site_data import AS_OF, CHAOYANG, browse, raise_alerts

CODE = "PT-01"
ID = "penalty.decision_overdue"
PEOPLE = ["supervisor", "head", "right", "liaison", "data_admin", "auditor", "system_admin"]


def post(person: Any, path: str, **given: str) -> Any:
    return browse(person).post(path, given, follow=True)


def move(person: Any, act: str, reason: str = "查实率太低") -> str:
    return post(person, f"/monitors/{CODE}/life/{act}/", reason=reason).content.decode()


def adjustable() -> tuple[str, str, Any]:
    for one in effective_library().monitors.values():
        for name, entry in one.parameters.items():
            if entry.kind == "integer" and entry.min is not None and entry.max is not None:
                return one.code, name, entry
    raise AssertionError("no adjustable number in the library")


def night() -> None:
    """What the night round does with monitors."""
    library = effective_library()
    with open_store().reader() as reader:
        run = monitor.run_round(reader, library, AS_OF, variants=variants(library))
    acts.raise_alerts(run, library)
    acts.keep_round(run, library)


def test_a_monitor_is_moved_from_its_page(site: Any) -> None:
    text = browse(site.model_admin).get(f"/monitors/{CODE}/").content.decode()
    assert "转试运行" in text
    assert "留在正式" not in text  # nothing is proposed
    said = move(site.model_admin, "to_shadow")
    assert "PT-01 已转试运行" in said
    assert "正式 → 试运行" in said
    assert "查实率太低" in said
    assert "说明书写的是“正式”" in said
    assert effective_library().monitors[ID].status == "shadow"
    assert AuditLine.objects.filter(act="monitor.to_shadow", username="model_admin").exists()


@pytest.mark.parametrize("name", PEOPLE)
def test_others_may_not_move_or_adjust(site: Any, name: str) -> None:
    client = browse(getattr(site, name))
    code, parameter, entry = adjustable()
    answers = [
        client.post(f"/monitors/{CODE}/life/to_shadow/", {"reason": "试"}),
        client.post(
            f"/monitors/{code}/values/{parameter}/",
            {"region": "", "value": entry.max, "reason": "试"},
        ),
        client.post(f"/monitors/{code}/values/end/1/", {"reason": "试"}),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not MonitorState.objects.exists()
    assert not ParameterOverride.objects.exists()


def test_acts_want_a_post_with_a_token(site: Any) -> None:
    client = browse(site.model_admin)
    assert client.get(f"/monitors/{CODE}/life/to_shadow/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(site.model_admin)
    answer = strict.post(f"/monitors/{CODE}/life/to_shadow/", {"reason": "试"})
    assert answer.status_code == 403
    assert not MonitorState.objects.exists()


@pytest.mark.parametrize(
    ("act", "reason", "said"),
    [("to_shadow", "", "没有写理由"), ("to_production", "好了", "不能“转正式”")],
)
def test_what_cannot_be_done_is_said(site: Any, act: str, reason: str, said: str) -> None:
    assert said in move(site.model_admin, act, reason)
    assert not MonitorState.objects.exists()


def test_an_unknown_monitor_or_act_is_not_found(site: Any) -> None:
    client = browse(site.model_admin)
    assert client.post("/monitors/XX-99/life/to_shadow/", {"reason": "试"}).status_code == 404
    assert client.post(f"/monitors/{CODE}/life/fly/", {"reason": "试"}).status_code == 404
    assert client.post(f"/monitors/{CODE}/values/end/99/", {"reason": "试"}).status_code == 404


def test_on_trial_findings_are_kept_in_scope_and_nobody_is_alerted(site: Any) -> None:
    move(site.model_admin, "to_shadow")
    night()
    assert not Alert.objects.filter(monitor_id=ID).exists()
    found = ShadowFinding.objects.get(monitor_id=ID)
    assert found.agency_id == CHAOYANG
    path = f"/monitors/{CODE}/shadow/"
    seen = browse(site.right).get(path).content.decode()
    assert found.unit_id in seen
    assert found.unit_id not in browse(site.other).get(path).content.decode()
    page = browse(site.right).get(f"/monitors/{CODE}/").content.decode()
    assert "试运行期间的发现 1 条" in page


def test_values_are_set_shown_and_ended(site: Any) -> None:
    code, name, entry = adjustable()
    path = f"/monitors/{code}/values/{name}/"
    said = post(site.model_admin, path, region="110105", value=str(entry.max), reason="本区情形")
    text = said.content.decode()
    assert "参数已调整" in text
    assert f"朝阳区 {entry.max}" in text
    assert "本区情形" in text
    override = ParameterOverride.objects.get()
    assert (override.value, override.region_id) == (entry.max, "110105")
    refused = post(site.model_admin, path, region="", value=str(entry.max + 1), reason="试")
    assert "超出允许的范围" in refused.content.decode()
    post(site.model_admin, f"/monitors/{code}/values/end/{override.pk}/", reason="恢复")
    override.refresh_from_db()
    assert override.ended_reason == "恢复"
    assert [line.act for line in AuditLine.objects.filter(act__startswith="monitor.adjust")] == [
        "monitor.adjust_end",
        "monitor.adjust",
    ]


def test_a_district_administrator_is_offered_and_given_only_the_own_district(site: Any) -> None:
    user = User(
        username="qu",
        display_name="区管理员",
        role="model_admin",
        scope="region",
        region_id="110105",
    )
    user.set_password(PASSWORD)
    user.full_clean()
    user.save()
    code, name, entry = adjustable()
    text = browse(user).get(f"/monitors/{code}/").content.decode()
    assert '<option value="110105">朝阳区</option>' in text
    assert '<option value="">全市</option>' not in text
    assert "转试运行</summary>" not in text
    path, given = f"/monitors/{code}/values/{name}/", {"value": entry.max, "reason": "试"}
    assert browse(user).post(path, {**given, "region": "110101"}).status_code == 404
    assert browse(user).post(path, {**given, "region": ""}).status_code == 403
    assert browse(user).post(path, {**given, "region": "110105"}).status_code == 302
    assert (
        browse(user).post(f"/monitors/{CODE}/life/to_shadow/", {"reason": "试"}).status_code == 403
    )


def test_the_page_shows_fill_rates_of_the_last_round(site: Any) -> None:
    before = browse(site.supervisor).get(f"/monitors/{CODE}/").content.decode()
    assert "还没有跑过" in before
    night()
    text = browse(site.supervisor).get(f"/monitors/{CODE}/").content.decode()
    assert "数据要求与现有填报率" in text
    assert "100%" in text
    assert "26 行缺" in text  # decided_on of the one case that waits


def test_precision_is_shown_by_version_and_the_worst_is_proposed(site: Any) -> None:
    raise_alerts()
    alert = Alert.objects.filter(monitor_id=ID).first()
    assert alert is not None
    today = timezone.localdate()
    given = ["unfounded"] * 18 + ["confirmed"] * 2
    for verdict in given:
        AlertEvent.objects.create(
            alert=alert,
            on=today,
            by=site.right,
            act="give_verdict",
            after="closed",
            verdict=verdict,
            detail={"fingerprint": alert.fingerprint},
        )
    AlertEvent.objects.create(
        alert=alert,
        on=today - timedelta(days=500),
        by=site.right,
        act="give_verdict",
        after="closed",
        verdict="confirmed",
    )
    listing = browse(site.model_admin).get("/monitors/").content.decode()
    assert "提请转试运行" in listing
    assert "2 / 20" in listing
    assert "2.8%–30.1%" in listing
    assert "提请转试运行" not in browse(site.supervisor).get("/monitors/").content.decode()
    page = browse(site.model_admin).get(f"/monitors/{CODE}/").content.decode()
    assert "提请转试运行" in page
    assert "留在正式" in page
    move(site.model_admin, "keep", "误报都来自一个已改正的数据源")
    assert "2 / 20" not in browse(site.model_admin).get("/monitors/").content.decode()


def test_the_list_is_filtered_by_power_and_data(site: Any) -> None:
    night()
    client = browse(site.supervisor)
    inspections = client.get("/monitors/?power=inspection").content.decode()
    assert "/monitors/JC-01/" in inspections
    assert "/monitors/PT-01/" not in inspections
    fine = client.get("/monitors/?round=fine").content.decode()
    assert "/monitors/PT-01/" in fine
    assert "/monitors/JC-01/" not in fine  # no inspections in this store
