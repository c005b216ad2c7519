"""Deciding many cases at once: a search, a preview, one comment, done in the background."""
