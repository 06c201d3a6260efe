"""The menu on the left, one entry a room, and which entry a page belongs to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """One line of the menu; `covers` are the address prefixes of the pages that belong to it."""

    title: str
    path: str
    icon: str
    covers: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        return path == self.path or any(path.startswith(prefix) for prefix in self.covers)


@dataclass(frozen=True)
class Group:
    title: str
    items: tuple[Entry, ...]


INTAKE_PAGES = ("/submissions/", "/sources/", "/records/", "/uploads/")

GROUPS = (
    Group(
        "",
        (
            Entry("工作台", "/", "workbench"),
            Entry("总览", "/overview/", "overview", ("/overview/", "/indicators/")),
            Entry("预警", "/alerts/", "alert", ("/alerts/",)),
        ),
    ),
    Group(
        "数据",
        (
            Entry(
                "数据归集", "/submissions/", "intake", ("/submissions/", "/sources/", "/records/")
            ),
            Entry("数据质量", "/quality/", "quality", ("/quality/",)),
        ),
    ),
    Group(
        "依据",
        (
            Entry("模型库", "/monitors/", "monitor", ("/monitors/",)),
            Entry("数据标准", "/standards/", "standard", ("/standards/",)),
        ),
    ),
    Group("", (Entry("系统", "/system/", "system", ("/system/",)),)),
)


def entry_of(path: str) -> Entry | None:
    """The menu entry that the page at `path` belongs to."""
    entries = (entry for group in GROUPS for entry in group.items)
    return next((entry for entry in entries if entry.holds(path)), None)
