"""Who organises: assessment and training are the business of one place's supervision office."""

from mingjian.access.flow import NotPossible
from mingjian.access.models import Region, User
from mingjian.access.superiors import office_region


def place_of(user: User) -> Region:
    """The place for which this person organises; NotPossible for a department or an agency."""
    place = office_region(user)
    if place is None:
        raise NotPossible("考核与培训由本级行政执法监督机构组织，您的账号不属于哪一级监督机构。")
    return place


def is_organiser(user: User, region_code: str) -> bool:
    """Whether the person organises for this place."""
    if user.scope == "region":
        return user.region_id == region_code
    return user.scope == "city" and place_of(user).pk == region_code
