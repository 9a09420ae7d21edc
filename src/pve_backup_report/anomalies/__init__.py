"""The open room of rules: one file per thing that can be wrong, found by the type of its constant."""
