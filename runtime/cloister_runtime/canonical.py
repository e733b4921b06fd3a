"""Canonical JSON (RFC 8785), equal byte for byte to `contracts/schemas/canonical.ts`."""

import hashlib
import json
import math


def canonical_json(value: object) -> str:
    """The text; raises ValueError for what JSON does not hold."""
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float):
        return es6_number(float(value))
    if isinstance(value, list | tuple):
        return "[" + ",".join(canonical_json(item) for item in value) + "]"
    if isinstance(value, dict):
        # Keys in the order of their UTF-16 code units, which is not that of code points.
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        members = (
            f"{json.dumps(key, ensure_ascii=False)}:{canonical_json(value[key])}" for key in keys
        )
        return "{" + ",".join(members) + "}"
    raise ValueError(f"JSON holds no {type(value).__name__}")


def es6_number(number: float) -> str:
    """`Number::toString` of ECMAScript: shortest digits, exponents below 1e-6 and from 1e21."""
    if not math.isfinite(number):
        raise ValueError("JSON holds no NaN or infinity")
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    digits, point = _digits(abs(number))
    count = len(digits)
    if count <= point <= 21:
        text = digits + "0" * (point - count)
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        fraction = f".{digits[1:]}" if count > 1 else ""
        text = f"{digits[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + text


def _digits(number: float) -> tuple[str, int]:
    """Shortest decimal digits and the place of the point: 0.00123 is ("123", -2)."""
    mantissa, _, exponent = repr(number).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    return stripped.rstrip("0"), point


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def digest_of(value: object) -> str:
    return sha256(canonical_json(value).encode("utf-8", "surrogatepass"))
