"""Drills on information theory, in bits, with probabilities that are powers of 1/2."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import log, log2
from random import Random

from recall.core.answers import Number
from recall.core.drills.drill import Instance, Redraw, drill, instance
from recall.core.drills.exact import quantity, rounded
from recall.core.drills.tex import number_tex, row_tex
from recall.core.drills.wording import FRACTION, question, steps, wrong
from recall.core.model import Text

SHAPES = ((1, 1), (1, 2, 2), (2, 2, 2, 2), (1, 2, 3, 3), (2, 2, 2, 3, 3), (1, 3, 3, 3, 3), (1, 2, 3, 4, 4))
"""Exponents of distributions of powers of 1/2."""

Distribution = Sequence[Fraction]


def _bits(probability: Fraction) -> int:
    """-log2 of a power of 1/2."""
    return probability.denominator.bit_length() - 1


def _cross_entropy(p: Distribution, q: Distribution) -> Fraction:
    return sum((weight * _bits(other) for weight, other in zip(p, q, strict=True)), Fraction(0))


def _entropy(p: Distribution) -> Fraction:
    return _cross_entropy(p, p)


def _draw(random: Random, outcomes: int) -> list[Fraction]:
    exponents = list(random.choice([shape for shape in SHAPES if len(shape) == outcomes]))
    random.shuffle(exponents)
    return [Fraction(1, 2**exponent) for exponent in exponents]


def _terms(p: Distribution, q: Distribution) -> str:
    return "+".join(rf"{number_tex(a)}\cdot {_bits(b)}" for a, b in zip(p, q, strict=True))


def _bit(value: Fraction | float) -> Number:
    return rounded(value, "bit") if isinstance(value, float) else quantity(value, "bit")


@drill("entropy", "oi.entropy", "离散分布的熵", "Entropy of a distribution")
def _entropy_drill(random: Random) -> Instance:
    p = _draw(random, random.choice((3, 4, 5)))
    answer = _entropy(p)
    return instance(
        question(
            Text(rf"求分布 $p={row_tex(p)}$ 的熵，单位比特。", rf"Find the entropy of $p={row_tex(p)}$ in bits."),
            FRACTION,
        ),
        _bit(answer),
        steps(r"$H=-\sum p_i\log_2 p_i$", rf"$={_terms(p, p)}$", rf"$={number_tex(answer)}$"),
        wrong(_bit(float(answer) * log(2)), "用了自然对数，单位是 nat", "natural logarithm: nats, not bits"),
        wrong(_bit(Fraction(sum(map(_bits, p)))), "没有按概率加权", "not weighted by the probabilities"),
        wrong(_bit(Fraction(sum(map(_bits, p)), len(p))), "按等概率取了平均", "a plain average of the surprises"),
        wrong(_bit(log2(len(p))), "这是均匀分布的熵", "the entropy of the uniform distribution"),
        wrong(_bit(Fraction(min(map(_bits, p)))), "这是最小熵，只看最大概率", "the min-entropy"),
        wrong(_bit(-answer), "漏了负号", "the minus sign is missing"),
    )


def _two(random: Random) -> tuple[list[Fraction], list[Fraction]]:
    outcomes = random.choice((3, 4, 5))
    p, q = _draw(random, outcomes), _draw(random, outcomes)
    if p == q:
        raise Redraw
    return p, q


@drill("cross-entropy", "oi.cross-entropy", "交叉熵", "Cross-entropy")
def _cross_entropy_drill(random: Random) -> Instance:
    p, q = _two(random)
    answer = _cross_entropy(p, q)
    return instance(
        question(
            Text(
                rf"真实分布 $p={row_tex(p)}$，模型分布 $q={row_tex(q)}$。求交叉熵 $H(p,q)$，单位比特。",
                rf"The true distribution is $p={row_tex(p)}$, the model's $q={row_tex(q)}$. "
                "Find the cross-entropy $H(p,q)$ in bits.",
            ),
            FRACTION,
        ),
        _bit(answer),
        steps(r"$H(p,q)=-\sum p_i\log_2 q_i$", rf"$={_terms(p, q)}$", rf"$={number_tex(answer)}$"),
        wrong(_bit(_cross_entropy(q, p)), "$p$ 与 $q$ 的位置反了", "$p$ and $q$ exchanged"),
        wrong(_bit(_entropy(p)), "这是 $p$ 的熵", "the entropy of $p$"),
        wrong(_bit(_entropy(q)), "这是 $q$ 的熵", "the entropy of $q$"),
        wrong(_bit(answer - _entropy(p)), "这是 KL 散度，少了 $H(p)$", "the KL divergence, without $H(p)$"),
        wrong(_bit(answer + _entropy(p)), "多加了一次 $H(p)$", "$H(p)$ added once too often"),
        wrong(_bit(float(answer) * log(2)), "用了自然对数，单位是 nat", "natural logarithm: nats, not bits"),
    )


@drill("kl-divergence", "oi.kl-divergence", "KL 散度", "KL divergence")
def _kl_drill(random: Random) -> Instance:
    p, q = _two(random)
    cross, own = _cross_entropy(p, q), _entropy(p)
    terms = "+".join(
        rf"{number_tex(a)}\cdot {gap if (gap := _bits(b) - _bits(a)) >= 0 else f'({gap})'}"
        for a, b in zip(p, q, strict=True)
    )
    return instance(
        question(
            Text(
                rf"$p={row_tex(p)}$，$q={row_tex(q)}$。求 $D_{{\mathrm{{KL}}}}(p\,\|\,q)$，单位比特。",
                rf"$p={row_tex(p)}$, $q={row_tex(q)}$. Find $D_{{\mathrm{{KL}}}}(p\,\|\,q)$ in bits.",
            ),
            FRACTION,
        ),
        _bit(cross - own),
        steps(r"$\sum p_i\log_2(p_i/q_i)$", rf"$={terms}$", rf"$={number_tex(cross - own)}$"),
        wrong(_bit(_cross_entropy(q, p) - _entropy(q)), "方向反了", "the reverse direction"),
        wrong(_bit(cross), "这是交叉熵，没有减 $H(p)$", "the cross-entropy: $H(p)$ not subtracted"),
        wrong(_bit(own - cross), "符号反了：KL 散度不会为负", "wrong sign: KL is never negative"),
        wrong(_bit(_entropy(q) - own), "两个熵之差不是 KL 散度", "a difference of entropies"),
        wrong(_bit(float(cross - own) * log(2)), "用了自然对数，单位是 nat", "natural logarithm: nats, not bits"),
    )


SPLITS = ((8, 8), (8, 4, 4), (4, 4, 8))
"""Sizes of the children of 16 samples."""


def _dyadic(counts: Sequence[int]) -> bool:
    return all(count & (count - 1) == 0 for count in counts)


def _counts(random: Random, size: int) -> list[int]:
    shapes = [(1, 0, 0), (1, 1, 0), (2, 1, 1)]
    shape = random.choice(shapes)
    counts = [part * size // sum(shape) for part in shape]
    random.shuffle(counts)
    return counts


def _counts_entropy(counts: Sequence[int]) -> Fraction:
    return _entropy([Fraction(count, sum(counts)) for count in counts if count])


@drill("information-gain", "ml.decision-trees", "信息增益", "Information gain")
def _information_gain(random: Random) -> Instance:
    children = [_counts(random, size) for size in random.choice(SPLITS)]
    parent = [sum(column) for column in zip(*children, strict=True)]
    if not _dyadic(parent):
        raise Redraw
    before = _counts_entropy(parent)
    entropies = [_counts_entropy(child) for child in children]
    after = sum((Fraction(sum(c), 16) * h for c, h in zip(children, entropies, strict=True)), Fraction(0))
    if after in (0, before):
        raise Redraw
    listed = r",\ ".join(map(row_tex, children))
    return instance(
        question(
            Text(
                rf"三类样本的个数为 ${row_tex(parent)}$，一次划分得到子节点 ${listed}$。求信息增益，单位比特。",
                rf"The class counts are ${row_tex(parent)}$; a split gives the children ${listed}$. "
                "Find the information gain in bits.",
            ),
            FRACTION,
        ),
        _bit(before - after),
        steps(
            Text(rf"划分前：$H={number_tex(before)}$。", rf"Before the split: $H={number_tex(before)}$."),
            Text(
                rf"子节点的熵：${', '.join(map(number_tex, entropies))}$；加权平均 ${number_tex(after)}$。",
                rf"Children: ${', '.join(map(number_tex, entropies))}$; weighted mean ${number_tex(after)}$.",
            ),
            rf"${number_tex(before)}-{number_tex(after)}={number_tex(before - after)}$",
        ),
        wrong(_bit(after), "这是划分后的熵", "the entropy after the split"),
        wrong(_bit(before - sum(entropies)), "子节点的熵没有加权", "the children are not weighted"),
        wrong(_bit(before), "没有减子节点的熵", "the entropy before the split"),
        wrong(_bit(before - sum(entropies) / len(children)), "子节点取了简单平均", "a plain mean over the children"),
        wrong(_bit(after - before), "符号反了", "the sign is wrong"),
    )
