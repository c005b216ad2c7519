"""Holders: their accounts, profiles and sign-in."""
