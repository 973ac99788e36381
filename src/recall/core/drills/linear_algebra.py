"""The drills of linear algebra."""

from __future__ import annotations

from recall.core.drills import calculus, eigen, geometry, matrices, singular, systems
from recall.core.drills.drill import Drill

DRILLS: tuple[Drill, ...] = (
    *matrices.DRILLS,
    *systems.DRILLS,
    *eigen.DRILLS,
    *singular.DRILLS,
    *geometry.DRILLS,
    *calculus.DRILLS,
)
