"""The menu on the left, one entry a room, and which entry a page belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One line of the menu.

    `covers` are the address prefixes of the pages that belong to it; the entry is shown to those
    who hold one of the permissions in `needs`, or to everybody when there are none.
    """

    title: str
    path: str
    icon: str
    covers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        return path == self.path or any(path.startswith(prefix) for prefix in self.covers)


@dataclass(frozen=True)
class Group:
    title: str
    items: tuple[Entry, ...]


INTAKE_PAGES = ("/submissions/", "/sources/", "/uploads/")

GROUPS = (
    Group(
        "",
        (
            Entry("工作台", "/", "workbench"),
            Entry("总览", "/overview/", "overview", ("/overview/",), ("indicator.read",)),
            Entry("预警", "/alerts/", "alert", ("/alerts/",), ("alert.read",)),
            Entry("公文", "/papers/", "paper", ("/papers/",), ("paper.read",)),
            Entry("监督事项", "/matters/", "matter", ("/matters/",), ("matter.read",)),
            Entry("专项监督", "/campaigns/", "campaign", ("/campaigns/",), ("matter.read",)),
            Entry("考核", "/appraisal/", "appraisal", ("/appraisal/",), ("appraisal.read",)),
            Entry(
                "培训",
                "/training/",
                "training",
                ("/training/",),
                ("training.read", "training.attend"),
            ),
        ),
    ),
    Group(
        "数据",
        (
            Entry("数据归集", "/submissions/", "intake", INTAKE_PAGES, ("submission.read",)),
            Entry("业务记录", "/records/", "record", ("/records/",), ("record.read",)),
            Entry("办案流程", "/processes/", "process", ("/processes/",), ("record.read",)),
            Entry("数据质量", "/quality/", "quality", ("/quality/",), ("quality.read",)),
        ),
    ),
    Group(
        "依据",
        (
            Entry("模型库", "/monitors/", "monitor", ("/monitors/",), ("monitor.read",)),
            Entry("数据标准", "/standards/", "standard", ("/standards/",)),
        ),
    ),
    Group(
        "管理",
        (
            Entry("系统", "/system/", "system", ("/system/",), ("user.manage",)),
            Entry(
                "机构沿革",
                "/agencies/successions/",
                "scope",
                ("/agencies/",),
                ("agency.succeed",),
            ),
            Entry("请假代办", "/delegations/", "leave", ("/delegations/",), ("user.manage",)),
            Entry("推送口令", "/tokens/", "token", ("/tokens/",), ("source_token.manage",)),
            Entry("审计日志", "/audit/", "audit", ("/audit/",), ("audit.read",)),
        ),
    ),
)


def entry_of(path: str) -> Entry | None:
    """The menu entry that the page at `path` belongs to."""
    entries = (entry for group in GROUPS for entry in group.items)
    return next((entry for entry in entries if entry.holds(path)), None)


def menu_for(may: Mapping[str, bool]) -> list[Group]:
    """The menu of one person; `may` has permissions with dots written as underscores."""

    def shown(entry: Entry) -> bool:
        held = [need for need in entry.needs if may.get(need.replace(".", "_"))]
        return bool(held) or not entry.needs

    groups = [Group(g.title, tuple(entry for entry in g.items if shown(entry))) for g in GROUPS]
    return [group for group in groups if group.items]
