"""The city, its people, and papers at every stage."""

from office import city, quick_passwords
from papers import district_head

__all__ = ["city", "district_head", "quick_passwords"]
