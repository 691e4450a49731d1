"""The rules of the project itself: floors, doors, sizes, packaging and what is written where."""
