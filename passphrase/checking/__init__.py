"""The public check: who signed a PDF, is it untouched, was the certificate good then. Nothing uploaded is kept."""
