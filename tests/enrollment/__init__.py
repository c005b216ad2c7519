"""From the invitation to the submitted application."""
