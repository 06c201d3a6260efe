"""The city, its people, and a filled store to look into; every act on a page is watched."""

from audited import every_act_is_audited
from office import city, quick_passwords
from site_data import filled_home, site

__all__ = ["city", "every_act_is_audited", "filled_home", "quick_passwords", "site"]
