"""One thing of each kind that belongs to 朝阳区市场监管局 or its people: for others to reach."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from alert_runs import OVERDUE
from mingjian.access import tokens
from mingjian.access.models import AgencySuccession, Delegation, UserSession
from mingjian.appraisal.models import AgencySheet, Appraisal, Deduction
from mingjian.appraisal.training_models import (
    Enrolment,
    OffDutyProposal,
    Sitting,
    TrainingNeed,
    TrainingPlan,
    TrainingSession,
)
from mingjian.documents.models import BatchItem, PaperBatch
from mingjian.documents.seal_models import Seal
from mingjian.supervision.models import (
    Alert,
    Attachment,
    Campaign,
    Matter,
    MonitorDraft,
    Notice,
    SavedFilter,
)
from mingjian.web.models import MonitorJob, Upload
from office import City
from papers import OPINION, draft_of
from site_data import AS_OF, CHAOYANG


@pytest.fixture
def things(site: City) -> dict[str, Any]:
    """One thing of each kind that belongs to the agency or to its people, by its primary key."""
    alert = Alert.objects.get(agency_id=CHAOYANG)
    made = {"alert": alert, **of_accounts(site), **of_the_loop(site), **of_papers(site)}
    made |= {**of_appraisal(site, alert), **of_training(site), **of_pages(site)}
    return {name: thing.pk for name, thing in made.items()}


def of_accounts(site: City) -> dict[str, Any]:
    now = timezone.now()
    span = {"starts_on": date(2020, 1, 1), "ends_on": date(2030, 1, 1)}
    token, _ = tokens.create_token("zz-cf", by=site.data_admin, days=9, today=timezone.localdate())
    return {
        "token": token,
        "session": UserSession.objects.create(
            user=site.right, session_key="k" * 32, started_at=now, seen_at=now
        ),
        "delegation": Delegation.objects.create(
            absent=site.district_head, delegate=site.head, **span
        ),
        "succession": AgencySuccession.objects.create(
            predecessor_id=CHAOYANG,
            successor_id="110105-CG",
            kind="merged",
            on=date(2030, 1, 1),
            basis="试",
            recorded_by=site.district_head,
        ),
    }


def of_the_loop(site: City) -> dict[str, Any]:
    matter = Matter.objects.create(
        title="试",
        clue_kind="alert",
        clue="试",
        agency_id=CHAOYANG,
        registered_on=AS_OF,
        state="clue",
        level="red",
    )
    campaign = {
        "name": "试",
        "kind": "action",
        "basis": "试",
        "region_id": "110105",
        "starts_on": AS_OF,
        "ends_on": AS_OF,
        "planned_on": AS_OF,
        "planned_by": site.right,
        "level": "any",
    }
    return {
        "campaign": Campaign.objects.create(state="running", **campaign),
        "planned": Campaign.objects.create(state="planned", **campaign),
        "matter": matter,
        "attachment": Attachment.objects.create(
            matter=matter, act="report", name="a.pdf", size=1, sha256="0" * 64, by=site.liaison
        ),
        "notice": Notice.objects.create(user=site.right, key="x", kind="due", title="x", path="/"),
        "filter": SavedFilter.objects.create(user=site.right, name="我的", query="state=all"),
        "draft": MonitorDraft.objects.create(
            monitor_id="x", title="稿", text="", by=site.model_admin
        ),
    }


def of_papers(site: City) -> dict[str, Any]:
    paper = draft_of(site, "supervision_opinion", OPINION)
    batch = PaperBatch.objects.create(by=site.right)
    BatchItem.objects.create(batch=batch, paper=paper, version=paper.version)
    seal = Seal.objects.create(
        region_id="110105",
        name="朝阳区司法局",
        picture=b"",
        hash="0" * 64,
        keeper=site.right,
        registered_by=site.district_head,
        registered_on=AS_OF,
    )
    return {"paper": paper, "batch": batch, "seal": seal}


def of_appraisal(site: City, alert: Alert) -> dict[str, Any]:
    appraisal = Appraisal.objects.create(
        scheme="x",
        scheme_name="试",
        rules={},
        region_id="110105",
        start_on=AS_OF,
        end_on=AS_OF,
        state="drawn",
        drawn_by=site.right,
        drawn_on=AS_OF,
    )
    sheet = AgencySheet.objects.create(
        appraisal=appraisal, agency_id=CHAOYANG, is_reported=False, confirmed=0, deducted=0
    )
    deduction = Deduction.objects.create(
        sheet=sheet, item="x", points=1, on=AS_OF, words="试", alert=alert
    )
    return {"appraisal": appraisal, "deduction": deduction}


def of_training(site: City) -> dict[str, Any]:
    now = timezone.now()
    plan = TrainingPlan.objects.create(
        title="试",
        region_id="110105",
        start_on=AS_OF,
        end_on=AS_OF,
        made_by=site.right,
        made_on=AS_OF,
    )
    need = TrainingNeed.objects.create(
        agency_id=CHAOYANG,
        monitor_id=OVERDUE,
        monitor_code="PT-01",
        monitor_name="试",
        point="limits",
        state="planned",
        proposed_on=AS_OF,
        plan=plan,
    )
    course = TrainingSession.objects.create(
        plan=plan,
        course="penalty_procedure",
        course_name="试",
        hours=2,
        held_on=AS_OF,
        place="试",
        state="held",
    )
    enrolment = Enrolment.objects.create(session=course, user=site.liaison, agency_id=CHAOYANG)
    return {
        "plan": plan,
        "need": need,
        "course": course,
        "enrolment": enrolment,
        "sitting": Sitting.objects.create(
            enrolment=enrolment, attempt=1, seed=1, questions=[], started_at=now, ends_at=now
        ),
        "proposal": OffDutyProposal.objects.create(
            enrolment=enrolment, state="proposed", proposed_on=AS_OF
        ),
    }


def of_pages(site: City) -> dict[str, Any]:
    return {
        "upload": Upload.objects.create(
            source_code="zz-cf", file_name="a", size=1, by=site.liaison
        ),
        "job": MonitorJob.objects.create(kind="compare", title="x", asked={}, by=site.model_admin),
    }
