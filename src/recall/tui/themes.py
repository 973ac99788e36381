"""The two colour themes: few colours, each with one meaning."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="recall-dark",
    dark=True,
    background="#16181d",
    surface="#1c1f26",
    panel="#242832",
    foreground="#d7dae0",
    primary="#7aa2f7",
    secondary="#8a90a0",
    accent="#e0af68",
    success="#8fbf7f",
    warning="#e0af68",
    error="#e06c75",
)

LIGHT = Theme(
    name="recall-light",
    dark=False,
    background="#fbfaf7",
    surface="#f3f1ec",
    panel="#e9e6df",
    foreground="#2b2d33",
    primary="#2f5fb3",
    secondary="#6b7080",
    accent="#9a6400",
    success="#3d7a35",
    warning="#9a6400",
    error="#b3303a",
)

BY_SETTING = {"dark": DARK.name, "light": LIGHT.name}
"""The setting `theme` and the theme it names."""
