"""The city and its people."""

from office import city, quick_passwords

__all__ = ["city", "quick_passwords"]
