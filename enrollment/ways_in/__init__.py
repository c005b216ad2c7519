"""How people come in by themselves: from the front door to an application that waits for its first check."""
