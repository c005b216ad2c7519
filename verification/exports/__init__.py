"""Exports: lists of people as CSV or XLSX, made in the background, encrypted at rest, fetched once."""
