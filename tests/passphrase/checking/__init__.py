"""The public check of signed documents."""
