"""Pages over the Django-free rooms: overview, intake, records, quality, monitors, standards."""
