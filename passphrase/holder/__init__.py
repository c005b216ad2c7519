"""/akun/sertifikat/: a certificate's whole life as its holder sees it, with or without an account."""
