"""How each declared source writes its files: which rows are its own, and in which hand."""

from dataclasses import dataclass, field

import numpy as np

from mingjian.demo.deliver.cells import Style
from mingjian.demo.records import Column
from mingjian.demo.world import World

JOINT = "bm-cf"
OWN_ROUNDS = 6  # the last rounds, in which the large departments report from systems of their own
_OWN_SYSTEMS = {"scjg-cf": "SCJG", "cgzf-cf": "CGZF", "sthj-cf": "STHJ"}


@dataclass(frozen=True)
class Hand:
    """A source's table, file name, way of writing and rhythm of reporting."""

    table: str
    stem: str
    style: Style = field(default_factory=Style)
    encoding: str = "utf-8"
    title: str | None = None
    often: bool = False
    by_half: bool = False
    register: bool = False


HANDS: dict[str, Hand] = {
    "sfj-zt": Hand("agency", "zfzt", encoding="utf-8-sig", register=True),
    "sfj-ry": Hand("officer", "zfry", Style(days="slashes"), "gb18030", register=True),
    "sfj-zj": Hand("officer_certificate", "zfzj", Style(days="chinese"), "gb18030", register=True),
    "sfj-jdws": Hand("supervision_document", "jdws", often=True),
    "sfj-qz": Hand("power_item", "qzqd", register=True),
    "cljz": Hand("benchmark", "cljz", Style(chinese_money=True), "utf-8-sig", register=True),
    "scjg-dj": Hand("party", "qydj", Style(old_words=True), "gb18030", register=True),
    "scjg-cf": Hand(
        "penalty_case", "scjg_cf", Style(days="slashes", between="；"), "gb18030", often=True
    ),
    "cgzf-cf": Hand("penalty_case", "cgzf_cf", title="城管执法案件台账", often=True),
    "sthj-cf": Hand("penalty_case", "sthj_cf", Style(time="T"), often=True),
    "bm-cf": Hand(
        "penalty_case",
        "bm_cf",
        Style(days="plain", old_words=True, yes="1", no="0"),
        "utf-8-sig",
        often=True,
    ),
    "jxzf-cf": Hand("penalty_case", "jxzf_cf", Style(days="chinese"), often=True),
    "ajhj": Hand("case_step", "ajhj"),
    "ajws": Hand("case_document", "ajws"),
    "ajzj": Hand("case_evidence", "ajzj", Style(days="slashes"), "gb18030"),
    "qxkc": Hand("case_suspension", "qxkc"),
    "jcpt-jc": Hand("inspection", "jc", often=True, by_half=True),
    "jcpt-jh": Hand("inspection_plan", "jcjh"),
    "jt-pj": Hand("rating", "pj"),
    "xzqz": Hand("coercion", "xzqz", Style(old_words=True)),
    "zwfw-xk": Hand("permit", "xk"),
    "lfxj": Hand("referral", "ys"),
    "fyss": Hand("remedy", "fyss", Style(old_words=True)),
    "rx-12345": Hand("complaint", "gd", Style(days="slashes"), often=True),
    "fxc": Hand("offsite_record", "fxc"),
    "xwry": Hand("act_officer", "xwry"),
}


def rows_of(source: str, world: World, agency: Column) -> Column:
    """Which rows of a penalty table, by the agency's position, this source reports."""
    keys = np.array([a.department.key for a in world.agencies])
    if source in _OWN_SYSTEMS:
        return (keys == _OWN_SYSTEMS[source])[agency]
    street = world.tier == "street"
    if source == "jxzf-cf":
        return street[agency]
    own = np.isin(keys, list(_OWN_SYSTEMS.values()))
    return (~own & ~street)[agency]
