"""The registries, against real servers on this machine."""
