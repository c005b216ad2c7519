"""The demonstration's cast: invented institutions' people and officers, and the ready cases they stand in."""
