"""The drills of linear algebra, computed again with NumPy from what their questions say."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]


def matrices(question: str) -> list[Array]:
    """The matrices of numbers in a question, in order."""
    bodies = re.findall(r"\\begin\{bmatrix\}([-0-9 &\\]+)\\end\{bmatrix\}", question)
    return [np.array([[float(cell) for cell in row.split("&")] for row in body.split(r"\\")]) for body in bodies]


def columns(question: str) -> list[Array]:
    """The columns of numbers in a question, as vectors."""
    return [matrix[:, 0] for matrix in matrices(question) if matrix.shape[1] == 1]


def tuples(question: str) -> list[tuple[int, ...]]:
    """The tuples of numbers in a question, such as points and shapes."""
    found = re.findall(r"\((-?\d+(?:, -?\d+)*)\)", question)
    return [tuple(map(int, inside.split(", "))) for inside in found]


def whole_numbers(text: str) -> list[int]:
    """The whole numbers that stand alone between dollars or are listed there."""
    return [int(found) for found in re.findall(r"(?<![\d^_A-Za-z])-?\d+(?![\dA-Za-z])", text)]


def between(question: str, start: str, end: str) -> str:
    return question.split(start, 1)[1].split(end, 1)[0]


def matrix_vector(question: str) -> Array:
    a, x = matrices(question)
    return np.asarray(np.einsum("ij,j->i", a, x[:, 0]))


def linear_system(question: str) -> Array:
    a, b = matrices(question)
    return np.linalg.solve(a, b[:, 0])


def null_space(question: str) -> float:
    (a,) = matrices(question)
    return float(np.sum(np.linalg.eigvalsh(a.T @ a) < 1e-9))


def coordinates(question: str) -> Array:
    first, second, v = columns(question)
    return np.linalg.solve(np.column_stack([first, second]), v)


def reflection(question: str) -> Array:
    """A Householder matrix: the normal changes sign."""
    (u,) = columns(question)
    normal = np.array([u[1], -u[0]]) / np.linalg.norm(u)
    return np.asarray(np.eye(2) - 2 * np.outer(normal, normal))


def eigenvalues(question: str) -> Array:
    (a,) = matrices(question)
    return np.linalg.eigvals(a).real


def eigenvalues_of_power(question: str) -> Array:
    """Rounded: repeated eigenvalues are known to a few digits only."""
    (a,) = matrices(question)
    power = int(between(question, "$A^", "$"))
    return np.round(np.linalg.eigvals(np.linalg.matrix_power(a, power)).real)


def eigenvalues_of_polynomial(question: str) -> Array:
    """From a full matrix with the two eigenvalues."""
    one, other = whole_numbers(between(question, "eigenvalues", "Find"))
    change = np.array([[1.0, 2.0], [3.0, 4.0]])
    a = change @ np.diag([one, other]) @ np.linalg.inv(change)
    linear, constant = (
        float(sign + (size or "1")) if size is not None else 0.0
        for sign, size in re.findall(r"([+-]) (\d*)[AI]", between(question, "A^2", "$"))
    )
    return np.linalg.eigvals(a @ a + linear * a + constant * np.eye(2)).real


def eigenvalue_of_vector(question: str) -> float:
    a, v = matrices(question)
    factor = np.linalg.lstsq(v, a @ v, rcond=None)[0]
    assert np.allclose(a @ v, v @ factor)
    return factor.item()


def third_eigenvalue(question: str) -> float:
    left = list(eigenvalues(question))
    for known in whole_numbers(question.split("$$")[0]):
        nearest = min(left, key=lambda value: abs(value - known))
        assert abs(nearest - known) < 1e-6
        left.remove(nearest)
    return float(left[0])


def spectral(question: str) -> Array:
    along, across = whole_numbers(between(question, "eigenvalues", "with"))
    vectors = np.column_stack(columns(question))
    return np.asarray(vectors @ np.diag([along, across]) @ np.linalg.inv(vectors))


def positive_definite(question: str) -> float:
    """The determinant is linear in t: where it vanishes, from two values; just above, both eigenvalues are positive."""
    found = re.search(r"\{bmatrix\}(-?\d+) & (-?\d+) \\\\ (-?\d+) & t", question)
    assert found is not None

    def filled(t: float) -> Array:
        return np.array([[int(found[1]), int(found[2])], [int(found[3]), t]])

    at_zero, at_one = np.linalg.det(filled(0)), np.linalg.det(filled(1))
    bound = float(-at_zero / (at_one - at_zero))
    assert np.linalg.eigvalsh(filled(bound + 0.01)).min() > 0 > np.linalg.eigvalsh(filled(bound - 0.01)).min()
    return bound


def low_rank_error(question: str) -> float:
    """The best approximation by truncating the decomposition of a diagonal matrix."""
    values = whole_numbers(between(question, "singular values $", "$").replace("\\", ""))
    rank = int(between(question, "of rank $", "$"))
    left, sizes, right = np.linalg.svd(np.diag(np.array(values, dtype=float)))
    best = left[:, :rank] * sizes[:rank] @ right[:rank]
    return float(np.linalg.norm(np.diag(values) - best))


def explained_variance(question: str) -> float:
    (c,) = matrices(question)
    values = np.linalg.eigvalsh(c)
    return float(values[-1] / values.sum())


def norms(question: str) -> Array:
    (x,) = columns(question)
    return np.array([np.linalg.norm(x, order) for order in (1, 2, np.inf)])


def matrix_norms(question: str) -> Array:
    (a,) = matrices(question)
    return np.array([np.linalg.norm(a, 1), np.linalg.norm(a, np.inf), np.trace(a.T @ a)])


def cosine(question: str) -> float:
    x, y = columns(question)
    return float(np.dot(x / np.linalg.norm(x), y / np.linalg.norm(y)))


def projection(question: str) -> Array:
    a, b = matrices(question)
    return np.asarray(a @ np.linalg.lstsq(a, b, rcond=None)[0])[:, 0]


def least_squares(question: str) -> Array:
    xs, ys = zip(*tuples(question), strict=True)
    design = np.column_stack([np.ones(len(xs)), xs])
    return np.asarray(np.linalg.lstsq(design, np.array(ys, dtype=float), rcond=None)[0])


def gram_schmidt(question: str) -> Array:
    u, v = matrices(question)
    return np.asarray(v - u @ np.linalg.pinv(u) @ v)[:, 0]


def triangular_factor(question: str) -> Array:
    """The transposed Cholesky factor of the Gram matrix."""
    (a,) = matrices(question)
    return np.linalg.cholesky(a.T @ a).T


def gradient(function: Callable[[Array], Any], at: Array) -> Array:
    """By central differences, which are exact for quadratic functions."""
    steps = np.eye(at.size).reshape(at.size, *at.shape)
    slopes = np.array([(function(at + step) - function(at - step)) / 2 for step in steps])
    return slopes.reshape(at.shape) if slopes.ndim == 1 else slopes.T


def quadratic_gradient(question: str) -> Array:
    a, b, x = matrices(question)
    return gradient(lambda point: point @ a @ point + b[:, 0] @ point, x[:, 0])


def least_squares_gradient(question: str) -> Array:
    a, b, x = matrices(question)
    return gradient(lambda point: np.sum((a @ point - b[:, 0]) ** 2), x[:, 0])


def jacobian(question: str) -> Array:
    """No component has more than the square of a variable, so that central differences are exact."""
    body = between(question, r"\begin{bmatrix}", r"\end{bmatrix}")
    spaced = [re.sub(r"(?<=[0-9xy])(?=[xy])", "*", component) for component in body.split(r"\\")]
    codes = [compile(component.strip().replace("^", "**"), "component", "eval") for component in spaced]
    (at,) = tuples(question.replace("(x, y)", ""))
    return gradient(
        lambda point: np.array([eval(code, {"x": point[0], "y": point[1]}) for code in codes]),
        np.array(at, dtype=float),
    )


def linear_layer(question: str) -> Array:
    """L = <G, XW> has the gradient G with respect to Y."""
    x, g = matrices(question)
    return gradient(lambda w: np.sum(g * (x @ w)), np.zeros((x.shape[1], g.shape[1])))


def gradient_shape(question: str) -> tuple[int, ...]:
    """From the chain rule with arrays of the shapes given."""
    found = re.findall(r"([XW]) \\in \\mathbb\{R\}\^\{(\d+) \\times (\d+)\}", question)
    arrays = {name: np.ones((int(rows), int(width))) for name, rows, width in found}
    upstream = np.ones_like(arrays["X"] @ arrays["W"])
    gradients = {"X": upstream @ arrays["W"].T, "W": arrays["X"].T @ upstream}
    return gradients[between(question, r"\partial L/\partial ", "$")].shape


def einsum_shape(question: str) -> tuple[int, ...]:
    one, other = tuples(question)[:2]
    return np.shape(np.einsum(between(question, "einsum('", "'"), np.ones(one), np.ones(other)))


def broadcast_shape(question: str) -> tuple[int, ...]:
    one, other = tuples(question)
    return (np.zeros(one) + np.zeros(other)).shape


CHECKS: dict[str, Callable[[str], Any]] = {
    "matrix-product": lambda question: np.einsum("ij,jk->ik", *matrices(question)),
    "matrix-vector": matrix_vector,
    "determinant-2": lambda question: np.linalg.det(matrices(question)[0]),
    "determinant-3": lambda question: np.linalg.det(matrices(question)[0]),
    "inverse-2": lambda question: np.linalg.inv(matrices(question)[0]),
    "linear-system": linear_system,
    "rank": lambda question: np.linalg.matrix_rank(matrices(question)[0]),
    "null-space": null_space,
    "coordinates": coordinates,
    "reflection": reflection,
    "eigenvalues-2": eigenvalues,
    "eigenvalues-triangular": eigenvalues_of_power,
    "eigenvalues-polynomial": eigenvalues_of_polynomial,
    "eigenvector": eigenvalue_of_vector,
    "third-eigenvalue": third_eigenvalue,
    "spectral": spectral,
    "positive-definite": positive_definite,
    "singular-values": lambda question: np.linalg.svd(matrices(question)[0])[1],
    "rank-one-error": lambda question: np.linalg.svd(matrices(question)[0])[1][1],
    "low-rank-error": low_rank_error,
    "condition-number": lambda question: np.linalg.cond(matrices(question)[0]),
    "pseudoinverse": lambda question: np.linalg.pinv(matrices(question)[0]),
    "explained-variance": explained_variance,
    "norms": norms,
    "matrix-norms": matrix_norms,
    "cosine": cosine,
    "projection": projection,
    "least-squares": least_squares,
    "gram-schmidt": gram_schmidt,
    "qr": triangular_factor,
    "quadratic-gradient": quadratic_gradient,
    "least-squares-gradient": least_squares_gradient,
    "jacobian": jacobian,
    "linear-layer-gradient": linear_layer,
    "gradient-shape": gradient_shape,
    "einsum-shape": einsum_shape,
    "broadcast-shape": broadcast_shape,
}
