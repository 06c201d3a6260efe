"""The city, its people, and an alert to work on."""

from alert_runs import alert, library, run_of
from office import city, quick_passwords
from papers import district_head

__all__ = ["alert", "city", "district_head", "library", "quick_passwords", "run_of"]
