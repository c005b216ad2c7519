"""Lists of personnel as officers send them: read, checked row by row, written to the registry, invited."""
