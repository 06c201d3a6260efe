"""The flows of the loop: content/flows/alert.yaml, matter.yaml and campaign.yaml, read once.

States, acts, who may and by when are read by the reader all rooms share (`access.flow`); here is
what the loop declares besides: the clock that warns and escalates, spot checks, evidence files,
findings and the papers that answer them.
"""

from functools import cache
from typing import Annotated, Literal, Self

from pydantic import Field as Rule
from pydantic import model_validator

from mingjian.access.flow import ANY_LEVEL, Flow, FlowFile, Limit, read_flow
from mingjian.access.roles import load_roles
from mingjian.standards import ContentError, ContentFile, Problem, load_standard

NEEDS = frozenset(
    (
        *("verdict", "reason", "files", "problems", "measures", "days", "ground", "main"),
        *("assignee", "despite_hit", "form", "refusal", "finding", "paper", "paper_served"),
        *("outcome", "recurred", "campaign", "approval", "ends_on", "review"),
    )
)
Recipient = Literal["holder", "bureau", "bureau_head", "line", "above"]
RECIPIENT_TITLES: dict[Recipient, str] = {
    "holder": "该办的人",
    "bureau": "同级监督机构",
    "bureau_head": "同级监督机构负责人",
    "line": "上级主管部门",
    "above": "上一级监督机构",
}
Share = Annotated[float, Rule(ge=0, le=1)]


class Step(ContentFile):
    """So many days after the limit ran out, these are told."""

    after: int = Rule(ge=1)
    to: list[Recipient] = Rule(min_length=1)


class Clock(ContentFile):
    """When is warned before a limit runs out, and to whom it goes up afterwards, by level."""

    warn: dict[str, int]
    escalate: dict[str, list[Step]]
    extension_at_most: int = Rule(ge=1)

    @model_validator(mode="after")
    def _every_level_and_in_order(self) -> Self:
        levels = set(load_standard().codes["alert_level"].codes)
        for name, table in (("warn", self.warn), ("escalate", self.escalate)):
            if set(table) != levels:
                raise ValueError(f"{name} 须写全 {'、'.join(sorted(levels))} 四个等级")
        for level, steps in self.escalate.items():
            days = [step.after for step in steps]
            if not days or days[0] != 1 or days != sorted(set(days)):
                raise ValueError(f"{level} 的升级须从超期次日（after: 1）起、逐步往后")
        return self

    def steps_due(self, level: str, days_over: int) -> list[Step]:
        """The steps whose day has come, `days_over` natural days after the limit."""
        return [step for step in self.escalate[level] if step.after <= days_over]


class EvidenceFiles(ContentFile):
    """Which files are taken as evidence."""

    kinds: list[str] = Rule(min_length=1)
    megabytes: int = Rule(ge=1)
    at_once: int = Rule(ge=1)


class LoopFile(FlowFile):
    """A flow with a clock."""

    clock: Clock


class AlertFile(LoopFile):
    """content/flows/alert.yaml."""

    dispatch_at_once: list[str]
    spot_check: dict[str, Share]
    evidence_files: EvidenceFiles


class PaperRule(ContentFile):
    """A kind of paper: its template in content/documents and its usual limit in days."""

    template: str
    due_days: int = Rule(ge=1)


class Finding(ContentFile):
    """What an investigation may end in, and the paper the rules list for it."""

    title: str
    paper: str | None = None
    basis: str = ""


class ObjectionRule(ContentFile):
    """The clock of an objection and how it may be answered; `in_writing`: the kinds of paper
    an objection to which is answered by a paper."""

    raise_within: Limit
    answer_within: Limit
    outcomes: dict[str, str]
    in_writing: list[str]


class MatterFile(LoopFile):
    """content/flows/matter.yaml."""

    papers: dict[str, PaperRule]
    findings: dict[str, Finding]
    forms: dict[str, str]
    refusals: dict[str, str]
    clue_kinds: dict[str, str]
    objection: ObjectionRule
    investigation_extension: Limit
    look_back_after: Limit
    limits_by_tier: dict[str, dict[str, dict[str, Limit]]] = {}

    def limit(self, state: str, level: str, tier: str, /) -> Limit | None:
        """What `limits_by_tier` says for agencies of the tier, where it says anything."""
        own = self.limits_by_tier.get(tier, {}).get(state, {})
        return own.get(level) or own.get(ANY_LEVEL) or super().limit(state, level, tier)

    @model_validator(mode="after")
    def _limits_by_tier_are_of_what_there_is(self) -> Self:
        codes = load_standard().codes
        for tier, states in self.limits_by_tier.items():
            if tier not in codes["tier"].codes:
                raise ValueError(f"limits_by_tier：没有层级“{tier}”")
            for state, limits in states.items():
                if state not in self.states:
                    raise ValueError(f"limits_by_tier：状态“{state}”没有列在 states")
                for level in limits:
                    if level not in (*codes["alert_level"].codes, ANY_LEVEL):
                        raise ValueError(f"limits_by_tier：没有预警等级“{level}”")
        return self

    @model_validator(mode="after")
    def _papers_exist(self) -> Self:
        for name, finding in self.findings.items():
            if finding.paper is not None and finding.paper not in self.papers:
                raise ValueError(f"认定“{name}”的文书“{finding.paper}”没有列在 papers")
        for name in self.objection.in_writing:
            if name not in self.papers:
                raise ValueError(f"objection.in_writing 的“{name}”没有列在 papers")
        return self


class CampaignKind(ContentFile):
    """Which tiers may organise it, and whether a government has to approve it first."""

    title: str
    tiers: list[str] = Rule(min_length=1)
    needs_approval: bool
    basis: str = ""


class CampaignFile(FlowFile):
    """content/flows/campaign.yaml."""

    kinds: dict[str, CampaignKind]
    stages: list[str]
    stages_at_most: int = Rule(ge=1)


@cache
def load_flow() -> Flow[AlertFile]:
    """content/flows/alert.yaml; unknown states, levels or permissions are errors."""
    return read_flow("alert", AlertFile, NEEDS)


@cache
def load_matter_flow() -> Flow[MatterFile]:
    """content/flows/matter.yaml, as strictly."""
    return read_flow("matter", MatterFile, NEEDS)


@cache
def load_campaign_flow() -> Flow[CampaignFile]:
    """content/flows/campaign.yaml, as strictly."""
    return read_flow("campaign", CampaignFile, NEEDS)


def check_flows() -> list[Problem]:
    """Every fault of these files and of content/access, for `mingjian check`."""
    for read in (load_roles, load_flow, load_matter_flow, load_campaign_flow):
        read.cache_clear()
        try:
            read()
        except ContentError as error:
            return error.problems
    return []
