"""What the room's templates need."""
