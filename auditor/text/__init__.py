"""Text with places: bounded reading of files, YAML with the line of every value, excerpts, redaction."""
