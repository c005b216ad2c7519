"""The help desk: find a person, see everything about them, help them on."""
