"""Problems in the grounds of a decision: law cited, range, minors, mitigation, place, party."""

import numpy as np

from mingjian.demo.chance import Chance
from mingjian.demo.city import City
from mingjian.demo.credit_codes import identity_numbers
from mingjian.demo.days import work_days
from mingjian.demo.ledger import Ledger
from mingjian.demo.plant.redate import only_case, settled
from mingjian.demo.plant.sow import Change, Sower
from mingjian.demo.records import Column, Records, joined, texts
from mingjian.demo.waivers import listed

_DAY = np.timedelta64(1, "D")
# Statutes that were repealed before the two years of any simulated city.
_REPEALED = texts(
    [
        "《中华人民共和国环境噪声污染防治法》第四十三条",
        "《化妆品卫生监督条例》第二十四条",
        "《禁止价格欺诈行为的规定》第六条",
        "《无照经营查处取缔办法》第十四条",
    ]
)
_CRIMES = ("生产、销售伪劣产品", "销售侵犯注册商标专用权的商品")
_APART = ("广告", "网站", "网络", "网页")  # 部门规章对管辖另有规定
_CRIME_FROM = 50_000.0  # 刑法第一百四十条; the example of the reference table for the other


def plant_grounds(city: City, ledger: Ledger, chance: Chance) -> None:
    """FL-01, FL-07, FL-10, CL-04, SS-06, SS-07, SS-09, ZT-06, ZT-14, XX-01, QW-01, SS-05."""
    cases, last = city["penalty_case"], city.world.until
    sow = Sower(ledger, "penalty_case", cases, "case_id")
    _law(cases, last, sow, chance.stream("law"))
    _range(city, sow, chance.stream("range"))
    _minors(city, sow, chance.stream("minors"))
    _place(city, sow)
    _crime(cases, last, sow, chance.stream("crime"))
    _waiver(cases, last, sow)
    _party(city, sow)
    _alike(cases, last, sow)


def _law(cases: Records, last: np.datetime64, sow: Sower, chance: Chance) -> None:
    able = settled(cases, last, 5) & (cases["field"] != "security")
    basis = cases["legal_basis"]

    def repealed(rows: Column) -> None:
        basis[rows] = chance.pick(len(rows), _REPEALED)

    def bare(rows: Column) -> None:
        basis[rows] = texts([said.split("》")[0] + "》" for said in basis[rows]])

    def plain_article(rows: Column) -> None:
        basis[rows] = texts([said.removesuffix("第一款") for said in basis[rows]])

    sow.plant("FL-01", able, 25, "引用已经废止的规定", repealed)

    def short(rows: Column) -> None:
        basis[rows] = texts([said.replace("《中华人民共和国", "《") for said in basis[rows]])

    named = able & texts_have(basis, "《中华人民共和国")
    sow.near("FL-01", named, 8, "以简称引用现行法律", short)
    sow.plant("FL-10", able, 20, "只写法律名称，没有条", bare)
    sow.near("FL-10", able & texts_have(basis, "第一款"), 8, "写明条，没有款项", plain_article)
    ordered = able & ~np.isnat(cases["correction_ordered_on"])
    late = cases["corrected_on"] <= cases["decided_on"]
    unmended = ordered & ~late
    sow.plant("SS-07", unmended, 20, "处罚而没有责令改正", sow.set(correction_ordered_on="NaT"))
    sow.near("SS-07", ordered & late, 8, "决定以前已经改正", sow.set(correction_ordered_on="NaT"))
    spot = (cases["procedure"] == "ordinary") & (cases["field"] != "security")
    spot &= settled(cases, last, 5) & ~cases["is_major"]
    sow.plant("ZT-14", spot, 12, "非公安机关处以行政拘留", sow.set(penalty_kinds="fine,detention"))


def texts_have(values: Column, part: str) -> Column:
    return np.array([part in str(value) for value in values], bool)


def _range(city: City, sow: Sower, chance: Chance) -> None:
    """行政处罚法第四条、第三十二条: inside the statutory range, below it for a legal reason."""
    cases = city["penalty_case"]
    specs = [item.spec for item in city.world.powers.items]
    least = np.array([spec.range[0] for spec in specs], float)[cases["item"]]
    most = np.array([spec.range[1] for spec in specs], float)[cases["item"]]
    fined = settled(cases, city.world.until, 5) & (cases["fine_yuan"] > 0) & ~cases["is_major"]
    small = fined & (most * 1.3 < cases["hearing_threshold"])
    top = small & (cases["step_no"] == 2)

    def over(rows: Column) -> None:
        fine = np.ceil(most[rows] * (1.05 + 0.2 * chance.rng.random(len(rows))) / 10) * 10
        cases["fine_yuan"][rows] = cases["proposed_fine_yuan"][rows] = fine

    def exactly(bound: Column) -> Change:
        def change(rows: Column) -> None:
            cases["fine_yuan"][rows] = cases["proposed_fine_yuan"][rows] = bound[rows]

        return change

    def hardship(rows: Column) -> None:
        under(rows)
        cases["discretion_factor"][rows] = "经营困难，酌情减轻"

    def under(rows: Column) -> None:
        fine = np.floor(least[rows] * (0.3 + 0.5 * chance.rng.random(len(rows))) / 10) * 10
        cases["fine_yuan"][rows] = cases["proposed_fine_yuan"][rows] = fine

    def mitigated(rows: Column) -> None:
        under(rows)
        cases["mitigation_reason"][rows] = "配合行政机关查处违法行为有立功表现，依法减轻处罚"

    sow.plant("FL-07", top, 20, "罚款超过法定上限", over)
    sow.near("FL-07", top, 8, "正好是法定上限", exactly(most))
    low = fined & (cases["step_no"] == 0) & (least >= 200)
    sow.plant("CL-04", low, 12, "低于法定下限而没有减轻处罚情形", under)
    sow.plant("CL-04", low, 13, "以经营困难为由低于法定下限", hardship)
    sow.near("CL-04", low, 10, "低于法定下限，有法定减轻处罚情形", mitigated)
    sow.near("CL-04", low, 6, "正好是法定下限", exactly(least))


def _minors(city: City, sow: Sower, chance: Chance) -> None:
    """行政处罚法第三十条: under fourteen no penalty; from fourteen to eighteen a lighter one."""
    cases = city["penalty_case"]
    human = settled(cases, city.world.until, 5) & (cases["party_kind"] == "natural")
    human &= cases["field"] != "security"
    regions = texts([a.district for a in city.world.agencies])[cases["agency"]]

    def born(years: int, shift: int, reason: str | None) -> Change:
        """The birthday `years` before the act lies `shift` days after it (before, if negative)."""

        def change(rows: Column) -> None:
            act = cases["act_on"][rows] + np.timedelta64(shift, "D")
            month = act.astype("datetime64[M]")
            of_month = np.minimum((act - month.astype("datetime64[D]")).astype(np.int64), 27)
            day = (month - 12 * years).astype("datetime64[D]") + of_month
            numbers = identity_numbers(regions[rows], day, chance.stream(f"{years}{shift}"))
            cases["party_identity_no"][rows] = numbers
            cases["mitigation_reason"][rows] = reason

        return change

    mild = "已满十四周岁不满十八周岁，依法从轻处罚"
    sow.plant("SS-09", human, 10, "不满十四周岁给予处罚", born(14, 10, None))
    harsh = human & (cases["step_no"] > 0)
    sow.plant("SS-09", harsh, 10, "不满十八周岁没有从轻减轻", born(16, 40, None))
    sow.near("SS-09", human, 8, "不满十八周岁，已从轻处罚", born(16, 40, mild))
    sow.near("SS-09", human, 8, "已满十八周岁", born(18, -40, None))


def _place(city: City, sow: Sower) -> None:
    """行政处罚法第二十二条: where the act took place, unless designated or assisted."""
    cases, world = city["penalty_case"], city.world
    home = world.region[cases["agency"]]
    local = settled(cases, world.until, 5) & (world.tier[cases["agency"]] != "city")
    spans = sorted({a.district for a in world.agencies if a.tier == "district"})

    def away(rows: Column) -> None:
        for row in rows.tolist():
            others = [code for code in spans if not str(home[row]).startswith(code)]
            cases["act_region_code"][row] = others[row % len(others)]

    def designated(rows: Column) -> None:
        away(rows)
        cases["jurisdiction_document_no"][rows] = joined(
            "京法指〔2025〕", np.arange(1, len(rows) + 1), "号"
        )

    local &= ~place_apart(cases)
    street = np.array([len(str(code)) > 6 for code in cases["act_region_code"]], bool)
    sow.plant("ZT-06", local, 25, "违法行为地在其他区，没有指定管辖", away)
    sow.near("ZT-06", local, 8, "上级指定管辖", designated)
    inside = local & street & (world.tier[cases["agency"]] == "district")
    sow.near("ZT-06", inside, 8, "违法行为地在本区的街道")


def place_apart(cases: Records) -> Column:
    """Acts on the net and advertisements, for which rules say another place (第二十二条但书)."""
    told = zip(cases["violation"], cases["cause"], strict=True)
    return np.array([any(w in f"{v}{c}" for w in _APART) for v, c in told], bool)


def _crime(cases: Records, last: np.datetime64, sow: Sower, chance: Chance) -> None:
    """行政处罚法第二十七条: what may be a crime goes to the police."""
    able = settled(cases, last, 40) & np.isin(cases["violation"].astype(str), _CRIMES)

    def worth(low: float, spread: float) -> Change:
        def change(rows: Column) -> None:
            cases["value_yuan"][rows] = low + np.round(spread * chance.rng.random(len(rows)))

        return change

    sow.plant("XX-01", able, 25, "货值达到追诉标准而没有移送", worth(_CRIME_FROM, 300_000))
    sow.near("XX-01", able, 8, "货值差一分达到标准", worth(_CRIME_FROM - 0.01, 0))


def _waiver(cases: Records, last: np.datetime64, sow: Sower) -> None:
    """行政处罚法第三十三条第一款前段: minor, mended in time, no harm: no penalty."""
    able = settled(cases, last, 20) & listed(cases) & (cases["step_no"] == 0)
    able &= (cases["fine_yuan"] > 0) & only_case(cases)  # what comes again is not minor

    def mended(rows: Column) -> None:
        cases["discretion_factor"][rows] = "初次违法，危害后果轻微"
        fixed = work_days().add(cases["filed_on"][rows], 1)
        cases["corrected_on"][rows] = np.minimum(fixed, cases["decided_on"][rows])

    sow.plant("QW-01", able, 20, "列入免罚清单，轻微并已改正，仍给予处罚", mended)
    sow.near("QW-01", able, 10, "列入免罚清单，拒不改正")


def _party(city: City, sow: Sower) -> None:
    """行政处罚法第五十九条: the party is who the register says, and exists on the day."""
    cases, register = city["penalty_case"], city["party"]
    able = settled(cases, city.world.until, 30) & (cases["party_kind"] == "legal")
    able &= ~np.isnat(cases["disclosed_on"])

    def misnamed(rows: Column) -> None:
        old = cases["party_name"][rows]
        cases["party_name"][rows] = texts([name.replace("示例市", "示例") + "分部" for name in old])

    gone = np.flatnonzero((register["status"] == "cancelled") & (register["kind"] == "legal"))

    def cancelled(shift: int) -> Change:
        def change(rows: Column) -> None:
            for k, row in enumerate(rows.tolist()):
                party = gone[k % len(gone)]
                for name, column in (
                    ("party_id", "party_id"),
                    ("party_name", "name"),
                    ("party_credit_code", "credit_code"),
                ):
                    cases[name][row] = register[column][party]
                register["cancelled_on"][party] = cases["decided_on"][row] + shift * _DAY

        return change

    sow.plant("SS-06", able, 14, "当事人名称与登记不一致", misnamed)
    half = max(1, len(gone) // 2)
    kept, gone = gone[half:], gone[:half]
    sow.plant("SS-06", able, min(6, half), "决定时当事人已经注销", cancelled(-10))
    gone = kept if len(kept) else gone
    sow.near("SS-06", able, min(5, half), "注销当日决定", cancelled(0))


def _alike(cases: Records, last: np.datetime64, sow: Sower) -> None:
    """Two cases of one agency within ninety days, of different parties, told in the same words."""
    able = settled(cases, last, 10) & (cases["party_kind"] != "natural")
    able &= cases["decided_on"] > last - 350 * _DAY  # older ones were for an earlier round
    first, second = _neighbours(cases, able & sow.ledger.is_free("penalty_case", len(cases)))
    gap = np.abs((cases["decided_on"][second] - cases["decided_on"][first]).astype(np.int64))
    filed = np.abs((cases["filed_on"][second] - cases["filed_on"][first]).astype(np.int64))
    other = cases["party_id"][first] != cases["party_id"][second]
    near = other & (gap <= 80) & (filed <= 80)
    far = other & (gap >= 100) & (filed >= 100)
    for code, mask, note in (
        ("SS-05", near, "两案事实除当事人、时间、地点外一字不差"),
        ("SS-05.near", far, "事实相同，相隔九十日以上"),
    ):
        chosen = sow.ledger.choose("alike", mask, 18 if code == "SS-05" else 8, code)
        own, copy = first[chosen], second[chosen]
        sow.ledger.used["penalty_case"].update(own.tolist(), copy.tolist())
        for a, b in zip(own.tolist(), copy.tolist(), strict=True):
            said = cases["fact"][a].replace(cases["address"][a], cases["address"][b])
            cases["fact"][b] = said.replace(cases["party_name"][a], cases["party_name"][b])
        tell = sow.ledger.plant if code == "SS-05" else sow.ledger.near
        tell("SS-05", "penalty_case", cases["case_id"][copy], note)


def _neighbours(cases: Records, able: Column) -> tuple[Column, Column]:
    """Pairs of one agency and violation in the order of time, every case in one pair only: next
    to each other, or a quarter of the group apart."""
    firsts: list[Column] = []
    seconds: list[Column] = []
    rows = np.flatnonzero(able)
    key = cases["agency"][rows] * 1000 + cases["item"][rows]
    rows = rows[np.lexsort((cases["decided_on"][rows], key))]
    key = cases["agency"][rows] * 1000 + cases["item"][rows]
    for group in np.split(rows, np.flatnonzero(np.diff(key)) + 1):
        step = len(group) // 2 if len(firsts) % 2 else 1
        if len(group) < 2:
            continue
        firsts.append(group[: len(group) // 2] if step > 1 else group[: len(group) // 2 * 2 : 2])
        start = step if step > 1 else 1
        seconds.append(
            group[start : start + len(group) // 2] if step > 1 else group[1 : len(group) : 2]
        )
    return np.concatenate(firsts), np.concatenate(seconds)
