"""Problems planted on a lawful city, and their near misses, each written into the sealed list.

Written from the statutes and the catalogue of problems; nothing here reads a monitor.
"""

from mingjian.demo.plant.agencies import plant_agencies
from mingjian.demo.plant.agency_wide import (
    grown,
    plant_disputes,
    plant_idle_staff,
    plant_same_fault,
)
from mingjian.demo.plant.alerts import plant_alerts
from mingjian.demo.plant.benchmarks import plant_benchmarks
from mingjian.demo.plant.case_dates import plant_case_dates
from mingjian.demo.plant.case_parts import plant_case_parts
from mingjian.demo.plant.counted import plant_counted
from mingjian.demo.plant.course import plant_course
from mingjian.demo.plant.fines import plant_fines
from mingjian.demo.plant.grounds import plant_grounds
from mingjian.demo.plant.handlers import plant_handlers
from mingjian.demo.plant.inspecting import plant_inspecting
from mingjian.demo.plant.measures import (
    plant_measure_officers,
    plant_measures,
    without_gone,
)
from mingjian.demo.plant.numbering import plant_numbering
from mingjian.demo.plant.others import plant_others
from mingjian.demo.plant.papers import plant_papers
from mingjian.demo.plant.phrases import plant_phrases, plant_unfiled
from mingjian.demo.plant.places import plant_complaints, unanswered_places
from mingjian.demo.plant.rates import plant_rates
from mingjian.demo.plant.ratings import plant_ratings
from mingjian.demo.plant.recorded_twice import plant_recorded_twice
from mingjian.demo.plant.registers import plant_registers
from mingjian.demo.plant.staff import plant_staff
from mingjian.demo.plant.standing import plant_standing
from mingjian.demo.plant.supervised import plant_supervised
from mingjian.demo.plant.together import plant_together
from mingjian.demo.plant.visits import extra_visits, plant_visits
from mingjian.demo.plant.whole_truth import complete

__all__ = [
    "complete",
    "extra_visits",
    "grown",
    "plant_agencies",
    "plant_alerts",
    "plant_benchmarks",
    "plant_case_dates",
    "plant_case_parts",
    "plant_complaints",
    "plant_counted",
    "plant_course",
    "plant_disputes",
    "plant_fines",
    "plant_grounds",
    "plant_handlers",
    "plant_idle_staff",
    "plant_inspecting",
    "plant_measure_officers",
    "plant_measures",
    "plant_numbering",
    "plant_others",
    "plant_papers",
    "plant_phrases",
    "plant_rates",
    "plant_ratings",
    "plant_recorded_twice",
    "plant_registers",
    "plant_same_fault",
    "plant_staff",
    "plant_standing",
    "plant_supervised",
    "plant_together",
    "plant_unfiled",
    "plant_visits",
    "unanswered_places",
    "without_gone",
]
