"""The interface that signing applications know."""
