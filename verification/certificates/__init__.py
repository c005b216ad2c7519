"""Certificates as officers look after them: found, taken back, put out of use for a while, proposed for revocation."""
