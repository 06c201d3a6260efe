"""The city and its people; every act that a test does on a page is watched."""

from audited import every_act_is_audited
from office import city, quick_passwords

__all__ = ["city", "every_act_is_audited", "quick_passwords"]
