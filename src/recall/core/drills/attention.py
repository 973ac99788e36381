"""Drills on attention by hand: softmax, masks, normalisation, rotary positions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from recall.core.answers import Numbers
from recall.core.drills.drill import Instance, Redraw, drill, instance
from recall.core.drills.exact import matrix, number, vector
from recall.core.drills.tex import factor_tex, number_tex, row_tex
from recall.core.drills.wording import FRACTION, FRACTIONS, MATRIX_OF_FRACTIONS, question, steps, wrong
from recall.core.model import Text


def _shares(weights: Sequence[int | Fraction]) -> tuple[Fraction, ...]:
    """Weights divided by their sum: the softmax of their logarithms."""
    total = Fraction(sum(weights))
    return tuple(weight / total for weight in weights)


def _log_tex(weight: int) -> str:
    return "0" if weight == 1 else rf"\ln {weight}"


def _logs_tex(weights: Sequence[int]) -> str:
    return f"({', '.join(map(_log_tex, weights))})"


@drill("softmax-temperature", "am.softmax", "带温度的 softmax", "Softmax with a temperature")
def _softmax(random: Random) -> Instance:
    roots = random.sample(range(1, 6), 3)
    temperature = random.choice((Fraction(1, 2), Fraction(2)))
    weights = roots if temperature < 1 else [root**2 for root in roots]
    tempered = [weight**2 for weight in weights] if temperature < 1 else roots
    shown = number_tex(temperature)
    power = number_tex(1 / temperature)
    return instance(
        question(
            Text(
                rf"logits 为 $z={_logs_tex(weights)}$，温度 $T={shown}$。求 $\mathrm{{softmax}}(z/T)$。",
                rf"The logits are $z={_logs_tex(weights)}$ and the temperature is $T={shown}$. "
                r"Find $\mathrm{softmax}(z/T)$.",
            ),
            FRACTIONS,
        ),
        vector(_shares(tempered)),
        steps(
            rf"$e^{{z_i/T}}=(e^{{z_i}})^{{{power}}}$, $e^z={row_tex(weights)}$",
            rf"$e^{{z/T}}={row_tex(tempered)}$",
            rf"$\sum={sum(tempered)}$, $p={row_tex(_shares(tempered))}$",
        ),
        wrong(vector(_shares(weights)), "没有用温度", "the temperature is ignored"),
        wrong(
            vector([share / temperature for share in _shares(weights)]),
            "对概率除以了 $T$",
            "the probabilities divided by $T$",
        ),
        wrong(
            vector(_shares([1 / Fraction(w) for w in tempered])),
            "符号反了，小的变大",
            "the sign of the logits is wrong",
        ),
        wrong(vector((Fraction(1, 3),) * 3), "只有 $T$ 趋于无穷才均匀", "uniform only as $T$ goes to infinity"),
    )


@drill("attention-two-keys", "am.qkv", "手算注意力", "Attention by hand")
def _two_keys(random: Random) -> Instance:
    query = [random.choice((1, 2, -1)) for _ in range(4)]
    supports = [[random.choice((0, 0, 1)) for _ in range(4)] for _ in range(2)]
    bases = random.choice(((2, 3), (3, 2), (2, 2), (3, 3), (2, 5), (3, 5)))
    counts = [sum(q * s for q, s in zip(query, support, strict=True)) for support in supports]
    if (
        not all(map(any, supports))
        or sorted(counts) not in ([0, 2], [2, 2], [2, 4])
        or (counts[0] == counts[1] and bases[0] == bases[1])
    ):
        raise Redraw
    weights = [base ** (count // 2) for base, count in zip(bases, counts, strict=True)]
    unscaled = [base**count for base, count in zip(bases, counts, strict=True)]
    overscaled = [Fraction(weight) for weight in weights]
    values = [random.randint(-3, 6) for _ in range(4)]
    first, second = values[:2], values[2:]

    def mix(parts: Sequence[int | Fraction]) -> Numbers:
        return vector([parts[0] * a + parts[1] * b for a, b in zip(first, second, strict=True)])

    keys = [rf"k_{i}=\ln {base}\cdot {row_tex(s)}" for i, (base, s) in enumerate(zip(bases, supports, strict=True), 1)]
    scores = ", ".join(rf"{factor_tex(count)}\ln {base}" for base, count in zip(bases, counts, strict=True))
    shares = _shares(weights)
    answer = mix(shares)
    return instance(
        question(
            Text(
                rf"$d_k=4$，$q={row_tex(query)}$，${keys[0]}$，${keys[1]}$，$v_1={row_tex(first)}$，"
                rf"$v_2={row_tex(second)}$。"
                r"求缩放点积注意力的输出。",
                rf"$d_k=4$, $q={row_tex(query)}$, ${keys[0]}$, ${keys[1]}$, $v_1={row_tex(first)}$, "
                rf"$v_2={row_tex(second)}$. Find the output of scaled dot-product attention.",
            ),
            FRACTIONS,
        ),
        answer,
        steps(
            rf"$q^\top k_1,\ q^\top k_2$: ${scores}$",
            Text(
                rf"除以 $\sqrt{{d_k}}=2$，再取指数：${row_tex(weights)}$",
                rf"Divided by $\sqrt{{d_k}}=2$ and exponentiated: ${row_tex(weights)}$",
            ),
            rf"$a={row_tex(shares)}$",
            rf"$a_1v_1+a_2v_2={row_tex([Fraction(n.value) for n in answer.values])}$",
        ),
        wrong(mix(_shares(unscaled)), r"没有除以 $\sqrt{d_k}$", r"not divided by $\sqrt{d_k}$"),
        wrong(mix(shares[::-1]), "两个权重对调了", "the weights are swapped"),
        wrong(mix(overscaled), "权重没有归一化", "the weights are not normalised"),
        wrong(mix((Fraction(1, 2), Fraction(1, 2))), "两个值取了平均", "a plain mean of the values"),
    )


@drill("causal-weights", "am.masking", "因果掩码后的权重", "Weights under a causal mask")
def _causal_weights(random: Random) -> Instance:
    exps = [[random.randint(1, 4) for _ in range(3)] for _ in range(3)]
    masked = [[exps[i][j] if j <= i else 0 for j in range(3)] for i in range(3)]
    answer = [_shares(row) for row in masked]
    full = [_shares(row) for row in exps]
    leaked = [_shares([exps[i][j] if j <= i else 1 for j in range(3)]) for i in range(3)]
    ahead = [_shares([exps[i][j] if j >= i else 0 for j in range(3)]) for i in range(3)]
    zeroed = [[full[i][j] if j <= i else 0 for j in range(3)] for i in range(3)]
    rows = r" \\ ".join(" & ".join(map(_log_tex, row)) for row in exps)
    return instance(
        question(
            Text(
                "缩放后的打分为 $S$（行是查询，列是键）。加因果掩码再逐行 softmax，求注意力权重矩阵。",
                "$S$ holds the scaled scores (rows are queries, columns keys). "
                "Find the attention weights after the causal mask and a softmax over each row.",
            ),
            MATRIX_OF_FRACTIONS,
            rf"S=\begin{{bmatrix}}{rows}\end{{bmatrix}}",
        ),
        matrix(answer),
        steps(
            Text(
                "第 $i$ 行只保留前 $i$ 个键，其余为 $-\\infty$。",
                "Row $i$ keeps its first $i$ keys; the rest is $-\\infty$.",
            ),
            rf"$e^S$: ${', '.join(row_tex(row) for row in masked)}$",
            rf"$\sum$: ${', '.join(str(sum(row)) for row in masked)}$",
            rf"${', '.join(row_tex(row) for row in answer[1:])}$",
        ),
        wrong(matrix(full), "没有加掩码", "no mask"),
        wrong(matrix(zeroed), "softmax 之后才置零，没有重新归一化", "zeroed after the softmax, not renormalised"),
        wrong(matrix(leaked), "掩码用了 0 而不是 $-\\infty$", "masked with 0 instead of $-\\infty$"),
        wrong(matrix(ahead), "方向反了，只看未来", "the wrong triangle: sees the future only"),
    )


DEVIATIONS = ((-7, -1, 1, 7), (-5, 1, 1, 3), (-3, -1, -1, 5), (-1, -1, 1, 1))
"""Vectors of mean 0 whose standard deviation (divided by n) is whole."""

EVEN_ROOTS = ((1, 1, 3, 5), (1, 1, 7, 7), (1, 3, 3, 9), (1, 5, 5, 7), (3, 5, 9, 9))
"""Vectors whose root mean square is whole."""


@drill("layer-norm", "am.layernorm-rmsnorm", "LayerNorm", "LayerNorm")
def _layer_norm(random: Random) -> Instance:
    scale, mean = random.choice((1, 2, 3)), random.randint(1, 9)
    shape = list(random.choice(DEVIATIONS))
    random.shuffle(shape)
    centred = [scale * deviation for deviation in shape]
    x = [mean + deviation for deviation in centred]
    variance = sum(deviation**2 for deviation in centred) // 4
    deviation = next(k for k in range(1, variance + 1) if k * k == variance)
    gain, shift = random.choice((2, 3)), random.choice((-1, 1, 2))
    unit = [Fraction(value, deviation) for value in centred]

    def affine(values: Sequence[Fraction]) -> Numbers:
        return vector([gain * value + shift for value in values])

    return instance(
        question(
            Text(
                rf"$x={row_tex(x)}$。求 LayerNorm 的输出：$\gamma={gain}$，$\beta={shift}$（各分量相同），"
                r"$\epsilon=0$，"
                "方差除以 $n$。",
                rf"$x={row_tex(x)}$. Find the output of LayerNorm with $\gamma={gain}$, $\beta={shift}$ in every "
                r"component, $\epsilon=0$; the variance divides by $n$.",
            ),
            FRACTIONS,
        ),
        affine(unit),
        steps(
            rf"$\mu={mean}$, $\sigma^2={variance}$, $\sigma={deviation}$",
            rf"$(x-\mu)/\sigma={row_tex(unit)}$",
            rf"${gain}\cdot (x-\mu)/\sigma+{factor_tex(shift)}$",
        ),
        wrong(vector(unit), r"漏了 $\gamma$ 与 $\beta$", r"$\gamma$ and $\beta$ are missing"),
        wrong(affine([Fraction(value, deviation) for value in x]), "没有减均值", "the mean is not subtracted"),
        wrong(affine([Fraction(value, variance) for value in centred]), "除以了方差", "divided by the variance"),
        wrong(
            vector([gain * (value + shift) for value in unit]),
            "先加 $\\beta$ 再乘 $\\gamma$",
            "$\\beta$ before $\\gamma$",
        ),
        wrong(affine([Fraction(value) for value in centred]), "没有除以标准差", "not divided by the deviation"),
    )


@drill("rms-norm", "am.layernorm-rmsnorm", "RMSNorm", "RMSNorm")
def _rms_norm(random: Random) -> Instance:
    scale = random.choice((1, 2, 3))
    shape = list(random.choice(EVEN_ROOTS))
    random.shuffle(shape)
    x = [random.choice((-scale, scale)) * value for value in shape]
    square = sum(value**2 for value in x) // 4
    root = next(k for k in range(1, square + 1) if k * k == square)
    mean = Fraction(sum(x), 4)
    answer = [Fraction(value, root) for value in x]
    return instance(
        question(
            Text(
                rf"$x={row_tex(x)}$。求 RMSNorm 的输出（增益为 1，$\epsilon=0$）。",
                rf"$x={row_tex(x)}$. Find the output of RMSNorm (gain 1, $\epsilon=0$).",
            ),
            FRACTIONS,
        ),
        vector(answer),
        steps(
            rf"$\frac{{1}}{{4}}\sum x_i^2={square}$",
            rf"$\mathrm{{RMS}}={root}$",
            rf"$x/{root}={row_tex(answer)}$",
        ),
        wrong(vector([value / 2 for value in answer]), "除以了 L2 范数，没有取平均", "divided by the L2 norm: no mean"),
        wrong(vector([value / root for value in answer]), "没有开方", "no square root"),
        wrong(vector([(value - mean) / root for value in x]), "多减了均值", "the mean is subtracted"),
        wrong(
            vector([Fraction(4 * value, sum(map(abs, x))) for value in x]),
            "用了绝对值的平均",
            "the mean absolute value instead",
        ),
    )


ANGLES = ((3, 4, 5), (4, 3, 5), (5, 12, 13), (12, 5, 13))
"""Cosine and sine over the third number."""


def _angle(random: Random) -> tuple[Fraction, Fraction]:
    adjacent, opposite, radius = random.choice(ANGLES)
    return Fraction(adjacent, radius), Fraction(opposite, radius)


def _rotated(pair: Sequence[int | Fraction], cosine: Fraction, sine: Fraction) -> tuple[Fraction, Fraction]:
    return cosine * pair[0] - sine * pair[1], sine * pair[0] + cosine * pair[1]


def _turns(cosine: Fraction, sine: Fraction, times: int) -> tuple[Fraction, Fraction]:
    """Cosine and sine of `times` the angle."""
    return (Fraction(1), Fraction(0)) if times == 0 else _rotated(_turns(cosine, sine, times - 1), cosine, sine)


def _angle_tex(cosine: Fraction, sine: Fraction) -> str:
    return rf"\cos\theta={number_tex(cosine)},\ \sin\theta={number_tex(sine)}"


@drill("rope-rotation", "am.rope", "RoPE 的旋转", "A RoPE rotation")
def _rope(random: Random) -> Instance:
    cosine, sine = _angle(random)
    radius = cosine.denominator
    position = random.choice((1, 2)) if radius == 5 else 1
    scale = radius**position
    pair = random.randint(1, 3) * scale, random.randint(-3, 3) * scale
    if pair[1] == 0:
        raise Redraw
    c, s = _turns(cosine, sine, position)
    answer = _rotated(pair, c, s)
    return instance(
        question(
            Text(
                rf"RoPE 把一对分量按角 $m\theta$ 逆时针旋转。${_angle_tex(cosine, sine)}$，位置 $m={position}$，"
                rf"这一对为 ${row_tex(pair)}$。求旋转后的一对。",
                rf"RoPE rotates a pair of components counter-clockwise by $m\theta$. ${_angle_tex(cosine, sine)}$, "
                rf"position $m={position}$, and the pair is ${row_tex(pair)}$. Find the rotated pair.",
            ),
            FRACTIONS,
        ),
        vector(answer),
        steps(
            rf"$\cos m\theta={number_tex(c)}$, $\sin m\theta={number_tex(s)}$",
            r"$(x_1\cos m\theta-x_2\sin m\theta,\ x_1\sin m\theta+x_2\cos m\theta)$",
            rf"$={row_tex(answer)}$",
        ),
        wrong(vector(_rotated(pair, c, -s)), "转的方向反了", "rotated clockwise"),
        wrong(
            vector(_rotated(pair, *_turns(cosine, sine, 3 - position))),
            "角度的倍数错了",
            "the wrong multiple of the angle",
        ),
        wrong(
            vector((c * pair[0] + s * pair[1], s * pair[0] + c * pair[1])), "漏了一个负号", "a minus sign is missing"
        ),
        wrong(vector(answer[::-1]), "两个分量对调了", "the components are swapped"),
    )


@drill("rope-score", "am.rope", "RoPE 打分", "A RoPE score")
def _rope_score(random: Random) -> Instance:
    cosine, sine = _angle(random)
    gap = random.choice((-1, 1))
    m = random.randint(2, 9)
    n = m + gap
    q = [random.choice((-2, -1, 1, 2, 3)) for _ in range(2)]
    k = [random.choice((-2, -1, 1, 2, 3)) for _ in range(2)]
    dot, cross = q[0] * k[0] + q[1] * k[1], q[1] * k[0] - q[0] * k[1]
    answer = dot * cosine + gap * cross * sine
    return instance(
        question(
            Text(
                rf"RoPE 把位置 $m$ 的一对分量逆时针旋转 $m\theta$，${_angle_tex(cosine, sine)}$。"
                rf"$q={row_tex(q)}$ 在位置 ${m}$，$k={row_tex(k)}$ 在位置 ${n}$。求旋转后的内积。",
                rf"RoPE rotates the pair at position $m$ counter-clockwise by $m\theta$, ${_angle_tex(cosine, sine)}$. "
                rf"$q={row_tex(q)}$ is at position ${m}$, $k={row_tex(k)}$ at position ${n}$. "
                "Find the inner product after the rotations.",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            Text(rf"只取决于 $n-m={gap}$。", rf"Only $n-m={gap}$ counts."),
            rf"$R_{{{gap}}}k={row_tex(_rotated(k, cosine, gap * sine))}$",
            rf"$q^\top R_{{{gap}}}k={number_tex(answer)}$",
        ),
        wrong(number(dot), "没有旋转", "no rotation"),
        wrong(
            number(dot * cosine - gap * cross * sine), "相对位置的符号反了", "the relative position has the wrong sign"
        ),
        wrong(number(dot * cosine), "漏了正弦项", "the sine term is missing"),
        wrong(number(dot * sine + gap * cross * cosine), "正弦与余弦弄反了", "sine and cosine exchanged"),
    )
