"""Arithmetic on numbers that strangers type: a value stays exact where it can, and small enough for the next step.

Fractions are exact until a root, a logarithm, pi or e makes a float of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from recall.core.number_fault import NumberFault, NumberTextError

Real = Fraction | float

_MAX_BITS = 4_096
"""Of the numerator and the denominator of any value on the way."""
_MAX_MAGNITUDE = 1_000
"""Binary logarithm of the largest value on the way, and of one over the smallest: a float can hold all between."""

CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}


def bounded(value: Real) -> Real:
    """The value itself, if it is one that later steps can work with at once; else raises NumberTextError too-big."""
    if isinstance(value, Fraction):
        magnitude = value.numerator.bit_length() - value.denominator.bit_length()
        is_fine = _bits(value) <= _MAX_BITS and (value == 0 or abs(magnitude) <= _MAX_MAGNITUDE)
    else:
        is_fine = math.isfinite(value)
    if not is_fine:
        raise NumberTextError(NumberFault.TOO_BIG)
    return value


def applied(function: Callable[[Real], Real], argument: Real) -> Real:
    """The function of the argument; raises NumberTextError undefined for math's ValueError, outside of its domain."""
    try:
        return bounded(function(argument))
    except ValueError:
        raise NumberTextError(NumberFault.UNDEFINED) from None


def raised(base: Real, exponent: Real) -> Real:
    """`base ** exponent`: exact for whole exponents where that is small enough.

    Raises NumberTextError, and ZeroDivisionError and OverflowError as division and `**` do.
    """
    if base == 0 and exponent < 0:
        raise ZeroDivisionError
    is_whole = exponent == int(exponent)
    if base < 0 and not is_whole:
        raise NumberTextError(NumberFault.UNDEFINED)
    if isinstance(base, Fraction) and is_whole and _bits(base) * abs(int(exponent)) <= _MAX_BITS:
        return bounded(base ** int(exponent))
    if exponent == Fraction(1, 2):
        return _square_root(base)
    power: float = float(base) ** float(exponent)
    if power == 0 != base:
        raise OverflowError
    return bounded(power)


def _square_root(value: Real) -> Real:
    if isinstance(value, Fraction) and value >= 0:
        root = Fraction(math.isqrt(value.numerator), math.isqrt(value.denominator))
        if root * root == value:
            return root
    return math.sqrt(value)


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())


FUNCTIONS: dict[str, Callable[[Real], Real]] = {
    "sqrt": _square_root,
    "√": _square_root,
    "exp": lambda exponent: raised(math.e, exponent),
    "ln": math.log,
    "log": math.log,
}
