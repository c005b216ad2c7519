"""What the world asks of the embedded authority."""
