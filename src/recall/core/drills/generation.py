"""Drills on generating text: tokens, perplexity, sampling, metrics, speculative decoding."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import accumulate, pairwise
from math import exp, prod, sqrt
from random import Random

from recall.core.answers import Words
from recall.core.drills.drill import Instance, Redraw, drill, instance
from recall.core.drills.exact import number, rounded
from recall.core.drills.tex import decimal_text, number_tex, row_tex
from recall.core.drills.wording import DIGITS, FRACTION, WHOLE, question, steps, wrong
from recall.core.model import Text

WORDS = Text(
    "写出这些词元，用空格或逗号隔开，顺序不限。", "Give the tokens in any order, separated by spaces or commas."
)


@drill("perplexity", "nlp.language-model", "困惑度", "Perplexity")
def _perplexity(random: Random) -> Instance:
    exponents = [random.randint(0, 5) for _ in range(random.choice((3, 4)))]
    count, total = len(exponents), sum(exponents)
    if total % count or total == 0 or len(set(exponents)) == 1:
        raise Redraw
    probabilities = [Fraction(1, 2**exponent) for exponent in exponents]
    mean = total // count
    return instance(
        question(
            Text(
                rf"模型给一句话各词元的条件概率为 ${row_tex(probabilities)}$。求这句话的困惑度。",
                rf"A model gives the tokens of a sentence the conditional probabilities ${row_tex(probabilities)}$. "
                "Find the perplexity of the sentence.",
            ),
            FRACTION,
        ),
        number(2**mean),
        steps(
            rf"$\prod p_i={number_tex(prod(probabilities))}=2^{{-{total}}}$",
            rf"$(2^{{{total}}})^{{1/{count}}}=2^{{{mean}}}={2**mean}$",
        ),
        wrong(number(mean), "这是平均比特数，没有取指数", "the bits a token: not exponentiated"),
        wrong(number(2**total), "没有按词元数取平均", "not averaged over the tokens"),
        wrong(
            number(Fraction(sum(2**exponent for exponent in exponents), count)),
            "对 $1/p$ 取了算术平均",
            "the arithmetic mean of $1/p$",
        ),
        wrong(
            number(count / sum(probabilities, Fraction(0))),
            "对 $p$ 取了算术平均，再取倒数",
            "the arithmetic mean of $p$, inverted",
        ),
        wrong(number(Fraction(1, 2**mean)), "没有取倒数", "not inverted"),
    )


TOKENS = ("the", "a", "cat", "dog", "sat", "ran", "on", "mat", "to", "it")


def _next_tokens(random: Random, count: int) -> tuple[list[str], list[int]]:
    """Tokens and their probabilities in percent, different ones, from the largest to the smallest."""
    cuts = sorted(random.sample(range(1, 20), count - 1))
    percents = [5 * (high - low) for low, high in pairwise((0, *cuts, 20))]
    if len(set(percents)) < count:
        raise Redraw
    return random.sample(TOKENS, count), sorted(percents, reverse=True)


def _listed(tokens: list[str], percents: list[int], order: list[int]) -> str:
    return ", ".join(f"`{tokens[i]}` {percents[i] / 100:g}" for i in order)


@drill("top-p", "inf.temperature-topp", "top-p 保留的词元", "Tokens that top-p keeps")
def _top_p(random: Random) -> Instance:
    tokens, percents = _next_tokens(random, 5)
    threshold = random.choice((50, 60, 70, 75, 80, 85, 90))
    sums = list(accumulate(percents))
    kept = next(i for i, total in enumerate(sums, 1) if total >= threshold)
    if kept == 1:
        raise Redraw
    shown = f"$p={threshold / 100:g}$"
    order = random.sample(range(5), 5)
    listed = _listed(tokens, percents, order)
    unsorted_sums = accumulate(percents[i] for i in order)
    unsorted_kept = next(i for i, total in enumerate(unsorted_sums, 1) if total >= threshold)
    running = ", ".join(f"{total / 100:g}" for total in sums[:kept])
    return instance(
        question(
            Text(
                rf"下一词元的概率：{listed}。top-p 取 {shown}，保留哪些词元（概率之和首次达到 $p$ 的最小集合）？",
                rf"Probabilities of the next token: {listed}. Which tokens does top-p with {shown} keep "
                "(the smallest set of the most probable whose sum reaches $p$)?",
            ),
            WORDS,
        ),
        Words(tuple(tokens[:kept])),
        steps(
            Text(f"从大到小累加：${running}$。", f"Summed from the largest: ${running}$."),
            rf"${sums[kept - 1] / 100:g}\ge {threshold / 100:g}$",
            ", ".join(f"`{token}`" for token in tokens[:kept]),
        ),
        wrong(Words(tuple(tokens[: kept - 1])), "漏了使和达到 $p$ 的那一个", "without the token that reaches $p$"),
        wrong(Words(tuple(tokens[: kept + 1])), "达到 $p$ 之后又多取了一个", "one token more after $p$ is reached"),
        wrong(Words(tuple(tokens[-kept:])), "从小到大累加了", "summed from the smallest"),
        wrong(Words(tuple(tokens[i] for i in order[:unsorted_kept])), "没有排序就累加了", "summed without sorting"),
    )


@drill("top-k", "inf.temperature-topp", "top-k 后的概率", "A probability after top-k")
def _top_k(random: Random) -> Instance:
    tokens, percents = _next_tokens(random, 5)
    kept = random.choice((2, 3))
    chosen = random.randrange(kept)
    own, total = percents[chosen], sum(percents[:kept])
    answer = Fraction(own, total)
    listed = _listed(tokens, percents, random.sample(range(5), 5))
    return instance(
        question(
            Text(
                rf"下一词元的概率：{listed}。top-k 取 $k={kept}$ 并重新归一化后，`{tokens[chosen]}` 的概率是多少？",
                rf"Probabilities of the next token: {listed}. After top-k with $k={kept}$ and renormalisation, what is "
                rf"the probability of `{tokens[chosen]}`?",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            rf"${'+'.join(f'{p / 100:g}' for p in percents[:kept])}={total / 100:g}$",
            rf"${own / 100:g}/{total / 100:g}={number_tex(answer)}$",
        ),
        wrong(number(Fraction(own, 100)), "没有重新归一化", "not renormalised"),
        wrong(number(Fraction(own, total + percents[kept])), "多留了一个词元", "one token too many is kept"),
        wrong(number(Fraction(own, sum(percents[: kept - 1]))), "少留了一个词元", "one token too few is kept"),
        wrong(number(Fraction(1, kept)), "当成了均匀分布", "taken for uniform"),
        wrong(number(Fraction(own, 100 - total)), "除以了被删去的概率", "divided by the removed mass"),
    )


def _clipped(candidate: list[str], reference: list[str], size: int) -> tuple[int, int]:
    """Matched n-grams, each at most as often as the reference has it, and the matches without this limit."""
    grams = [tuple(candidate[i : i + size]) for i in range(len(candidate) - size + 1)]
    known = Counter(tuple(reference[i : i + size]) for i in range(len(reference) - size + 1))
    return (Counter(grams) & known).total(), sum(gram in known for gram in grams)


@drill("bleu", "nlp.generation-metrics", "BLEU-2", "BLEU-2")
def _bleu(random: Random) -> Instance:
    words = random.sample(("the", "cat", "sat", "on", "mat", "dog"), 4)
    candidate = [random.choice(words) for _ in range(random.choice((4, 5)))]
    reference = [random.choice(words) for _ in range(len(candidate) + random.choice((1, 2)))]
    c, r = len(candidate), len(reference)
    (ones, loose_ones), (twos, loose_twos) = (_clipped(candidate, reference, size) for size in (1, 2))
    if twos == 0 or ones in (loose_ones, c):
        raise Redraw
    first, second = Fraction(ones, c), Fraction(twos, c - 1)
    brevity = exp(1 - r / c)
    answer = brevity * sqrt(first * second)
    shown = f"`{' '.join(candidate)}`", f"`{' '.join(reference)}`"
    return instance(
        question(
            Text(
                rf"候选 {shown[0]}，唯一参考 {shown[1]}。求 BLEU-2：截断的 1-gram 与 2-gram 精确率的几何平均，"
                "乘以简短惩罚。",
                rf"Candidate {shown[0]}, single reference {shown[1]}. Find BLEU-2: the geometric mean of the clipped "
                "1-gram and 2-gram precisions, times the brevity penalty.",
            ),
            DIGITS,
        ),
        rounded(answer),
        steps(
            rf"$p_1={ones}/{c}$, $p_2={twos}/{c - 1}$",
            rf"$\mathrm{{BP}}=e^{{1-{r}/{c}}}={decimal_text(brevity, 4)}$",
            rf"$\mathrm{{BP}}\sqrt{{p_1p_2}}={decimal_text(answer, 4)}$",
        ),
        wrong(rounded(answer / brevity), "没有简短惩罚", "no brevity penalty"),
        wrong(rounded(brevity * sqrt(Fraction(loose_ones * loose_twos, c * (c - 1)))), "没有截断计数", "no clipping"),
        wrong(rounded(brevity * (first + second) / 2), "用了算术平均", "the arithmetic mean"),
        wrong(rounded(brevity * first * second), "只相乘，没有开方", "the product without the root"),
        wrong(rounded(exp(1 - c / r) * sqrt(first * second)), "候选与参考的长度弄反了", "the lengths exchanged"),
    )


CORPUS = ("low", "lower", "lowest", "new", "newer", "newest", "wide", "wider", "widest", "sent", "west", "test", "were")


@drill("bpe-merge", "nlp.subword", "BPE 的第一次合并", "The first merge of BPE")
def _bpe_merge(random: Random) -> Instance:
    words = {word: random.randint(2, 9) for word in random.sample(CORPUS, 4)}
    pairs: Counter[str] = Counter()
    types: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for word, count in words.items():
        letters.update(word * count)
        for left, right in pairwise(word):
            pairs[left + right] += count
            types[left + right] += 1
    (best, most), (second, next_most), *_rest = pairs.most_common()
    if most == next_most:
        raise Redraw
    listed = ", ".join(f"`{word}` {count}" for word, count in words.items())
    return instance(
        question(
            Text(
                f"BPE 训练语料的词与频次：{listed}，初始按字母切分。第一次合并的那一对在语料中出现几次？",
                f"A BPE corpus has these words and counts: {listed}; symbols start as single letters. "
                "How often does the pair that is merged first occur in the corpus?",
            ),
            WHOLE,
        ),
        number(most),
        steps(
            Text("每个相邻对按词频累加。", "Each adjacent pair counts as often as its word."),
            f"`{best}`: {'+'.join(str(count) for word, count in words.items() if best in word)} = {most}",
            f"`{second}`: {next_most}",
        ),
        wrong(number(types[best]), "每个词只算了一次", "each word counted once"),
        wrong(number(next_most), "取了第二多的一对", "the runner-up"),
        wrong(number(max(letters.values())), "数了单个字母", "counts single letters"),
        wrong(number(max(words.values())), "取了最常见的词的频次", "the count of the commonest word"),
        wrong(number(sum(words.values())), "取了所有词的频次之和", "the count of all words"),
    )


@drill("speculative", "inf.speculative", "投机解码的期望词元", "Tokens of a speculative round")
def _speculative(random: Random) -> Instance:
    acceptance = random.choice(
        [Fraction(*pair) for pair in ((1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5), (2, 5), (3, 5), (4, 5))]
    )
    drafts = random.choice((2, 3, 4))
    answer = (1 - acceptance ** (drafts + 1)) / (1 - acceptance)
    terms = "+".join(number_tex(acceptance**k) for k in range(drafts + 1))
    alpha = number_tex(acceptance)
    return instance(
        question(
            Text(
                rf"投机解码每轮起草 $\gamma={drafts}$ 个词元，各以概率 $\alpha={alpha}$ 独立被接受，首个被拒后停止；"
                "目标模型每轮必另出一个词元。每轮期望得到几个词元？",
                rf"Speculative decoding drafts $\gamma={drafts}$ tokens a round, each accepted independently with "
                rf"probability $\alpha={alpha}$ until the first rejection; the target model always adds one token. "
                "How many tokens does a round yield on average?",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            r"$1+\alpha+\dots+\alpha^\gamma=\frac{1-\alpha^{\gamma+1}}{1-\alpha}$",
            rf"${terms}={number_tex(answer)}$",
        ),
        wrong(number(answer - 1), "漏了目标模型自己的词元", "without the target model's own token"),
        wrong(number(1 + drafts * acceptance), "被拒后仍继续计数", "counts on after a rejection"),
        wrong(number(answer - acceptance**drafts), "少了最后一项", "the last term is missing"),
        wrong(number(1 / (1 - acceptance)), "当成了不限起草长度", "as if drafts were endless"),
        wrong(number(drafts + 1), "当成了全部接受", "as if all were accepted"),
    )
