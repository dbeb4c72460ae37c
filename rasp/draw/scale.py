"""The colours of attention weights: a scale on which equal steps of weight look like equal steps of lightness."""

from __future__ import annotations

from rasp.draw.flow import LEVELS

# Björn Ottosson's Oklab: linear RGB to cone responses, and their cube roots to lightness and two axes of colour.
_TO_CONES = ((0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
             (0.0883024619, 0.2817188376, 0.6299787005))  # fmt: skip
_TO_LAB = ((0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
           (0.0259040371, 0.7827717662, -0.8086757660))  # fmt: skip
_FROM_LAB = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_CONES = ((4.0767416621, -3.3077115913, 0.2309699292), (-1.2684380046, 2.6097574011, -0.3413193965),
               (-0.0041960863, -0.7034186147, 1.7076147010))  # fmt: skip


def weight_scale(paper: str, middle: str, deepest: str) -> list[str]:
    """The colours of weights from 0 to 1: equal steps of weight are equal steps of perceived lightness, as in Oklab.

    >>> weight_scale("#ffffff", "#33659a", "#12304f")[::10]
    ['#ffffff', '#7093ba', '#12304f']
    """
    light, between, dark = (_lab(color) for color in (paper, middle, deepest))
    turn = abs((between[0] - light[0]) / (dark[0] - light[0]))  # where the middle colour has its own lightness
    colors = []
    for level in range(LEVELS + 1):
        share = level / LEVELS
        if share <= turn:
            colors.append(_hex(_mix(light, between, share / turn)))
        else:
            colors.append(_hex(_mix(between, dark, (share - turn) / (1 - turn))))
    return colors


def _mix(first: list[float], last: list[float], share: float) -> list[float]:
    return [a + (b - a) * share for a, b in zip(first, last, strict=True)]


def _times(matrix: tuple[tuple[float, ...], ...], vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _lab(color: str) -> list[float]:
    """Lightness and colour axes of an sRGB colour."""
    parts = [part / 255 for part in bytes.fromhex(color[1:])]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return _times(_TO_LAB, [cone ** (1 / 3) for cone in _times(_TO_CONES, linear)])


def _hex(lab: list[float]) -> str:
    """The sRGB colour of lightness and colour axes."""
    linear = _times(_FROM_CONES, [root**3 for root in _times(_FROM_LAB, lab)])
    clipped = [min(max(part, 0.0), 1.0) for part in linear]
    parts = [12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in clipped]
    return f"#{bytes(round(255 * part) for part in parts).hex()}"
