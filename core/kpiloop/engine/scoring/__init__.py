"""Scores of people, and the moments at which rules over them were met."""
