"""How fast the portal is: figures as medians and ratios within one run, beside what the same machine can do at most."""
