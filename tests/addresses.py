"""What stands behind every address of the site, for the test that nobody reaches what is foreign.

A new address must be entered here, or `test_escape` fails. Placeholders in braces are filled with
things of 朝阳区市场监管局, made in `test_escape`.
"""

from dataclasses import dataclass, field

# The agency whose things all others must not reach, and texts that only its data contain.
NAME = "示例市朝阳区市场监督管理局"
MARKS = (NAME, "110105-SCJG-99")


@dataclass(frozen=True)
class Open:
    """Needs no signing in; shows nothing of the office."""

    why: str


@dataclass(frozen=True)
class Own:
    """About the person himself, whoever it is; without an id in the address."""


@dataclass(frozen=True)
class Library:
    """Files people wrote: the same for everybody who may open it, no data of agencies."""

    path: str


@dataclass(frozen=True)
class Listing:
    """Rows in the person's scope; `by` opens it, and sees a mark if `shows`."""

    path: str
    by: str = "right"
    shows: bool = True


@dataclass(frozen=True)
class Thing:
    """One thing of the agency; `by` may open it, everybody outside gets 403 or 404.

    Where opening needs more than the row (a file, typst and fonts), `opens` is false here and
    the room's own tests open it.
    """

    path: str
    by: str = "right"
    opens: bool = True


@dataclass(frozen=True)
class Act:
    """Changes one thing of the agency (POST): whoever is outside changes nothing."""

    path: str
    fields: dict[str, str] = field(default_factory=dict)
    by: str = ""


@dataclass(frozen=True)
class Powers:
    """For holders of one permission, whatever their scope; refused (403) to everybody else."""

    path: str
    permission: str
    post: bool = False
    opens: bool = True


@dataclass(frozen=True)
class BackOffice:
    """Django's administration: for the system administrator only."""


@dataclass(frozen=True)
class Token:
    """For a department's system with its token, not for people."""


Address = Open | Own | Library | Listing | Thing | Act | Powers | BackOffice | Token

ADDRESSES: dict[str, Address] = {
    # access
    "access:login": Open("登录"),
    "access:second_step": Open("登录的第二步"),
    "access:sso": Open("去统一身份认证"),
    "access:sso_back": Open("从统一身份认证回来"),
    "access:logout": Own(),
    "access:change_password": Own(),
    "access:account": Own(),
    "access:second_factor": Own(),
    "access:unbind": Own(),
    "access:end_others": Own(),
    "access:end_session": Act("/account/sessions/{session}/end/"),
    "access:delegate": Own(),
    "access:end_delegation": Act("/account/delegations/{delegation}/end/"),
    "access:act_for": Act("/account/delegations/{delegation}/begin/"),
    "access:stop_acting": Own(),
    "access:delegations": Powers("/delegations/", "user.manage"),
    "access:successions": Listing("/agencies/successions/", by="district_head"),
    "access:revoke_succession": Act(
        "/agencies/successions/{succession}/revoke/", {"reason": "试"}, by="district_head"
    ),
    "access:verticals": Listing("/agencies/vertical/", by="district_head"),
    "access:audit": Powers("/audit/", "audit.read"),
    "access:audit_export": Powers("/audit/export/", "audit.read"),
    "access:tokens": Powers("/tokens/", "source_token.manage"),
    "access:revoke_token": Powers("/tokens/{token}/revoke/", "source_token.manage", post=True),
    # supervision
    "supervision:workbench": Listing("/"),
    "supervision:alerts": Listing("/alerts/?state=all"),
    "supervision:export": Listing("/alerts/export/?state=all"),
    "supervision:save_filter": Own(),
    "supervision:forget_filter": Act("/alerts/filters/{filter}/forget/"),
    "supervision:alert": Thing("/alerts/{alert}/"),
    "supervision:records": Thing("/alerts/{alert}/records/"),
    "supervision:act": Act("/alerts/{alert}/add_note/", {"reason": "试一试"}),
    "supervision:batch": Act("/alerts/batch/", {"act": "sign", "alert": "{alert}"}),
    "supervision:attachment": Thing("/attachments/{attachment}/", opens=False),
    "supervision:matters": Listing("/matters/"),
    "supervision:register": Powers("/matters/new/", "matter.handle"),
    "supervision:matter": Thing("/matters/{matter}/"),
    "supervision:matter_act": Act("/matters/{matter}/add_note/", {"reason": "试一试"}),
    "supervision:campaigns": Listing("/campaigns/", shows=False),
    "supervision:plan_campaign": Powers("/campaigns/new/", "matter.handle"),
    "supervision:campaign": Thing("/campaigns/{campaign}/"),
    "supervision:change_campaign": Thing("/campaigns/{planned}/edit/"),
    "supervision:campaign_export": Thing("/campaigns/{campaign}/export/"),
    "supervision:join_fitting": Act("/campaigns/{campaign}/join/"),
    "supervision:campaign_act": Act("/campaigns/{campaign}/add_note/", {"reason": "试一试"}),
    "supervision:notices": Own(),
    "supervision:read_notices": Own(),
    "supervision:open_notice": Act("/notices/{notice}/open/"),
    # documents
    "documents:papers": Listing("/papers/"),
    "documents:new": Powers("/papers/new/", "paper.draft"),
    "documents:draft": Powers("/papers/new/supervision_opinion/", "paper.draft"),
    "documents:issue_many": Powers("/papers/batch/", "paper.issue", post=True),
    "documents:batch": Thing("/papers/batch/{batch}/"),
    "documents:seals": Powers("/papers/seals/", "paper.stamp"),
    "documents:retire_seal": Act(
        "/papers/seals/{seal}/retire/", {"reason": "试"}, by="district_head"
    ),
    "documents:seal_picture": Thing("/papers/seals/{seal}/picture.png", by="district_head"),
    "documents:verify_code": Open("按验证码查公文真伪，只答真伪"),
    "documents:verify": Open("扫码查公文真伪，只答真伪"),
    "documents:paper": Thing("/papers/{paper}/"),
    "documents:edit": Thing("/papers/{paper}/edit/"),
    "documents:act": Act("/papers/{paper}/act/submit/"),
    "documents:picture": Thing("/papers/{paper}/page/1.png", opens=False),
    "documents:pdf": Thing("/papers/{paper}/paper.pdf", opens=False),
    "documents:docx": Thing("/papers/{paper}/paper.docx", opens=False),
    # appraisal: the rules of an assessment and the paper of an exam are needed to open one
    "appraisal:appraisals": Listing("/appraisal/", shows=False),
    "appraisal:scheme": Powers("/appraisal/schemes/x/", "appraisal.read", opens=False),
    "appraisal:appraisal": Thing("/appraisal/{appraisal}/", opens=False),
    "appraisal:sheet": Thing("/appraisal/{appraisal}/110105-SCJG/", opens=False),
    "appraisal:export": Thing("/appraisal/{appraisal}/export/", opens=False),
    "appraisal:act": Act("/appraisal/{appraisal}/do/discard/", {"reason": "试一试"}),
    "appraisal:deduction": Act("/appraisal/deductions/{deduction}/object/", {"reason": "试"}),
    "training:needs": Listing("/training/"),
    "training:need": Thing("/training/needs/{need}/"),
    "training:need_act": Act("/training/needs/{need}/complete/", {"reason": "试一试"}),
    "training:plans": Listing("/training/plans/", shows=False),
    "training:plan": Thing("/training/plans/{plan}/", opens=False),
    "training:session": Thing("/training/sessions/{course}/", opens=False),
    "training:session_sheet": Thing("/training/sessions/{course}/sheet.xlsx"),
    "training:session_act": Act("/training/sessions/{course}/cancel/", {"reason": "试一试"}),
    "training:proposals": Listing("/training/proposals/"),
    "training:decide": Act("/training/proposals/{proposal}/decide/", {"reason": "试一试"}),
    "training:mine": Own(),
    "training:material": Thing("/training/mine/{enrolment}/material/", by="liaison", opens=False),
    "training:start_exam": Act("/training/mine/{enrolment}/start/"),
    "training:exam": Thing("/training/exams/{sitting}/", by="liaison", opens=False),
    # pages over the data floors
    "web:overview": Listing("/overview/", shows=False),
    "web:indicator": Listing("/overview/ZB-01/", shows=False),
    "web:submissions": Listing("/submissions/", shows=False),
    "web:submission": Thing("/submissions/sub-1/"),
    "web:error_file": Thing("/submissions/sub-2/errors/", by="liaison"),
    "web:release": Act("/submissions/sub-5/release/"),
    "web:sources": Listing("/sources/", shows=False),
    "web:source": Thing("/sources/zz-cf/"),
    "web:uploads": Listing("/uploads/", by="liaison", shows=False),
    "web:upload": Thing("/uploads/{upload}/", by="liaison"),
    "web:record_tables": Listing("/records/", shows=False),
    "web:records": Listing("/records/penalty_case/"),
    "web:record": Thing("/records/penalty_case/one/?case_id=110105-SCJG-99"),
    "web:quality": Listing("/quality/", shows=False),
    "web:quality_agency": Thing("/quality/of-agency/?agency=110105-SCJG"),
    "web:quality_table": Listing("/quality/penalty_case/", shows=False),
    "web:quality_rows": Thing(
        "/quality/penalty_case/rows/?agency=110105-SCJG&aspect=timeliness&check=within_7"
    ),
    "web:processes": Listing("/processes/", shows=False),
    "web:process_cases": Listing("/processes/penalty_ordinary/cases/"),
    "web:process_case": Thing("/processes/penalty_ordinary/case/?case=110105-SCJG-5"),
    "web:monitors": Library("/monitors/"),
    "web:monitor": Library("/monitors/PT-01/"),
    "web:monitor_coverage": Library("/monitors/coverage/"),
    "web:monitor_gaps": Library("/monitors/coverage/gaps/"),
    "web:monitor_drafts": Powers("/monitors/drafts/", "monitor.manage"),
    "web:monitor_draft": Powers("/monitors/drafts/{draft}/", "monitor.manage", opens=False),
    "web:monitor_draft_edit": Powers(
        "/monitors/drafts/{draft}/edit/save/", "monitor.manage", post=True
    ),
    "web:monitor_draft_review": Powers(
        "/monitors/drafts/{draft}/review/submit/", "monitor.manage", post=True
    ),
    "web:monitor_job": Powers("/monitors/jobs/{job}/", "monitor.manage", opens=False),
    "web:monitor_act": Powers("/monitors/PT-01/life/retire/", "monitor.manage", post=True),
    "web:monitor_value": Powers("/monitors/PT-01/values/days/", "monitor.adjust", post=True),
    "web:monitor_value_end": Powers("/monitors/PT-01/values/end/1/", "monitor.adjust", post=True),
    "web:monitor_shadow": Listing("/monitors/PT-01/shadow/", by="supervisor", shows=False),
    "web:monitor_compare": Powers("/monitors/PT-01/compare/", "monitor.manage"),
    "web:system": Powers("/system/", "user.manage"),
    "web:tables": Library("/standards/"),
    "web:table": Library("/standards/tables/penalty_case/"),
    "web:table_template": Library("/standards/tables/penalty_case/template/"),
    "web:table_schema": Library("/standards/tables/penalty_case/schema/"),
    "web:codes": Library("/standards/codes/"),
    "web:references": Library("/standards/references/"),
    "web:reference": Library("/standards/references/region/"),
    "web:calendar": Library("/standards/calendar/"),
    "web:laws": Library("/standards/laws/"),
    "web:law": Library("/standards/laws/xing-zheng-chu-fa-fa/"),
    # the interface
    "api:alerts": Listing("/api/v1/alerts?state=all"),
    "api:monitors": Library("/api/v1/monitors"),
    "api:submission": Thing("/api/v1/submissions/sub-1"),
    "api:push_rows": Token(),
    "api:push_file": Token(),
    "api:openapi-json": Library("/api/v1/openapi.json"),
    "api:openapi-view": Library("/api/v1/docs"),
    "api:api-root": Library("/api/v1/"),
}
