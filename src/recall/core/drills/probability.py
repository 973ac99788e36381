"""Drills on probability: Bayes, total probability, joint tables, counting, Markov chains."""

from __future__ import annotations

from fractions import Fraction
from math import comb, perm
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance
from recall.core.drills.exact import decimal, number, quantity, vector
from recall.core.drills.tex import matrix_tex, number_tex
from recall.core.drills.wording import DECIMAL, FRACTION, FRACTIONS, both, question, steps, wrong
from recall.core.model import Text


@drill("bayes-test", "pr.bayes", "检测的后验概率", "Posterior after a test")
def _bayes_test(random: Random) -> Instance:
    prevalence = Fraction(random.choice((1, 2, 4, 5, 10, 20)), 100)
    sensitivity = Fraction(random.choice((80, 90, 95, 96, 99)), 100)
    false_positive = Fraction(random.choice((1, 2, 4, 5, 10, 20)), 100)
    ill_positive = prevalence * sensitivity
    well_positive = (1 - prevalence) * false_positive
    posterior = ill_positive / (ill_positive + well_positive)
    if posterior.denominator > 60:
        raise Redraw
    given = rf"$P(D)={decimal(prevalence)}$"
    rates = rf"$P(+\mid D)={decimal(sensitivity)}$", rf"$P(+\mid D^c)={decimal(false_positive)}$"
    return instance(
        question(
            Text(
                rf"患病率 {given}；检测的灵敏度 {rates[0]}，假阳性率 {rates[1]}。求 $P(D\mid +)$。",
                rf"The prevalence is {given}; a test has sensitivity {rates[0]} and false-positive rate {rates[1]}. "
                r"Find $P(D\mid +)$.",
            ),
            FRACTION,
        ),
        number(posterior),
        steps(
            rf"$P(D\cap +)={decimal(prevalence)}\times {decimal(sensitivity)}={decimal(ill_positive)}$",
            rf"$P(D^c\cap +)={decimal(1 - prevalence)}\times {decimal(false_positive)}={decimal(well_positive)}$",
            rf"$P(+)={decimal(ill_positive + well_positive)}$",
            rf"$P(D\mid +)=P(D\cap +)/P(+)={number_tex(posterior)}$",
        ),
        wrong(number(sensitivity), r"把 $P(+\mid D)$ 当成了 $P(D\mid +)$", r"takes $P(+\mid D)$ for $P(D\mid +)$"),
        wrong(
            number(sensitivity / (sensitivity + false_positive)),
            "忽略了患病率（基率谬误）",
            "ignores the prevalence (base-rate fallacy)",
        ),
        wrong(
            number(ill_positive), "没有除以 $P(+)$，得到的是联合概率", "the joint probability: not divided by $P(+)$"
        ),
        wrong(number(ill_positive / well_positive), "这是赔率，不是概率", "these are the odds, not the probability"),
        wrong(number(1 - false_positive), "把特异度当成了答案", "takes the specificity for the answer"),
    )


@drill("total-probability", "pr.conditional", "全概率公式", "Total probability")
def _total_probability(random: Random) -> Instance:
    shares = [Fraction(share, 10) for share in random.choice(((5, 3, 2), (6, 3, 1), (4, 4, 2), (7, 2, 1), (5, 4, 1)))]
    random.shuffle(shares)
    rates = [Fraction(rate, 100) for rate in random.sample(range(1, 11), 3)]
    if sum(rates) * 100 % 3:
        raise Redraw
    parts = [share * rate for share, rate in zip(shares, rates, strict=True)]
    total = sum(parts)
    given = ", ".join(map(decimal, shares)), ", ".join(map(decimal, rates))
    terms = "+".join(rf"{decimal(share)}\times {decimal(rate)}" for share, rate in zip(shares, rates, strict=True))
    return instance(
        question(
            Text(
                f"三台机器的产量占比为 $({given[0]})$，次品率依次为 $({given[1]})$。随机取一件，是次品的概率？",
                f"Three machines make shares $({given[0]})$ of the output, with defect rates "
                f"$({given[1]})$ in this order. "
                "What is the probability that a random item is defective?",
            ),
            DECIMAL,
        ),
        quantity(total),
        steps(
            Text("全概率公式：按占比加权。", "Law of total probability: weight by the shares."),
            rf"${terms}$",
            rf"$={'+'.join(map(decimal, parts))}={decimal(total)}$",
        ),
        wrong(
            quantity(sum(rates, Fraction(0)) / 3),
            "平均时没有按产量占比加权",
            "averages the rates without their weights",
        ),
        wrong(quantity(sum(rates)), "直接相加了次品率", "adds the defect rates"),
        wrong(quantity(shares[0] * rates[0] + shares[1] * rates[1]), "漏掉了最后一台机器", "forgets the last machine"),
        wrong(quantity(rates[shares.index(max(shares))]), "只看了产量最大的机器", "looks at the largest machine only"),
    )


@drill("joint-conditional", "pr.conditional", "由联合分布求条件概率", "Conditional from a joint table")
def _joint_conditional(random: Random) -> Instance:
    cells = [[random.randint(1, 6) for _ in range(3)] for _ in range(2)]
    total = sum(map(sum, cells))
    if total not in (12, 15, 16, 18, 20, 24):
        raise Redraw
    x, y = random.randrange(2), random.randrange(3)
    row, column = sum(cells[x]), cells[0][y] + cells[1][y]
    cell = cells[x][y]
    table = rf"$\frac{{1}}{{{total}}}{matrix_tex(cells)}$"
    wanted = rf"$P(X={x}\mid Y={y})$"
    return instance(
        question(
            Text(
                rf"$(X,Y)$ 的联合分布为 {table}，行是 $X=0,1$，列是 $Y=0,1,2$。求 {wanted}。",
                rf"$(X,Y)$ has the joint distribution {table}, with rows $X=0,1$ and columns $Y=0,1,2$. "
                f"Find {wanted}.",
            ),
            FRACTION,
        ),
        number(Fraction(cell, column)),
        steps(
            rf"$P(X={x},Y={y})={number_tex(Fraction(cell, total))}$",
            rf"$P(Y={y})={number_tex(Fraction(column, total))}$",
            rf"$P(X={x}\mid Y={y})={number_tex(Fraction(cell, column))}$",
        ),
        wrong(
            number(Fraction(cell, row)),
            rf"这是 $P(Y={y}\mid X={x})$，条件反了",
            rf"this is $P(Y={y}\mid X={x})$, reversed",
        ),
        wrong(
            number(Fraction(cell, total)),
            "这是联合概率，没有除以边缘概率",
            "the joint probability, not divided by the marginal",
        ),
        wrong(
            number(Fraction(row, total)),
            "这是边缘概率，没有用条件",
            "the marginal probability: the condition is unused",
        ),
        wrong(
            number(Fraction(row * column, total * total)),
            "把两个边缘概率相乘，当成了独立",
            "multiplies the marginals, as if independent",
        ),
    )


@drill("hypergeometric", "pr.puzzles", "不放回抽球", "Draws without replacement")
def _hypergeometric(random: Random) -> Instance:
    red, blue, drawn = random.randint(3, 6), random.randint(2, 6), random.randint(2, 4)
    wanted = random.randint(1, drawn - 1)
    if drawn - wanted > blue:
        raise Redraw
    total = red + blue
    ways = comb(red, wanted) * comb(blue, drawn - wanted)
    answer = Fraction(ways, comb(total, drawn))
    share = Fraction(red, total)
    at_least = sum(comb(red, k) * comb(blue, drawn - k) for k in range(wanted, drawn + 1))
    return instance(
        question(
            Text(
                f"袋中有 ${red}$ 个红球、${blue}$ 个蓝球，不放回取 ${drawn}$ 个。恰有 ${wanted}$ 个红球的概率？",
                f"A bag holds ${red}$ red and ${blue}$ blue balls; ${drawn}$ are drawn without replacement. "
                f"What is the probability of exactly ${wanted}$ red?",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            rf"$\binom{{{red}}}{{{wanted}}}\binom{{{blue}}}{{{drawn - wanted}}}={ways}$",
            rf"$\binom{{{total}}}{{{drawn}}}={comb(total, drawn)}$",
            rf"${ways}/{comb(total, drawn)}={number_tex(answer)}$",
        ),
        wrong(
            number(comb(drawn, wanted) * share**wanted * (1 - share) ** (drawn - wanted)),
            "按有放回（二项分布）计算了",
            "draws with replacement (binomial)",
        ),
        wrong(number(answer / comb(drawn, wanted)), "只算了一种取出顺序", "counts one order of the draws only"),
        wrong(number(Fraction(at_least, comb(total, drawn))), "算成了至少", "computes “at least”"),
        wrong(number(1 - answer), "算成了对立事件", "computes the complement"),
    )


@drill("birthday", "pr.puzzles", "相撞的概率", "Probability of a collision")
def _birthday(random: Random) -> Instance:
    days, people = random.randint(5, 20), random.choice((3, 4))
    distinct = Fraction(perm(days, people), days**people)
    answer = 1 - distinct
    pairs = comb(people, 2)
    factors = r"\cdot ".join(str(days - k) for k in range(people))
    return instance(
        question(
            Text(
                f"${people}$ 个请求各自独立、等概率落到 ${days}$ 个桶之一。至少两个落入同一桶的概率？",
                f"${people}$ requests each fall into one of ${days}$ buckets, independently and uniformly. "
                "What is the probability that at least two share a bucket?",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            both("全不相同：{}。", "All differ: {}.", rf"\frac{{{factors}}}{{{days}^{people}}}={number_tex(distinct)}"),
            rf"$1-{number_tex(distinct)}={number_tex(answer)}$",
        ),
        wrong(number(distinct), "这是全不相同的概率", "this is the probability that all differ"),
        wrong(number(Fraction(pairs, days)), "把各对的概率相加（并集上界）", "adds up the pairs (the union bound)"),
        wrong(
            number(1 - Fraction(days - 1, days) ** (people - 1)),
            "只算了与某一个指定请求相撞",
            "only counts collisions with one given request",
        ),
        wrong(number(1 - Fraction(days - 1, days) ** pairs), "把各对当成了独立事件", "treats the pairs as independent"),
    )


@drill("stationary", "pr.markov-chains", "两状态链的平稳分布", "Stationary distribution")
def _stationary(random: Random) -> Instance:
    leave, enter = (Fraction(random.randint(1, 9), 10) for _ in range(2))
    if leave == enter or (leave + enter).numerator > 13:
        raise Redraw
    first, second = enter / (leave + enter), leave / (leave + enter)
    stay, settle = 1 - leave, 1 - enter
    rows = " \\\\ ".join(f"{decimal(one)} & {decimal(other)}" for one, other in ((stay, leave), (enter, settle)))
    table = rf"P=\begin{{bmatrix}}{rows}\end{{bmatrix}}"
    return instance(
        question(
            Text(
                rf"转移矩阵 ${table}$，$P_{{ij}}$ 是从 $i$ 到 $j$ 的概率。求平稳分布 $(\pi_1,\pi_2)$。",
                rf"The transition matrix is ${table}$, where $P_{{ij}}$ is the probability of going from $i$ to $j$. "
                r"Find the stationary distribution $(\pi_1,\pi_2)$.",
            ),
            FRACTIONS,
        ),
        vector((first, second)),
        steps(
            rf"$\pi_1\cdot {decimal(leave)}=\pi_2\cdot {decimal(enter)}$",
            r"$\pi_1+\pi_2=1$",
            rf"$\pi_1=\frac{{{decimal(enter)}}}{{{decimal(leave + enter)}}}={number_tex(first)}$, "
            rf"$\pi_2={number_tex(second)}$",
        ),
        wrong(
            vector((second, first)),
            "两个状态对调了：离开率大的状态概率小",
            "swapped: the state left faster is rarer",
        ),
        wrong(vector((Fraction(1, 2), Fraction(1, 2))), "只有双随机矩阵才均匀", "uniform only if doubly stochastic"),
        wrong(vector((stay, leave)), "这是从状态 1 走一步的分布", "the distribution one step after state 1"),
        wrong(vector((enter, settle)), "这是从状态 2 走一步的分布", "the distribution one step after state 2"),
        wrong(
            vector(((stay + enter) / 2, (leave + settle) / 2)),
            "这是从均匀分布走一步，还没有收敛",
            "one step from uniform, not yet the limit",
        ),
    )


@drill("chebyshev", "pr.inequalities", "切比雪夫上界", "Chebyshev's bound")
def _chebyshev(random: Random) -> Instance:
    deviation, factor = random.randint(1, 6), random.randint(2, 5)
    mean = random.randint(deviation * factor + 1, 60)
    distance = deviation * factor
    bound = Fraction(1, factor * factor)
    variance = deviation**2
    return instance(
        question(
            Text(
                rf"$X$ 的均值为 ${mean}$，方差为 ${variance}$。切比雪夫不等式给出 $P(|X-{mean}|\ge {distance})$ "
                "的上界是多少？",
                rf"$X$ has mean ${mean}$ and variance ${variance}$. "
                "What upper bound does Chebyshev's inequality give for "
                rf"$P(|X-{mean}|\ge {distance})$?",
            ),
            FRACTION,
        ),
        number(bound),
        steps(
            r"$P(|X-\mu|\ge c)\le \sigma^2/c^2$",
            rf"${variance}/{distance}^2={variance}/{distance**2}={number_tex(bound)}$",
        ),
        wrong(
            number(Fraction(1, factor)),
            "没有平方，用了标准差与距离之比",
            "not squared: standard deviation over distance",
        ),
        wrong(number(1 - bound), "这是对立事件的下界", "this is the lower bound of the complement"),
        wrong(
            number(Fraction(variance, distance)),
            "方差除以距离，漏了分母的平方",
            "divides the variance by the distance unsquared",
        ),
        wrong(
            number(Fraction(deviation, distance**2)),
            "把标准差当成了方差",
            "takes the standard deviation for the variance",
        ),
        wrong(number(bound / 2), "无故取了单侧的一半", "halves it for one side without a reason"),
    )
