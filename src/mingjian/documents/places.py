"""Who issues in a region: its supervision office, its government, and the word of its numbers."""

from dataclasses import dataclass
from functools import cache

from mingjian.access.models import Agency, Region
from mingjian.documents.template import Party
from mingjian.standards import ContentFile, content_files, load_file


class Place(ContentFile):
    """One region's names, where they are not simply <名称>司法局 and <名称>人民政府."""

    word: str
    office: str | None = None
    government: str | None = None


class Issuing(ContentFile):
    """content/documents/layout/issuing.yaml."""

    places: dict[str, Place]
    looks_allowed: int
    looks_minutes: int
    verify_upload_bytes: int
    urgencies: list[str] = []
    secrecy_levels: list[str] = []


@dataclass(frozen=True)
class Side:
    """One end of a paper: an agency, or a region's office or government."""

    name: str
    agency: Agency | None = None
    region: Region | None = None


@cache
def load_issuing() -> Issuing:
    """The file in force; ContentError names what is wrong in it."""
    path = next(iter(content_files("documents", "layout/issuing.yaml")))
    return load_file(path, Issuing)


def side_of(party: Party, who: Agency | Region) -> Side:
    """The end of a paper that the template calls `party`; ValueError for the wrong kind of body."""
    if party == "agency":
        if not isinstance(who, Agency):
            raise ValueError("这一方应为执法主体，不是行政区。")
        return Side(who.name, agency=who)
    region = who if isinstance(who, Region) else who.region
    if region is None:
        raise ValueError(f"{who} 没有行政区，不知道由哪一级监督机构或政府出面。")
    place = load_issuing().places.get(region.region_code)
    if party == "government":
        return Side((place and place.government) or f"{region.name}人民政府", region=region)
    return Side((place and place.office) or f"{region.name}司法局", region=region)


def office_of(side: Side, party: Party) -> str:
    """印发机关 of the imprint: the office that has the paper printed."""
    is_city = side.region is not None and side.region.tier == "city"
    return f"{side.name}{'办公厅' if party == 'government' and is_city else '办公室'}"


def number_word(pattern: str, side: Side) -> str:
    """机关代字: the template's pattern with the place's word put in, e.g. 京执监督函."""
    region = side.region or (side.agency.region if side.agency else None)
    place = load_issuing().places.get(region.region_code) if region else None
    word = place.word if place else (region.name.rstrip("市区县") if region else "")
    short = (side.agency.short_name or side.agency.name) if side.agency else ""
    return pattern.replace("{place}", word).replace("{agency}", short)
