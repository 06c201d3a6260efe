"""Reads of the audit log."""

from typing import Any

from django.db.models import Count, Q, QuerySet

from mingjian.access import audit
from mingjian.access.flow import audited_titles
from mingjian.access.models import AuditHead, AuditLine

# What the acts of the log are called on pages. Other rooms' acts are titled by their flow files;
# an act without a title here is shown by its code.
ACT_TITLES = {
    "login": "登录",
    "login.failed": "登录失败",
    "login.locked": "锁定期间尝试登录",
    "logout": "退出",
    "user.create": "新建账号",
    "user.change_role": "变更角色或范围",
    "user.change_password": "修改密码",
    "user.reset_password": "重设密码",
    "user.deactivate": "停用账号",
    "user.activate": "启用账号",
    "user.rename": "修改姓名或邮箱",
    "agency.sync": "同步执法主体",
    "agency.succeed": "登记机构沿革",
    "agency.revoke_succession": "撤销机构沿革",
    "agency.vertical": "登记垂直管理",
    "second_factor.bind": "绑定动态码",
    "second_factor.unbind": "解除动态码",
    "second_factor.reset": "重设他人动态码",
    "session.end": "结束登录会话",
    "delegation.make": "安排请假代办",
    "delegation.end": "结束请假代办",
    "delegation.begin": "开始代他人办理",
    "delegation.stop": "停止代他人办理",
    "audit.export": "导出审计日志",
    "audit.verify": "核对审计日志",
    "audit.checkpoint": "封存审计日志链头",
    "backup.make": "备份",
    "backup.restore": "由备份恢复",
    "personal_data.read": "查看未脱敏个人信息",
    "alert.raise": "生成预警",
    "alert.sign": "签收预警",
    "alert.feed_back": "反馈核查结果",
    "alert.give_verdict": "认定核查结论",
    "alert.add_note": "在预警上记一笔",
    "alert.export": "导出预警清单",
    "campaign.export": "导出专项报告",
    "attachment.read": "下载佐证材料",
    "monitor.to_shadow": "模型转试运行",
    "monitor.to_production": "模型转正式",
    "monitor.retire": "停用模型",
    "monitor.revive": "模型恢复试运行",
    "monitor.keep": "模型留在正式",
    "monitor.adjust": "调整模型参数",
    "monitor.adjust_end": "结束参数调整",
    "monitor.draft": "新建模型草稿",
    "monitor.save": "修改模型草稿",
    "monitor.look": "试算模型草稿",
    "monitor.submit": "提交模型复核",
    "monitor.accept": "采用模型",
    "monitor.return": "退回模型",
    "monitor.compare": "比较模型版本",
    "paper.draft": "起草公文",
    "paper.edit": "修改公文",
    "paper.submit": "公文送审",
    "paper.pass_review": "公文审核通过",
    "paper.send_back": "退回公文",
    "paper.sign": "签批公文",
    "paper.petition": "公文报请政府",
    "paper.government_sign": "政府签批公文",
    "paper.government_send_back": "政府退回公文",
    "paper.stamp": "用印",
    "paper.issue": "编号制发公文",
    "paper.serve": "送达公文",
    "paper.acknowledge": "签收公文",
    "paper.correct": "更正公文",
    "paper.withdraw": "撤回公文",
    "paper.annul": "撤销公文",
    "paper.discard": "公文作废",
    "paper.archive": "公文归档",
    "paper.download": "下载公文",
    "paper.batch": "批量制发公文",
    "seal.register": "登记印模",
    "seal.retire": "停用印模",
    "appraisal.export": "导出考核",
    "training.make_plan": "制定培训计划",
    "training_session.sheet": "下载签到表与成绩表",
    "submission.send": "上传数据",
    "submission.push": "接口推送数据",
    "submission.error_file": "下载退回行",
    "submission.release": "放行暂缓批次",
    "source_token.create": "发放推送口令",
    "source_token.revoke": "停用推送口令",
}
OBJECT_TITLES = {
    "Alert": "预警",
    "Matter": "监督事项",
    "Campaign": "专项监督",
    "Attachment": "佐证材料",
    "Paper": "公文",
    "Seal": "印模",
    "Appraisal": "考核",
    "TrainingNeed": "培训需求",
    "TrainingPlan": "培训计划",
    "TrainingSession": "培训班次",
    "Sitting": "考试",
    "OffDutyProposal": "离岗教育建议",
    "PaperBatch": "批量制发",
    "User": "账号",
    "Agency": "执法主体",
    "Delegation": "请假代办",
    "Monitor": "模型",
    "MonitorDraft": "模型草稿",
    "SourceToken": "推送口令",
    "submission": "批次",
    "upload": "上传",
    "record": "业务记录",
}


# What an auditor looks for, each a condition on the act.
KINDS: dict[str, tuple[str, Q]] = {
    "login": ("登录与退出", Q(act__startswith="log") | Q(act__startswith="session.")),
    "rights": (
        "账号与权限变更",
        Q(act__startswith="user.")
        | Q(act__startswith="second_factor.")
        | Q(act__startswith="delegation.")
        | Q(act__startswith="source_token.")
        | Q(act__startswith="agency."),
    ),
    "personal_data": ("查看个人信息", Q(act__startswith="personal_data.")),
    "export": (
        "导出与下载",
        Q(act__endswith=".export")
        | Q(act__endswith=".download")
        | Q(act__in=["submission.error_file", "attachment.read", "training_session.sheet"]),
    ),
}
OTHER = ("other", "业务办理与其他")
CHECKED_AT_ONCE = 1000


def audit_acts() -> dict[str, str]:
    """Every act by its code; those of flows as their files call them."""
    return {**audited_titles(), **ACT_TITLES}


def audit_lines(wanted: dict[str, Any]) -> QuerySet[AuditLine]:
    """Lines newest first, by username, kind, act, object, address and days (both included)."""
    lines = AuditLine.objects.order_by("-id")
    equal = {
        "username": "username",
        "act": "act",
        "target": "object_id",
        "ip": "ip",
        "start": "at__date__gte",
        "end": "at__date__lte",
    }
    lines = lines.filter(**{path: wanted[key] for key, path in equal.items() if wanted.get(key)})
    if wanted.get("kind"):
        lines = lines.filter(_of_kind(wanted["kind"]))
    return lines


def counts_by_kind(lines: QuerySet[AuditLine]) -> list[tuple[str, str, int]]:
    """Kind, its title and the number of lines, for the lines of a filter."""
    names = [*((name, title) for name, (title, _) in KINDS.items()), OTHER]
    counted = lines.order_by().aggregate(
        **{name: Count("pk", filter=_of_kind(name)) for name, _ in names}
    )
    return [(name, title, counted[name]) for name, title in names]


def chain_state() -> dict[str, Any]:
    """The newest whole verification, and whether the last lines fit the head right now."""
    last = AuditLine.objects.filter(act="audit.verify").order_by("-id").first()
    tail = list(AuditLine.objects.order_by("-id")[: CHECKED_AT_ONCE + 1])[::-1]
    head = AuditHead.objects.filter(pk=audit.HEAD).first()
    before = tail[0].previous_hash if tail else audit.FIRST_HASH
    broken = audit.first_break(tail, before)
    return {
        "checked": last,
        "tail": len(tail),
        "broken": broken,
        "head_fits": head is None or not tail or broken or tail[-1].hash == head.hash,
        "line_count": head.line_count if head else 0,
    }


def _of_kind(kind: str) -> Q:
    if kind in KINDS:
        return KINDS[kind][1]
    others = Q()
    for _, condition in KINDS.values():
        others &= ~condition
    return others
