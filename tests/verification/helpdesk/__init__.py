"""The help desk: finding people, the page of one, what is done for them, and what a second officer confirms."""
