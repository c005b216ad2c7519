"""Registering people: one, several, or a list of thousands."""
