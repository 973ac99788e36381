"""Drills on objectives: the gradient of cross-entropy, and those of learning from preferences and rewards."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt, log
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance
from recall.core.drills.exact import decimal, number, quantity, rounded, vector
from recall.core.drills.tex import factor_tex, number_tex, row_tex
from recall.core.drills.wording import DECIMAL, FRACTION, FRACTIONS, question, steps, wrong
from recall.core.model import Text


@drill("logit-gradient", "iv.derivations", "交叉熵对 logits 的梯度", "Gradient in the logits")
def _logit_gradient(random: Random) -> Instance:
    weights = [random.randint(1, 6) for _ in range(3)]
    if len(set(weights)) < 2:
        raise Redraw
    target = random.randrange(3)
    total = sum(weights)
    probabilities = [Fraction(weight, total) for weight in weights]
    answer = [p - (i == target) for i, p in enumerate(probabilities)]
    logits = ", ".join("0" if weight == 1 else rf"\ln {weight}" for weight in weights)
    return instance(
        question(
            Text(
                rf"logits $z=({logits})$，正确类别是第 ${target + 1}$ 个（从 1 数起），"
                r"损失为 softmax 加交叉熵（自然对数）。求 $\nabla_zL$。",
                f"The logits are $z=({logits})$, the correct class is number ${target + 1}$ (counted from 1), the "
                r"loss is softmax cross-entropy (natural logarithm). Find $\nabla_zL$.",
            ),
            FRACTIONS,
        ),
        vector(answer),
        steps(rf"$p={row_tex(probabilities)}$", r"$\nabla_zL=p-y$", rf"$={row_tex(answer)}$"),
        wrong(vector([-g for g in answer]), "符号反了：$y-p$", "the sign is wrong: $y-p$"),
        wrong(vector(probabilities), "没有减 one-hot 向量", "the one-hot vector is not subtracted"),
        wrong(
            vector([-1 / p if i == target else Fraction(0) for i, p in enumerate(probabilities)]),
            "这是对概率的梯度，没有经过 softmax",
            "the gradient in the probabilities, before softmax",
        ),
        wrong(vector([g * p for g, p in zip(answer, probabilities, strict=True)]), "多乘了 $p$", "an extra factor $p$"),
    )


@drill("preference", "lt.reward-model", "Bradley-Terry 胜率", "Bradley-Terry probability")
def _preference(random: Random) -> Instance:
    better, worse = random.sample(range(2, 13), 2)
    answer = Fraction(better, better + worse)
    return instance(
        question(
            Text(
                rf"奖励模型给两个回答打分 $r_1=\ln {better}$，$r_2=\ln {worse}$。按 Bradley-Terry 模型，"
                "第一个胜出的概率？",
                rf"A reward model scores two answers $r_1=\ln {better}$ and $r_2=\ln {worse}$. "
                "By the Bradley-Terry model, what is the probability that the first wins?",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            r"$\sigma(r_1-r_2)=\frac{e^{r_1}}{e^{r_1}+e^{r_2}}$",
            rf"$\frac{{{better}}}{{{better}+{worse}}}={number_tex(answer)}$",
        ),
        wrong(number(1 - answer), "这是第二个胜出的概率", "the probability that the second wins"),
        wrong(number(Fraction(better, worse)), "这是赔率", "the odds"),
        wrong(number(Fraction(better**2, better**2 + worse**2)), "奖励差乘了 2", "the difference of rewards doubled"),
        wrong(
            rounded(log(better) / log(better * worse)),
            "没有取指数，直接按奖励的比例",
            "shares of the rewards themselves",
        ),
    )


@drill("dpo-margin", "lt.dpo", "DPO 的间隔", "The margin of DPO")
def _dpo_margin(random: Random) -> Instance:
    chosen, rejected = -random.randint(10, 40), -random.randint(10, 40)
    chosen_reference, rejected_reference = -random.randint(10, 40), -random.randint(10, 40)
    beta = random.choice((Fraction(1, 10), Fraction(1, 5), Fraction(1, 2)))
    gain, loss = chosen - chosen_reference, rejected - rejected_reference
    answer = beta * (gain - loss)
    return instance(
        question(
            Text(
                rf"DPO：$\beta={decimal(beta)}$，$\ln\pi(y_w)={chosen}$，$\ln\pi(y_l)={rejected}$，"
                rf"$\ln\pi_{{\mathrm{{ref}}}}(y_w)={chosen_reference}$，"
                rf"$\ln\pi_{{\mathrm{{ref}}}}(y_l)={rejected_reference}$。"
                r"求损失 $-\ln\sigma(m)$ 中的间隔 $m$（$y_w$ 是更好的回答）。",
                rf"DPO with $\beta={decimal(beta)}$, $\ln\pi(y_w)={chosen}$, $\ln\pi(y_l)={rejected}$, "
                rf"$\ln\pi_{{\mathrm{{ref}}}}(y_w)={chosen_reference}$, "
                rf"$\ln\pi_{{\mathrm{{ref}}}}(y_l)={rejected_reference}$. "
                r"Find the margin $m$ in the loss $-\ln\sigma(m)$ ($y_w$ is the better answer).",
            ),
            DECIMAL,
        ),
        quantity(answer),
        steps(
            rf"$y_w$: ${chosen}-{factor_tex(chosen_reference)}={gain}$",
            rf"$y_l$: ${rejected}-{factor_tex(rejected_reference)}={loss}$",
            rf"$m={decimal(beta)}\cdot ({gain}-{factor_tex(loss)})={decimal(answer)}$",
        ),
        wrong(quantity(beta * (chosen - rejected)), "没有减参考模型", "the reference model is missing"),
        wrong(quantity(-answer), "$y_w$ 与 $y_l$ 反了", "$y_w$ and $y_l$ exchanged"),
        wrong(quantity(gain - loss), r"漏乘了 $\beta$", r"$\beta$ is missing"),
        wrong(quantity(beta * (gain + loss)), "两项相加而不是相减", "added instead of subtracted"),
        wrong(quantity(beta * gain), "只用了更好的回答", "the better answer only"),
    )


@drill("ppo-clip", "lt.ppo-rlhf", "PPO 裁剪目标", "PPO's clipped objective")
def _ppo_clip(random: Random) -> Instance:
    old = Fraction(random.choice((1, 2, 4, 5)), 10)
    ratio = Fraction(random.choice((5, 6, 7, 8, 9, 11, 12, 13, 14, 15)), 10)
    clip = random.choice((Fraction(1, 10), Fraction(1, 5)))
    advantage = random.choice((-4, -3, -2, -1, 1, 2, 3, 4))
    new = old * ratio
    clipped = min(max(ratio, 1 - clip), 1 + clip)
    answer = min(ratio * advantage, clipped * advantage)
    return instance(
        question(
            Text(
                rf"PPO：动作的新概率 ${decimal(new)}$，旧概率 ${decimal(old)}$，优势 $A={advantage}$，"
                rf"$\epsilon={decimal(clip)}$。这个样本的裁剪目标是多少？",
                rf"PPO: the new probability of the action is ${decimal(new)}$, the old one ${decimal(old)}$, the "
                rf"advantage $A={advantage}$, $\epsilon={decimal(clip)}$. What is the clipped objective of this "
                "sample?",
            ),
            DECIMAL,
        ),
        quantity(answer),
        steps(
            rf"$r={decimal(new)}/{decimal(old)}={decimal(ratio)}$",
            rf"$rA={decimal(ratio * advantage)}$",
            rf"$\mathrm{{clip}}(r)\,A={decimal(clipped)}\cdot {factor_tex(advantage)}={decimal(clipped * advantage)}$",
            rf"$\min={decimal(answer)}$",
        ),
        wrong(quantity(max(ratio * advantage, clipped * advantage)), "取了较大者", "the larger of the two"),
        wrong(quantity(ratio * advantage), "没有裁剪", "no clipping"),
        wrong(quantity(clipped * advantage), "总是裁剪，没有取较小者", "always clipped: no minimum"),
        wrong(quantity(-answer), "这是损失，目标的相反数", "the loss: the objective's negative"),
        wrong(quantity(advantage), "没有用概率比", "the ratio is unused"),
        wrong(quantity((1 - clip if ratio < 1 else 1 + clip) * advantage), "总是取到裁剪边界", "always at the bound"),
        wrong(quantity((new - old) * advantage), "用了概率之差", "the difference of the probabilities"),
    )


@drill("grpo-advantage", "lt.grpo", "GRPO 优势", "A GRPO advantage")
def _grpo_advantage(random: Random) -> Instance:
    size, right = random.choice(((5, 1), (5, 4), (10, 1), (10, 2), (10, 5), (10, 8), (10, 9), (4, 2), (8, 4), (20, 4)))
    rewarded = random.choice((True, False))
    mean = Fraction(right, size)
    variance = mean * (1 - mean)
    deviation = Fraction(isqrt(variance.numerator), isqrt(variance.denominator))
    reward = int(rewarded)
    answer = (reward - mean) / deviation
    return instance(
        question(
            Text(
                f"GRPO：一组 ${size}$ 个回答，${right}$ 个奖励为 1，其余为 0；优势为减均值再除以标准差（方差除以 "
                rf"$n$）。奖励为 {reward} 的回答优势是多少？",
                rf"GRPO: of a group of ${size}$ answers ${right}$ have reward 1, the others 0; the advantage subtracts "
                "the mean and divides by the standard deviation (variance over $n$). "
                rf"What is the advantage of an answer with reward {reward}?",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            rf"$\bar r={number_tex(mean)}$",
            rf"$\sigma=\sqrt{{\bar r(1-\bar r)}}={number_tex(deviation)}$",
            rf"$({reward}-{number_tex(mean)})/{number_tex(deviation)}={number_tex(answer)}$",
        ),
        wrong(number(reward - mean), "没有除以标准差", "not divided by the standard deviation"),
        wrong(number((reward - mean) / deviation**2), "除以了方差", "divided by the variance"),
        wrong(number(-answer), "符号反了", "the sign is wrong"),
        wrong(number(reward / deviation), "没有减均值", "the mean is not subtracted"),
        wrong(number((1 - reward - mean) / deviation), "另一种奖励的优势", "the advantage of the other reward"),
    )
