"""What keeps officers able to work: agreement, digests, absence, their sign-ins."""
