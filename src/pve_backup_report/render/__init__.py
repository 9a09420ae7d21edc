"""The open room of outputs: report to text."""
