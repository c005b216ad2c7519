"""BSrE as the authority: people are registered there, their status is mirrored, no key lies here."""
