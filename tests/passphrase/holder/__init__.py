"""The holder of a certificate."""
