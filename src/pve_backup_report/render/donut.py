"""The ring of the first screen: its arcs as SVG paths."""

from math import cos, pi, sin

CIRCLE = 1000  # parts of the ring
_CENTRE, _RADIUS = 60, 48
_GAP, _LEAST = 6, 3  # parts left free between two arcs, and the least that an arc keeps


def arc(start: int, length: int) -> str:
    """Return the path of one arc in a view box of 120 by 120, beginning at the top and running clockwise.

    Args:
        start: where it begins, in thousandths of the ring.
        length: how long it is, the same way; the whole ring is drawn without a gap.
    """
    if length >= CIRCLE:
        top, bottom = _point(0), _point(CIRCLE // 2)
        return f"M{top}A{_RADIUS} {_RADIUS} 0 0 1 {bottom}A{_RADIUS} {_RADIUS} 0 0 1 {top}"
    shown = max(length - _GAP, _LEAST)
    large = int(shown > CIRCLE // 2)
    return f"M{_point(start)}A{_RADIUS} {_RADIUS} 0 {large} 1 {_point(start + shown)}"


def _point(part: int) -> str:
    angle = 2 * pi * part / CIRCLE
    return f"{_CENTRE + _RADIUS * sin(angle):.2f} {_CENTRE - _RADIUS * cos(angle):.2f}"
