"""The authority is BSrE: people are registered at the institution's E-Sign client service, their status is mirrored."""
