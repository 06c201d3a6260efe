"""Requests about the enforcers themselves (TS-05), in the words of the catalogue of problems."""

import numpy as np

from mingjian.demo.city import City
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.sow import Change, Sower
from mingjian.demo.records import Column, texts

_BAD = texts(
    [
        "昨天来店里的执法人员粗暴执法，推搡店员，言语威胁。",
        "检查的人暗示要请客送礼，吃拿卡要，不给就说要罚。",
        "一年来了七八趟，每次说法都不一样，明显是乱检查。",
        "没有任何依据就开罚单，纯属乱罚款，希望监督。",
        "执法人员没有出示证件就进店翻查，问了也不亮证。",
        "不出示任何文书就把店门贴了封条，乱查封。",
        "街道执法队的人让我们交一笔管理费才给办手续，这是乱收费。",
    ]
)
_OTHER = texts(
    [
        "隔壁饭店服务员态度粗暴，和顾客吵架，希望管一管。",
        "物业让我们交一笔管理费才给办手续，这是乱收费。",
        "小区停车场说不清收费标准，希望公布价目。",
        "希望执法人员多来检查，这里晚上占道经营严重。",
    ]
)


def plant_phrases(city: City, ledger: Ledger) -> None:
    """行政执法监督条例第十一条第二款: violent, demanding, without showing a certificate."""
    table, last = city["complaint"], city.world.until
    sow = Sower(ledger, "complaint", table, "complaint_id")
    old = table["day"] <= last - np.timedelta64(20, "D")

    def says(words: Column) -> Change:
        def change(rows: Column) -> None:
            table["text"][rows] = words[np.arange(len(rows)) % len(words)]

        return change

    sow.plant("TS-05", old, 40, "反映执法不规范", says(_BAD))
    sow.near("TS-05", old, 12, "反映的是商户，或者要求多检查", says(_OTHER))


def plant_unfiled(city: City, ledger: Ledger) -> None:
    """LZ-06: the reply says that the violation was established, and no case was filed
    (行政处罚法第五十四条第二款)."""
    table, cases, last = city["complaint"], city["penalty_case"], city.world.until
    sow = Sower(ledger, "complaint", table, "complaint_id")
    age = (last - table["day"]).astype(np.int64)
    able = (
        (age > 60) & (age < 300) & (table["party"] >= 0) & (table["feedback_result"] == "resolved")
    )
    begun: dict[tuple[str, str], object] = {}
    for agency, party, day in zip(
        cases["agency_id"], cases["party_id"], cases["begun_on"], strict=True
    ):
        begun[(agency, party)] = max(day, begun.get((agency, party), day))
    latest = np.array(
        [
            begun.get(pair, np.datetime64("1900-01-01"))
            for pair in zip(table["agency_id"], table["party_id"], strict=True)
        ],
        "datetime64[D]",
    )
    filed = latest >= table["day"]
    established = sow.set(reply_text="经现场核查，反映的违法情况属实，相关证据已经固定。")
    sow.plant("LZ-06", able & ~filed, 20, "查实违法而没有立案", established)
    denied = sow.set(reply_text="经现场核查，反映的情况不属实，已向诉求人说明。")
    sow.near("LZ-06", able & ~filed, 8, "反映的情况不属实", denied)
    sow.near("LZ-06", able & filed & (latest < last), 8, "查实违法，已经立案", established)
