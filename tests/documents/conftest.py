"""The city, its people, and papers at every stage."""

from audited import every_act_is_audited
from office import city, quick_passwords
from papers import district_head

__all__ = ["city", "district_head", "every_act_is_audited", "quick_passwords"]
