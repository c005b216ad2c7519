"""The ways by which people come in by themselves."""
