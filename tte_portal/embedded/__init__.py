"""PostgreSQL and Redis from their wheels, for a machine that has none: `python -m tte_portal.embedded -- COMMAND`."""
