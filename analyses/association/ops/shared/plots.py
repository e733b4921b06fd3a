"""Data of pictures, thinned to what an eye can tell apart."""

import json
import math
from typing import Any

import numpy as np

# Everything beyond is drawn; the rest fills pixels.
ALWAYS = 3.0
PIXELS_X, PIXELS_Y = 2000, 100


def thin(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Numbers of the points to draw: all with y above `ALWAYS`, one a pixel of the others, the
    first."""
    keep = y > ALWAYS
    low = np.flatnonzero(~keep & np.isfinite(y))
    if low.size:
        pixel_x = _pixels(x[low], PIXELS_X)
        pixel_y = np.minimum((y[low] / ALWAYS * PIXELS_Y).astype(np.int64), PIXELS_Y)
        _, first = np.unique(pixel_x * (PIXELS_Y + 1) + pixel_y, return_index=True)
        keep[low[first]] = True
    return np.flatnonzero(keep)


def _pixels(x: np.ndarray, pixels: int) -> np.ndarray:
    width = x.max() - x.min()
    return ((x - x.min()) / (width or 1) * (pixels - 1)).astype(np.int64)


def manhattan(
    rows: dict[str, list[Any]], *, phenotype: str, threshold: float, build: str | None
) -> str:
    """Columns of the points drawn, by chromosome and position."""
    chromosomes = np.array([int(name) for name in rows["chromosome"]], np.int64)
    positions = np.array(rows["position"], np.int64)
    y = np.array(rows["neglog10p"], float)
    # Chromosomes side by side: none is longer.
    drawn = thin(chromosomes * 3e8 + positions, y) if len(y) else np.zeros(0, int)
    document = {
        "phenotype": phenotype,
        "build": build,
        "threshold": -math.log10(threshold),
        "variants": len(y),
        "points": {
            "chromosome": [rows["chromosome"][at] for at in drawn],
            "position": [rows["position"][at] for at in drawn],
            "id": [rows["id"][at] for at in drawn],
            "neglog10p": [rows["neglog10p"][at] for at in drawn],
            "k": [rows["k"][at] for at in drawn],
        },
    }
    return json.dumps(document, ensure_ascii=False) + "\n"


def qq_series(name: str, neglog10p: np.ndarray, inflation: float | None) -> dict[str, Any]:
    """Observed against expected under no association, strongest first."""
    observed = np.sort(neglog10p[np.isfinite(neglog10p)])[::-1]
    expected = -np.log10((np.arange(len(observed)) + 0.5) / max(len(observed), 1))
    drawn = thin(expected, observed) if len(observed) else np.zeros(0, int)
    return {
        "name": name,
        "lambda": inflation,
        "variants": len(observed),
        "expected": [round(value, 6) for value in expected[drawn].tolist()],
        "observed": observed[drawn].tolist(),
    }
