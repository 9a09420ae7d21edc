"""The nouns: frozen values that know only the standard library."""
