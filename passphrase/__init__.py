"""Keys and certificates: the passphrase page, key custody, the authority, and what became of each request."""
