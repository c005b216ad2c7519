"""Holders: their accounts, profiles and sign-in under /akun/, all of it as the institution's procedure asks."""
