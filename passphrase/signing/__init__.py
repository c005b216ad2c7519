"""Signing a trial document in the portal itself: PAdES B-LT, with the time and the certificates' status inside."""
