"""Finds items by text, by what they are and by how well they are known."""

from recall.search.figures import Figures, Order, due_of
from recall.search.inventory import Inventory

__all__ = ["Figures", "Inventory", "Order", "due_of"]
