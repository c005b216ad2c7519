"""Uploaded PDFs, taken apart in a process of their own: nothing here imports Django."""
