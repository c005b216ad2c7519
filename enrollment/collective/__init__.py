"""The collective request: an OPD asks for mailboxes for many of its people at once."""
