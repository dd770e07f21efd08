"""Many decimal numbers at once, to the bits of `float()`: NumPy reads eight digits in one word.

A number without exponent is `digits / 10**places`. Both are whole and exact where there are at most
19 digits, and one division rounds once:

    digits < 2**53    in float64
    else              in the 80 bits of a processor that has them; rounded again, to 53 bits of
                      mantissa, that is right unless the 64 bits end half way between two floats

Whatever else there is, is left to `float()`.
"""

import numpy as np
from numpy.typing import NDArray

from warmer.tables.table import Array

_EIGHT = 8
_MOST = 19  # digits that fit 64 bits whatever they are
_ODD = np.zeros(256, np.bool_)
_ODD[list(b"eE+ \t")] = True
_TENS = 10 ** np.arange(_MOST + 1, dtype=np.uint64)
_MASKS = np.array([0] + [2**64 - 2 ** (8 * (8 - n)) for n in range(1, 9)], np.uint64)
_EXTENDED = np.finfo(np.longdouble).nmant == 63 and np.dtype(np.longdouble).itemsize == 16

Places = NDArray[np.int64]
Whole = NDArray[np.uint64]


def decimals(block: bytes, ends: Places) -> Array | None:
    """Read numbers that follow one another, each with one byte behind it.

    Parameters:
        block: digits, signs, points, exponents, blanks; and what stands between the numbers.
        ends: where each number ends, from the start of the block.

    Returns:
        The numbers, or `None` if one is none.
    """
    data = np.frombuffer(bytes(3 * _EIGHT) + block, np.uint8)  # so that each has bytes before it
    ends = ends + 3 * _EIGHT
    starts = np.concatenate([[3 * _EIGHT], ends[:-1] + 1])
    odd = np.zeros(len(ends), np.bool_)
    odd[np.searchsorted(ends, np.flatnonzero(_ODD[data]))] = True
    negative = data[starts] == ord("-")
    minus = np.flatnonzero(data == ord("-"))
    if len(minus) != np.count_nonzero(negative):
        cells = np.searchsorted(ends, minus)
        odd[cells[starts[cells] != minus]] = True
    points = _points(data, ends, odd)
    before = points - starts - negative
    places = np.maximum(ends - points - 1, 0)
    odd |= (before > _EIGHT) | (places > _MOST) | (before + places < 1)
    whole = _word(data, points, before)
    odd |= (whole > 0) & (before + places > _MOST)
    places = np.where(odd, 0, places)
    digits = whole * _TENS[places] + _fraction(data, ends, places)
    values = _divided(digits, places, odd)
    np.negative(values, out=values, where=negative)
    first = 3 * _EIGHT
    try:
        for cell in np.flatnonzero(odd).tolist():
            values[cell] = float(block[starts[cell] - first : ends[cell] - first])
    except ValueError:
        return None
    return values


def _points(data: NDArray[np.uint8], ends: Places, odd: NDArray[np.bool_]) -> Places:
    """Return where the point of each number stands, or its end; a second point is odd."""
    points = np.flatnonzero(data == ord("."))
    cells = np.searchsorted(ends, points)
    found = ends.copy()
    found[cells] = points
    if len(cells) > 1:
        odd[cells[1:][cells[1:] == cells[:-1]]] = True
    return found


def _fraction(data: NDArray[np.uint8], ends: Places, places: Places) -> Whole:
    """Read the digits behind the point."""
    digits = _word(data, ends, np.minimum(places, _EIGHT))
    for above in (1, 2):
        length = np.clip(places - above * _EIGHT, 0, _EIGHT)
        if length.any():
            digits += _word(data, ends - above * _EIGHT, length) * _TENS[above * _EIGHT]
    return digits


def _word(data: NDArray[np.uint8], ends: Places, lengths: Places) -> Whole:
    """Read up to eight digits that end at these places.

    The first digit is in the lowest byte. Pairs of digits become numbers below 100, pairs of
    these below 10,000, and so on: each multiplication adds the upper one of a pair to ten times
    (a hundred times, ...) the lower one.
    """
    words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))[ends - _EIGHT]
    words = words.astype(np.uint64, copy=False)
    words &= _MASKS[np.minimum(lengths, _EIGHT)]
    for mask, factor, shift in (
        (0x0F0F0F0F0F0F0F0F, 10 * 2**8 + 1, 8),
        (0x00FF00FF00FF00FF, 100 * 2**16 + 1, 16),
        (0x0000FFFF0000FFFF, 10_000 * 2**32 + 1, 32),
    ):
        words &= np.uint64(mask)
        words *= np.uint64(factor)
        words >>= np.uint64(shift)
    return words


def _divided(digits: Whole, places: Places, odd: NDArray[np.bool_]) -> Array:
    """Return `digits / 10**places`, rounded once; where that is not certain, the number is odd."""
    values = digits.astype(np.float64) / _TENS[places].astype(np.float64)
    long = np.flatnonzero(digits >= np.uint64(2**53))
    if not _EXTENDED:
        odd[long] = True
    elif len(long):
        exact = digits[long].astype(np.longdouble) / _TENS[places[long]].astype(np.longdouble)
        values[long] = exact.astype(np.float64)
        odd[long[exact.view(np.uint64)[::2] & np.uint64(0x7FF) == np.uint64(0x400)]] = True
    return values
