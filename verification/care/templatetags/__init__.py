"""What the room puts on pages of others."""
