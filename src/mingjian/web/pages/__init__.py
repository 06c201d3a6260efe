"""Pages over the rooms that know no Django: overview, intake, records, quality, monitors, standards."""
