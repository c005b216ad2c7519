"""Tags of the certificate's pages."""
