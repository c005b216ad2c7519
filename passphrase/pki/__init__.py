"""What the world asks of the embedded authority: certificates, revocation lists, status of one certificate."""
