"""Reads of the audit log."""

from typing import Any

from django.db.models import QuerySet

from mingjian.access.models import AuditLine

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
    "personal_data.read": "查看未脱敏个人信息",
    "alert.raise": "生成预警",
    "alert.sign": "签收预警",
    "alert.feed_back": "反馈核查结果",
    "alert.give_verdict": "认定核查结论",
    "alert.add_note": "在预警上记一笔",
    "alert.export": "导出预警清单",
    "monitor.to_shadow": "模型转试运行",
    "monitor.to_production": "模型转正式",
    "monitor.retire": "停用模型",
    "monitor.revive": "模型恢复试运行",
    "monitor.keep": "模型留在正式",
    "monitor.adjust": "调整模型参数",
    "monitor.adjust_end": "结束参数调整",
    "monitor.draft": "新建模型草稿",
    "monitor.submit": "提交模型复核",
    "monitor.accept": "采用模型",
    "monitor.return": "退回模型",
    "monitor.compare": "比较模型版本",
    "submission.send": "上传数据",
    "submission.push": "接口推送数据",
    "source_token.create": "发放推送口令",
    "source_token.revoke": "停用推送口令",
}
OBJECT_TITLES = {
    "Alert": "预警",
    "User": "账号",
    "Agency": "执法主体",
    "Monitor": "模型",
    "MonitorDraft": "模型草稿",
    "SourceToken": "推送口令",
    "submission": "批次",
    "upload": "上传",
    "record": "业务记录",
}


def audit_acts() -> dict[str, str]:
    return ACT_TITLES


def audit_lines(wanted: dict[str, Any]) -> QuerySet[AuditLine]:
    """Lines newest first, by username, act, object and days (both included)."""
    lines = AuditLine.objects.order_by("-id")
    if wanted.get("username"):
        lines = lines.filter(username=wanted["username"])
    if wanted.get("act"):
        lines = lines.filter(act=wanted["act"])
    if wanted.get("target"):
        lines = lines.filter(object_id=wanted["target"])
    if wanted.get("start"):
        lines = lines.filter(at__date__gte=wanted["start"])
    if wanted.get("end"):
        lines = lines.filter(at__date__lte=wanted["end"])
    return lines
