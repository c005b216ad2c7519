"""First passwords: random, read aloud without a doubt, in the mixture that mail servers ask for."""

import secrets

LETTERS = "abcdefghjkmnpqrstuvwxyz"
DIGITS = "23456789"
GROUPS, LENGTH = 4, 4


def fresh() -> str:
    """Four groups of four (some 78 bits), with a capital, a small letter, a digit and a hyphen: "Kdm7-wpe4-…"."""
    while True:
        groups = ["".join(secrets.choice(LETTERS + DIGITS) for _ in range(LENGTH)) for _ in range(GROUPS)]
        text = "-".join(groups)
        if text[0] in LETTERS and any(sign in DIGITS for sign in text):
            return text[0].upper() + text[1:]
