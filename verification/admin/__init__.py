"""The officers' pages over single tables."""
