"""Numbers and addresses as they stand where nobody has to read them whole: the end alone, or the beginning."""

SHOWN = 4


def number(value: str) -> str:
    """Its last four digits."""
    return f"•••• {value[-SHOWN:]}" if value else ""


def mailbox(value: str) -> str:
    """Its first letter and its domain."""
    name, at, domain = value.partition("@")
    return f"{name[:1]}•••{at}{domain}" if at else number(value)
