"""What must always be out: a revocation list and a responder for every authority, well before the old ones end."""

from passphrase.pki import lists, responder


def keep_up() -> None:
    """Make what is missing or grows old; cheap when nothing is. Runs at the start and in a sweep, on any host."""
    for authority_id in responder.due():
        responder.renew(authority_id)
    for authority_id in lists.due():
        lists.build(authority_id)
