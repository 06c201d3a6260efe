"""Problems of whole agencies: powers never used, or used for two things only (unit: the agency)."""

from mingjian.demo.city import City
from mingjian.demo.ledger import Ledger


def plant_agencies(city: City, ledger: Ledger) -> None:
    """LZ-01 and LZ-02; the world was built with these agencies in it."""
    odd, ids = city.world.odd, city.world.agency_ids
    ledger.plant("LZ-01", "agency", ids[odd.idle], "两年没有任何处罚和检查")
    ledger.near("LZ-01", "agency", ids[odd.once], "一年内只有一次检查")
    ledger.plant("LZ-02", "agency", ids[odd.narrow], "处罚集中在两项职权")
    ledger.near("LZ-02", "agency", ids[odd.evenly], "四项职权平均行使")
