"""Commands of the certificates: the embedded authority, and activation in the demo."""
