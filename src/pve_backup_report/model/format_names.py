"""The names of the formats that reports are written in; what makes them is heavy to load, and lies in ``render``."""

FORMAT_NAMES = ("html", "md", "md-summary", "json", "pdf", "csv", "xlsx", "prometheus", "junit", "sarif")
