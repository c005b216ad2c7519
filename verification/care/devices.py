"""A browser in plain words, and an address cut short: enough for people to know their own."""

import re

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "Chromebook"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def in_words(user_agent: str) -> str:
    """ "Chrome di Windows"; what cannot be told is said so."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    if not browser and not system:
        return "Peramban tidak dikenal"
    return f"{browser or 'Peramban lain'} di {system}" if system else browser


def shortened(address: str) -> str:
    """The first half of an address, the rest left out."""
    if re.fullmatch(r"[0-9.]{7,15}", address):
        return ".".join([*address.split(".")[:2], "x", "x"])
    if ":" in address:
        return ":".join([*[part for part in address.split(":") if part][:2], "…"])
    return ""
