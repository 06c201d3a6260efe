"""The city, its people, and a filled store to look into."""

from office import city, quick_passwords
from site_data import filled_home, site

__all__ = ["city", "filled_home", "quick_passwords", "site"]
