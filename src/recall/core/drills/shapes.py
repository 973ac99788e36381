"""Drills on shapes: of gradients, einsum, broadcasting."""

from __future__ import annotations

from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance
from recall.core.drills.exact import vector
from recall.core.drills.rational import plus
from recall.core.drills.tex import row_tex
from recall.core.drills.wording import SHAPE, both, question, steps, wrong
from recall.core.model import Text


@drill("gradient-shape", "la.matrix-calculus", "梯度的形状", "Shape of a gradient")
def _gradient_shape(random: Random) -> Instance:
    rows, inner, columns = random.sample((2, 3, 4, 5, 6, 8, 10, 12, 16, 32, 64), 3)
    shapes = {"X": (rows, inner), "W": (inner, columns)}
    name = random.choice(("X", "W"))
    other = "X" if name == "W" else "W"
    how = r"X^\top \frac{\partial L}{\partial Y}" if name == "W" else r"\frac{\partial L}{\partial Y} W^\top"
    shape, jacobian = shapes[name], rf"$\partial Y/\partial {name}$"
    given = rf"X \in \mathbb{{R}}^{{{rows} \times {inner}}},\quad W \in \mathbb{{R}}^{{{inner} \times {columns}}}"
    return instance(
        question(
            both(
                "{}，损失 {} 是标量。{} 是什么形状？",
                "{}, and the loss {} is a scalar. What is the shape of {}?",
                "Y = XW",
                "L",
                rf"\partial L/\partial {name}",
            ),
            SHAPE,
            given,
        ),
        vector(shape),
        steps(
            both("梯度与变量同形：{}。", "A gradient has the shape of its variable: {}.", name),
            f"$${how}$$",
            rf"${shape[0]} \times {shape[1]}$",
        ),
        wrong(vector(shape[::-1]), "多转置了一次", "transposed it"),
        wrong(vector((rows, columns)), "给出了 $Y$ 的形状", "gave the shape of $Y$"),
        wrong(vector(shapes[other]), f"给出了 ${other}$ 的形状", f"gave the shape of ${other}$"),
        wrong(vector((rows, columns, *shape)), f"给出了 {jacobian} 的形状", f"gave the shape of {jacobian}"),
    )


EINSUMS = (
    "ij,jk->ik",
    "ij,jk->ki",
    "ij,kj->ik",
    "bqd,bkd->bqk",
    "bqk,bkd->bqd",
    "bqd,bkd->bkq",
    "bij,jk->bik",
    "ij,ij->i",
)


@drill("einsum-shape", "la.tensors", "einsum 的形状", "Shape of an einsum")
def _einsum_shape(random: Random) -> Instance:
    pattern = random.choice(EINSUMS)
    inputs, output = pattern.split("->")
    one, other = inputs.split(",")
    letters = sorted(set(one + other))
    sizes = dict(zip(letters, random.sample(range(2, 10), len(letters)), strict=True))
    first, second, shape, everything = ([sizes[letter] for letter in word] for word in (one, other, output, letters))
    named = ",\\ ".join(f"{letter} = {size}" for letter, size in sizes.items())
    summed = ",\\ ".join(letter for letter in letters if letter not in output)
    return instance(
        question(
            Text(
                f"$A$ 的形状是 ${row_tex(first)}$，$B$ 的形状是 ${row_tex(second)}$。"
                f"`einsum('{pattern}', A, B)` 是什么形状？",
                f"$A$ has shape ${row_tex(first)}$, $B$ has shape ${row_tex(second)}$. "
                f"What is the shape of `einsum('{pattern}', A, B)`?",
            ),
            SHAPE,
        ),
        vector(shape),
        steps(
            f"${named}$",
            both("箭头后没有的指标被求和：{}。", "Indices missing behind the arrow are summed: {}.", summed),
            f"${row_tex(shape)}$",
        ),
        wrong(vector(everything), "没有求和，保留了所有指标", "summed nothing, kept every index"),
        wrong(
            vector(shape[::-1] if len(shape) > 1 else [*shape, *shape]),
            "输出指标的次序错",
            "the output indices are out of order",
        ),
        wrong(vector(first), "给出了 $A$ 的形状", "gave the shape of $A$"),
        wrong(vector(second), "给出了 $B$ 的形状", "gave the shape of $B$"),
        wrong(vector([*first, *second]), "把两个形状接在一起", "joined the two shapes"),
    )


@drill("broadcast-shape", "la.tensors", "广播的形状", "Shape of a broadcast")
def _broadcast_shape(random: Random) -> Instance:
    full = random.sample(range(2, 10), 3)
    first = [size if random.random() < 0.6 else 1 for size in full]
    second = [size if kept == 1 or random.random() < 0.3 else 1 for size, kept in zip(full, first, strict=True)]
    if first[0] == 1:
        first[0], second[0] = full[0], 1
    if second[0] == 1 and random.random() < 0.6:
        second = second[1:]
    if full in (first, second) or first == second:
        raise Redraw
    padded = [1] * (3 - len(second)) + second
    leftwards = [*second, *[1] * (3 - len(second))]
    return instance(
        question(
            both(
                "{} 的形状是 {}，{} 的形状是 {}。按广播规则，{} 是什么形状？",
                "{} has shape {}, {} has shape {}. By the rules of broadcasting, what is the shape of {}?",
                "A",
                row_tex(first),
                "B",
                row_tex(second),
                "A + B",
            ),
            SHAPE,
        ),
        vector(full),
        steps(
            both(
                "右对齐，前面补 1：{} 与 {}。",
                "Align to the right, pad with 1: {} and {}.",
                row_tex(first),
                row_tex(padded),
            ),
            both("每维取较大者：{}。", "Each size is the larger one: {}.", row_tex(full)),
        ),
        wrong(vector(first), "给出了 $A$ 的形状", "gave the shape of $A$"),
        wrong(vector(second), "给出了 $B$ 的形状", "gave the shape of $B$"),
        wrong(vector(list(map(max, zip(first, leftwards, strict=True)))), "左对齐了", "aligned to the left"),
        wrong(vector([*first, *second]), "把两个形状接在一起", "joined the two shapes"),
        wrong(vector(list(map(min, zip(first, padded, strict=True)))), "取了较小者", "took the smaller sizes"),
        wrong(vector(plus(first, padded)), "把大小相加了", "added the sizes"),
    )
