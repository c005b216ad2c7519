"""The interface that signing applications know from the national authority's E-Sign client, served from here."""
