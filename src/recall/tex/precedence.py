"""Where a fraction written with a slash needs parentheses."""

from __future__ import annotations

from collections.abc import Sequence

from recall.tex.classes import Atom, Drawn, core
from recall.tex.spacing import arrange
from recall.tex.tree import Cls, Fence, Fraction, Group, Node, Op, Symbol, only_item

_DIFFERENTIALS = ("d", "∂", "D", "Δ", "δ")
_WEAK = (Cls.BIN, Cls.REL, Cls.PUNCT, Cls.OP)


def is_fraction(node: Node) -> bool:
    """Whether a node is one fraction, and so shown with a slash."""
    item = only_item(node) if isinstance(node, Group) else node
    return isinstance(item, Fraction) and item.bar and not item.left


def beside_factor(atoms: Sequence[Atom[Drawn]], index: int) -> bool:
    """Whether the fraction at `index` has a factor at its side, which the slash would swallow."""
    before = atoms[index - 1] if index else None
    after = atoms[index + 1] if index + 1 < len(atoms) else None
    if after and after.gap < 2 and after.cls in (Cls.ORD, Cls.OP, Cls.OPEN, Cls.INNER):
        return True
    if before is None or before.sign or atoms[index].gap > 1:
        return False
    name = before.cls == Cls.OP and isinstance(before.node, Op) and before.node.name
    return name or before.cls in (Cls.ORD, Cls.CLOSE, Cls.INNER)


def after_sign(atoms: Sequence[Atom[Drawn]], index: int, text: str) -> bool:
    """Whether a fraction that starts with a sign follows another sign or operator."""
    before = atoms[index - 1] if index else None
    return text[:1] in ("−", "+", "±", "∓") and before is not None and (before.sign or before.cls == Cls.BIN)


def is_compound(group: Group, *, product: bool) -> bool:
    """Whether a part of a fraction needs parentheses; `product`: also if it has several factors."""
    atoms = arrange(group.items, lambda node: ("", False))
    depth = factors = 0
    for index, atom in enumerate(atoms):
        if atom.cls == Cls.CLOSE:
            depth -= 1
        elif depth == 0:
            if atom.cls in _WEAK or (atom.sign and product):
                return len(atoms) > 1
            if is_fraction(atom.node):
                return True
            factors += not (index and _is_argument(atoms, index))
        depth += atom.cls == Cls.OPEN
    return product and factors > 1 and not _is_differential(atoms)


def _is_argument(atoms: Sequence[Atom[Drawn]], index: int) -> bool:
    """Whether an atom is (or opens) the bracketed argument of the letter before it: `P(B)`, but not `n(n-1)`.

    Brackets round a sum may be a factor; a function of a sum loses nothing by parentheses of its own.
    """
    atom = atoms[index]
    if atoms[index - 1].cls != Cls.ORD:
        return False
    if isinstance(atom.node, Fence):
        return not any(_has_sum(arrange(body.items, lambda node: ("", False))) for body in atom.node.bodies)
    return atom.cls == Cls.OPEN and not _has_sum(atoms[index + 1 :])


def _has_sum(atoms: Sequence[Atom[Drawn]]) -> bool:
    """Whether a sum stands here, up to the bracket that closes."""
    depth = 0
    for atom in atoms:
        depth += (atom.cls == Cls.OPEN) - (atom.cls == Cls.CLOSE)
        if depth < 0:
            return False
        if depth == 0 and atom.cls == Cls.BIN:
            return True
    return False


def _is_differential(atoms: Sequence[Atom[Drawn]]) -> bool:
    """Whether the atoms are one d or ∂ and one variable: `dx` in dy/dx."""
    first = core(atoms[0].node)
    return len(atoms) == 2 and isinstance(first, Symbol) and first.text in _DIFFERENTIALS
