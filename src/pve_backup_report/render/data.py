"""What machine outputs are made of."""

Data = dict[str, object]
"""An object of JSON: keys of the promise, values that ``json`` can write."""
