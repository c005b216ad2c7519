"""Tests, one file for each page or action, mirroring the apps by name."""
