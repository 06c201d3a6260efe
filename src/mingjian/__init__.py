"""明鉴 Mingjian: supervision of administrative enforcement. Rooms and floors: docs/house.md."""
