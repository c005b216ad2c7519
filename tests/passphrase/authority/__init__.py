"""The embedded authority's keys, its rotation, its rehearsal."""
