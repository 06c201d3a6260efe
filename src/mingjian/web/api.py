"""接口 /api/v1: push submissions with a source's token; read alerts and monitors when signed in.

The description (OpenAPI) is at /api/v1/docs, for people who are signed in.
"""

import json
import tempfile
from datetime import date, datetime
from pathlib import Path as FilePath
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, File, NinjaAPI, Path, Query, Schema, Status
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.files import UploadedFile
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import AuthRateThrottle

from mingjian.access import audit
from mingjian.access.login import client_address
from mingjian.access.masking import mask_always, mask_text
from mingjian.access.models import SourceToken
from mingjian.access.roles import require
from mingjian.access.scope import may_see
from mingjian.access.tokens import token_for
from mingjian.intake import Source, Submission, take, take_rows
from mingjian.store import StoreError, SubmissionRow, open_store
from mingjian.supervision import queries
from mingjian.supervision.precision import precisions
from mingjian.web.api_shapes import (
    REJECTED_SHOWN,
    AlertOut,
    AlertsOut,
    MonitorOut,
    Problem,
    RowsIn,
    SubmissionOut,
    pushed_by,
)
from mingjian.web.content import library, sources
from mingjian.web.uploads import safe_name

FILE_AT_MOST = 20 * 1024 * 1024
PUSH_RATE = "120/m"
_STATUS_OF = {"accepted": 200, "duplicate": 200, "held": 202, "refused": 422}
_REFUSALS = dict.fromkeys((400, 401, 403, 404, 413, 429, 503), Problem)


class TokenAuth(HttpBearer):
    """`Authorization: Bearer <推送口令>`; request.auth is the SourceToken."""

    openapi_description = "推送口令，由数据管理员发放，一个口令只管一个数据源"

    def authenticate(self, _request: HttpRequest, token: str) -> SourceToken | None:
        return token_for(token)


class PersonAuth(SessionAuth):
    """A person signed in on the site, in the same browser."""

    openapi_description = "已登录的浏览器会话"


by_token, by_person = TokenAuth(), PersonAuth()
api = NinjaAPI(
    title="明鉴接口",
    version="1",
    description="数据推送与查询。推送用口令，查询用登录会话。所有提示均为中文。",
    urls_namespace="api",
    auth=by_person,
)

# One place in the address for both, so that a push and its record stand side by side.
SourceCode = Path[Annotated[str, Field(description="数据源编号")]]
SubmissionId = Path[Annotated[str, Field(description="批次编号")]]


class AlertQuery(Schema):
    level: Annotated[str, Field(pattern="^(|red|orange|yellow|blue)$")] = ""
    state: Annotated[str, Field(pattern="^(open|all|new|signed|verified|closed)$")] = "open"
    monitor: Annotated[str, Field(pattern="^([A-Z]{2}-[0-9]{2,3})?$")] = ""
    start: date | None = None
    end: date | None = None
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 50


_FAULTS = """
    SELECT table_name, row_no, field, value, rule, message FROM rejected_row
    WHERE submission_id = :id ORDER BY row_no, field LIMIT :most
"""
_TAKEN: dict[Any, Any] = {
    200: SubmissionOut,
    202: SubmissionOut,
    422: SubmissionOut | Problem,
    **_REFUSALS,
}


@api.post(
    "/submissions/{code}",
    auth=by_token,
    throttle=[AuthRateThrottle(PUSH_RATE)],
    response=_TAKEN,
    summary="推送若干行",
)
def push_rows(request: HttpRequest, code: SourceCode, body: RowsIn) -> Any:
    """Take the rows in: 200 taken, 202 held for a person to look at, 422 nothing taken."""
    source = _source_of(request, code)
    for number, row in enumerate(body.rows, 1):
        if not _is_text(json.dumps(row, ensure_ascii=False)):
            raise HttpError(422, f"第 {number} 行含有不成字符的编码，请检查后重推。")
    by = pushed_by(request.auth)
    taken = take_rows(open_store(), source, body.rows, by=by, at=_now())
    return _answer(request, taken)


@api.post(
    "/submissions/{code}/file",
    auth=by_token,
    throttle=[AuthRateThrottle(PUSH_RATE)],
    response=_TAKEN,
    summary="推送一个文件",
)
def push_file(request: HttpRequest, code: SourceCode, file: File[UploadedFile]) -> Any:
    """Take a file of the source's declared format in; larger ones are uploaded on the site."""
    source = _source_of(request, code)
    if (file.size or 0) > FILE_AT_MOST:
        megabytes = FILE_AT_MOST // 1024 // 1024
        raise HttpError(413, f"文件超过 {megabytes} MB，请分批推送，或在“数据归集”页上传。")
    name = safe_name(file.name or "file")
    with tempfile.TemporaryDirectory() as folder:
        path = FilePath(folder) / f"pushed{FilePath(name).suffix}"
        with path.open("wb") as kept:
            for chunk in file.chunks():
                kept.write(chunk)
        by = pushed_by(request.auth)
        taken = take(open_store(), source, path, by=by, at=_now(), name=name)
    return _answer(request, taken)


@api.get(
    "/submissions/{code}",
    auth=[by_token, by_person],
    response={200: SubmissionOut, 422: Problem, **_REFUSALS},
    summary="查一个批次",
)
def submission(request: HttpRequest, code: SubmissionId) -> Any:
    """The record of a submission: for its source's token, or a person in whose scope it is."""
    store = open_store()
    row = store.submission(code) if code.isprintable() else None
    if row is None or not _may_read(request, row):
        raise HttpError(404, "没有这个批次，或者不在您的范围内。")
    with store.reader() as reader:
        faults = reader.rows(_FAULTS, {"id": row.submission_id, "most": REJECTED_SHOWN})
    if not isinstance(request.auth, SourceToken):
        faults = [
            {k: mask_text(v) if isinstance(v, str) else v for k, v in fault.items()}
            for fault in faults
        ]
    return SubmissionOut.from_row(row, faults)


@api.get("/alerts", response={200: AlertsOut, 422: Problem, **_REFUSALS}, summary="查预警")
def alerts(request: HttpRequest, asked: Query[AlertQuery]) -> Any:
    """Alerts in the person's scope, by level and due day."""
    require(request.user, "alert.read")
    wanted = asked.dict(exclude={"offset", "limit"})
    rows = queries.alert_list(request.user, wanted, timezone.localdate())
    part = queries.first_rows(rows, asked.offset, asked.limit)
    return AlertsOut(total=rows.count(), items=[AlertOut.of(alert) for alert in part])


@api.get("/monitors", response={200: list[MonitorOut], **_REFUSALS}, summary="查模型库")
def monitors(request: HttpRequest) -> Any:
    """The monitors by code, each with its law and its precision."""
    require(request.user, "monitor.read")
    judged = precisions()
    known = sorted(library().monitors.values(), key=lambda monitor: monitor.code)
    return [MonitorOut.of(monitor, judged.get(monitor.id)) for monitor in known]


def _source_of(request: HttpRequest, source_code: str) -> Source:
    """The source that the token is for; any other is answered as if it did not exist."""
    source = sources().get(source_code)
    if source is None or request.auth.source_code != source.code:
        raise HttpError(404, "没有这个数据源，或者口令不是它的。请核对地址中的数据源编号。")
    return source


def _answer(request: HttpRequest, taken: Submission) -> Status[SubmissionOut]:
    audit.record(
        None,
        "submission.push",
        ("submission", taken.id),
        username=f"接口 {taken.source_code}",
        ip=client_address(request),
        token=request.auth.pk,
        status=taken.status,
        rows_in=taken.rows_in,
        rejected=taken.rejected_count,
    )
    return Status(_STATUS_OF[taken.status], SubmissionOut.of(taken))


def _may_read(request: HttpRequest, row: SubmissionRow) -> bool:
    if isinstance(request.auth, SourceToken):
        return request.auth.source_code == row.source_code
    require(request.user, "submission.read")
    return may_see(request.user, row.agency_id)


def _masked(fault: dict[str, Any]) -> dict[str, Any]:
    """The fault as a person sees it; the department that sent the row knows what it sent."""
    value = fault["value"]
    if not value:
        return fault
    shown = mask_always(fault["table_name"], {fault["field"]: value})[fault["field"]]
    return {**fault, "value": shown, "message": mask_text(fault["message"].replace(value, shown))}


def _now() -> datetime:
    return timezone.localtime().replace(tzinfo=None)


def _is_text(text: str) -> bool:
    """Whether the text can be written at all: JSON may hold halves of surrogate pairs."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _problem(request: HttpRequest, status: int, message: str, *details: str) -> HttpResponse:
    return api.create_response(
        request, {"message": message, "details": list(details)}, status=status
    )


@api.exception_handler(HttpError)
def _refused(request: HttpRequest, error: HttpError) -> HttpResponse:
    known = {"Cannot parse request body": "请求正文不是合法的 JSON（须为 UTF-8）。"}
    text = next((said for start, said in known.items() if str(error).startswith(start)), str(error))
    return _problem(request, error.status_code, text)


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    details = [
        f"{'.'.join(str(part) for part in item['loc'])}：{item['msg']}" for item in error.errors
    ]
    return _problem(
        request, 422, "请求的格式不对，见 details；写法见 /api/v1/docs。", *details[:20]
    )


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return _problem(request, 401, "没有登录，或者推送口令不对、已停用、已过期。")


@api.exception_handler(PermissionDenied)
def _forbidden(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return _problem(request, 403, str(error))


@api.exception_handler(Throttled)
def _too_often(request: HttpRequest, error: Throttled) -> HttpResponse:
    wait = int(error.wait or 60)
    response = _problem(request, 429, f"推送太频繁，请在 {wait} 秒后再试。")
    response.headers["Retry-After"] = str(wait)
    return response


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return _problem(request, 413, "请求正文太大，请分批推送（一次最多 1 万行、20 MB）。")


@api.exception_handler(StoreError)
def _no_store(request: HttpRequest, error: StoreError) -> HttpResponse:
    return _problem(request, 503, f"数据底座暂时不可用，没有收下：{error}")
