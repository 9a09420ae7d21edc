"""Evidence in one file: a tape with its reports and checksums, and names that give nobody away."""
