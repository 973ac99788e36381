"""Proofs of stage 7, natural language processing: the algorithms are run on the instances that the cards give."""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from pytest import approx

from tests.decks.arrays import logistic, slope, softmax
from tests.decks.proving import Claim, matrix_of, only, proof, run_code, value_of
from tests.decks.reading import option_that, tex_in, worth

Array = npt.NDArray[np.float64]
Words = Sequence[str]
Action = Callable[[str], None]

_NUMBER = r"(\d[\d,]*(?:\.\d+)?|\.\d+)"
_RELATION = "=|<|>"


def given(text: str, template: str) -> list[float]:
    """The numbers that stand where the template has #. Raises ValueError when it does not fit exactly once."""
    matches = re.findall(_NUMBER.join(map(re.escape, template.split("#"))), text)
    if len(matches) != 1:
        raise ValueError(f"{template!r} fits {len(matches)} times in {text!r}")
    numbers = [matches[0]] if isinstance(matches[0], str) else matches[0]
    return [float(number.replace(",", "")) for number in numbers]


def quoted(text: str) -> list[str]:
    """What stands between backquotes."""
    return re.findall(r"`([^`]+)`", text)


def sides(tex: str) -> list[str]:
    """What stands between the relations of a chain."""
    return re.split(_RELATION, tex)


def holds(tex: str, notes: Mapping[str, float], **symbols: float) -> bool:
    """Whether each relation of a chain is true."""
    values = [worth(side, notes, **symbols) for side in sides(tex)]
    true: dict[str, Callable[[float, float], bool]] = {
        "=": lambda one, two: math.isclose(one, two, abs_tol=1e-12),
        "<": lambda one, two: one < two,
        ">": lambda one, two: one > two,
    }
    pairs = zip(re.findall(_RELATION, tex), itertools.pairwise(values), strict=True)
    return all(true[relation](one, two) for relation, (one, two) in pairs)


def summed(tex: str, index: str, values: Iterable[int]) -> str:
    """A sum over an index that reaches to the end of the TeX, written out."""
    head, sign, body = tex.partition(rf"\sum_{index}")
    place = rf"(?<=_){index}(?![A-Za-z])|(?<=_\{{t){index}(?=\}})"
    return head + "(" + "+".join(f"({re.sub(place, str(n), body)})" for n in values) + ")" if sign else tex


def carried_out(steps: Iterable[str], actions: Mapping[str, Action]) -> None:
    """Does for each step what its words say. Raises ValueError for a step that no action knows."""
    for step in steps:
        (action,) = [action for words, action in actions.items() if words in step]
        action(step)


class Chain:
    """What a derivation has reached: a line may only follow the one whose result it uses."""

    def __init__(self) -> None:
        self._last: str | None = None

    def after(self, before: str | None, now: str) -> None:
        assert self._last == before, f"{now} needs {before}, not {self._last}"
        self._last = now


def segmentations(text: str) -> Iterator[tuple[str, ...]]:
    """Every way to cut a text: each gap is cut or not."""
    for cuts in itertools.product((False, True), repeat=max(0, len(text) - 1)):
        ends = [0, *(n + 1 for n, cut in enumerate(cuts) if cut), len(text)]
        yield tuple(text[i:j] for i, j in itertools.pairwise(ends))


def likelihood(text: str, chances: Mapping[str, float]) -> float:
    """The probability of a text under a unigram model, summed over its segmentations."""
    return sum(math.prod(chances.get(token, 0.0) for token in cut) for cut in segmentations(text))


def log_likelihood(corpus: Mapping[str, int], chances: Mapping[str, float]) -> float:
    return sum(count * math.log(likelihood(word, chances)) for word, count in corpus.items())


def em_step(corpus: Mapping[str, int], chances: Mapping[str, float]) -> dict[str, float]:
    """Token probabilities from the expected counts under the old ones."""
    expected = dict.fromkeys(chances, 1e-12)
    for word, count in corpus.items():
        for cut in segmentations(word):
            share = math.prod(chances.get(token, 0.0) for token in cut) / likelihood(word, chances)
            for token in cut if share else ():
                expected[token] += count * share
    return {token: n / sum(expected.values()) for token, n in expected.items()}


def edits(one: Words, two: Words) -> int:
    """The fewest insertions, deletions and replacements, found by trying sets of edits of growing size."""
    letters, reached, distance = sorted({*two}), {tuple(one)}, 0
    while tuple(two) not in reached:
        wider = set()
        for word in reached:
            for n in range(len(word) + 1):
                wider |= {(*word[:n], letter, *word[n:]) for letter in letters}
                wider |= {(*word[:n], letter, *word[n + 1 :]) for letter in letters if n < len(word)}
                wider |= {(*word[:n], *word[n + 1 :])}
        reached, distance = wider, distance + 1
    return distance


def grams(words: Words, n: int) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def f_one(shared: int, found: int, wanted: int) -> float:
    precision, recall = shared / found, shared / wanted
    return 2 * precision * recall / (precision + recall)


def mutual_information(joint: Array) -> float:
    return float((joint * np.log(joint / np.outer(joint.sum(1), joint.sum(0)))).sum())


# ---------------------------------------------------------------- BERT, contextual embeddings


@proof("nlp.bert-01")
def masked_training(card: Claim) -> None:
    """One step is carried out on random tokens with a small network."""
    length, picked, hidden = map(int, given(card.back, "a sequence of # has about # of them, # being"))
    (unchanged,) = given(card.back, "the unchanged #% included")
    vocabulary, width, mask, rng = 50, 4, 50, card.rng
    originals = rng.integers(0, vocabulary, length)
    table, position = rng.normal(size=(vocabulary + 1, width)), rng.normal(size=(length, width))
    tokens: list[int] = []
    chosen: list[int] = []
    data: dict[str, Array] = {}

    def choose(step: str) -> None:
        (share,) = given(step, "Choose #% of the token positions")
        chosen.extend(map(int, rng.choice(length, round(length * share / 100), replace=False)))

    def alter(step: str) -> None:
        shares = given(step, "Of those, #% become `[MASK]`, #% a random token, #% stay")
        assert chosen and sum(shares) == 100 and shares[2] == unchanged
        masks, others = (round(len(chosen) * share / 100) for share in shares[:2])
        tokens.extend(map(int, originals))
        for n, place in enumerate(chosen[: masks + others]):
            tokens[place] = mask if n < masks else int(rng.integers(vocabulary))

    def look_up(_: str) -> None:
        data["inputs"] = table[tokens] + position

    def encode(_: str) -> None:
        inputs = data.pop("inputs")
        data["outputs"] = (inputs + inputs.mean(axis=0))[chosen]

    def score(step: str) -> None:
        outputs = data.pop("outputs")
        assert "at these outputs against the labels" in step
        chances = softmax(outputs @ table[:vocabulary].T)
        data["losses"] = -np.log(chances[range(len(chosen)), originals[chosen]])

    actions = {
        "at random and keep": choose,
        "become `[MASK]`": alter,
        "Look up the altered": look_up,
        "Run the bidirectional encoder": encode,
        "Take the cross-entropy": score,
    }
    carried_out(card.steps, actions)
    assert len(data["losses"]) == picked
    assert tokens.count(mask) == hidden
    assert all("all outputs" in decoy for decoy in card.decoys) and picked < length


@proof("nlp.bert-03")
def parameters_of_bert(card: Claim) -> None:
    """The tables are laid out; the remark is held against the count of all weights of the model."""
    vocabulary, positions, segments, width = map(
        int, given(card.front, "vocabulary #, # positions, # segments, width #")
    )
    tables = sum(np.empty((rows, width), np.int8).size for rows in (vocabulary, positions, segments))
    assert card.unit == "M"
    assert card.value == approx(tables / 1e6, abs=0.05)
    layers, factor, squared, base, stated, total = given(
        card.more, r"The # layers have about $#d^2$ each, together $#\times#^2\approx#$ million; about # million in all"
    )
    assert (squared, base) == (layers * factor, width)
    attention, inner = 4 * (width * width + width), 2 * width * 4 * width + 5 * width
    blocks = layers * (attention + inner + 4 * width)
    assert stated == approx(blocks / 1e6, rel=0.003)
    assert total == approx((tables + 2 * width + blocks + width * width + width) / 1e6, abs=0.6)


@proof("nlp.contextual-embeddings-02")
def anisotropy(card: Claim) -> None:
    """Vectors are drawn in many dimensions; without their mean they are nearly orthogonal."""
    (norm,) = given(card.front, r"\|\mu\|=#")
    noise = card.rng.normal(size=(30, 5_000))
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    shift = np.full(5_000, norm / math.sqrt(5_000))

    def typical(vectors: Array) -> float:
        unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return float((unit @ unit.T)[np.triu_indices(len(unit), 1)].mean())

    assert card.value == approx(typical(noise + shift), abs=0.02)
    (random, centred) = given(card.more, "with # for random pairs"), given(card.more, "back to about #")
    assert (*random, *centred) == approx((typical(noise + shift), typical(noise)), abs=0.02)


# ---------------------------------------------------------------- dialogue


@proof("nlp.dialogue-01")
def one_turn(card: Claim) -> None:
    """A toy system books a train: the city was given a turn ago, the day now; it must ask for neither again."""
    state = {"city": "Rome"}
    data: dict[str, object] = {"audio": b"on Monday"}

    def recognise(_: str) -> None:
        audio = data.pop("audio")
        assert isinstance(audio, bytes)
        data["text"] = audio.decode()

    def understand(_: str) -> None:
        text = data.pop("text")
        assert isinstance(text, str)
        data["slots"] = {"day": text.removeprefix("on ")}

    def track(step: str) -> None:
        slots = data.pop("slots")
        assert isinstance(slots, dict)
        if "replace the whole" in step:
            state.clear()
        state.update(slots)

    def decide(_: str) -> None:
        assert "slots" not in data and "audio" not in data and "text" not in data
        missing = [slot for slot in ("city", "day", "class") if slot not in state]
        data["act"] = missing[0]

    def word(_: str) -> None:
        data["sentence"] = f"Which {data.pop('act')}?"

    def speak(_: str) -> None:
        data["reply"] = str(data.pop("sentence")).encode()

    actions = {
        "user audio to text": recognise,
        "to the intent and slot values": understand,
        "State tracking": track,
        "choose a system act": decide,
        "put that act into a sentence": word,
        "speak the sentence": speak,
    }
    carried_out(card.steps, actions)
    assert data == {"reply": b"Which class?"}


@proof("nlp.dialogue-02")
def score_of_a_reply(card: Claim) -> None:
    """Compares both formulas on a random joint distribution, and the ranks of a reply that fits everything."""
    score = card.formulas("front")[2]
    mutual = tex_in(card.more)[1]
    joint = card.rng.dirichlet(np.ones(12)).reshape(3, 4)
    for s, t in np.ndindex(joint.shape):
        of_s, of_t = joint[s].sum(), joint[:, t].sum()
        notes = {r"p(T\mid S)": joint[s, t] / of_s, "p(T)": of_t, "p(S)": of_s, "p(S,T)": joint[s, t]}
        assert worth(score, notes, lambda_=1) == approx(worth(mutual, notes))
    bland, apt = {r"p(T\mid S)": 0.2, "p(T)": 0.2}, {r"p(T\mid S)": 0.1, "p(T)": 0.001}
    assert worth(score, bland, lambda_=0) > worth(score, apt, lambda_=0)
    assert worth(score, bland, lambda_=0.5) < worth(score, apt, lambda_=0.5)


@proof("nlp.dialogue-03")
def joint_accuracy(card: Claim) -> None:
    """Every pattern of right and wrong slots with its probability."""
    slots, rate = given(card.front, "has # slots, each right with probability #")
    patterns = list(itertools.product((rate, 1 - rate), repeat=int(slots)))
    right = sum(math.prod(pattern) for pattern in patterns if set(pattern) == {rate})
    assert sum(map(math.prod, patterns)) == approx(1)
    assert card.value == approx(right, abs=0.0005)
    (percent,) = given(card.more, "about #% of the turns")
    turns, _, _, clean = given(card.more, r"Over # such independent turns only $#^{#}\approx#$ stay")
    assert percent == approx(100 * (1 - right), abs=0.5)
    assert clean == approx(math.prod([right] * int(turns)), abs=0.005)


# ---------------------------------------------------------------- metrics of generation


@proof("nlp.generation-metrics-02")
def rouge(card: Claim) -> None:
    """Looks through all subsequences of the candidate for the longest one that the reference has."""
    candidate, reference = (text.split() for text in quoted(card.front))

    def is_within(part: Words) -> bool:
        words = iter(reference)
        return all(word in words for word in part)

    lengths = range(len(candidate) + 1)
    parts = (part for n in lengths for part in itertools.combinations(candidate, n) if is_within(part))
    assert card.value == approx(f_one(max(map(len, parts)), len(candidate), len(reference)), abs=0.005)
    assert "the F1 of ROUGE-L" in card.front
    (order,) = given(card.more, "ROUGE-# would match a single")
    (shared,) = grams(candidate, int(order)) & grams(reference, int(order))
    assert quoted(card.more) == [" ".join(shared)]


@proof("nlp.generation-metrics-03")
def precision_and_recall(card: Claim) -> None:
    """Counts the shared words of a text and its beginning."""
    length, whole = map(int, given(card.front, "the first # words of a #-word reference"))
    reference = [f"w{n}" for n in range(whole)]
    shared = (grams(reference, 1) & grams(reference[:length], 1)).total()
    wanted = shared / length, shared / whole
    assert card.key == only(card.options, lambda option: [value_of(tex) for tex in tex_in(option)] == approx(wanted))


@proof("nlp.generation-metrics-04")
def bleu_of_a_corpus(card: Claim) -> None:
    """Two sentences of which one matches no n-gram of the highest order."""
    lowest, highest = map(int, given(card.back, "geometric mean of #- to #-gram precisions"))
    pairs = [("a b c d x", "a b c d y"), ("a b x c", "a b y c")]

    def precisions(sentences: Sequence[tuple[str, str]], orders: Iterable[int]) -> list[float]:
        shares = []
        for n in orders:
            both = [(grams(one.split(), n), grams(two.split(), n)) for one, two in sentences]
            shares.append(sum((one & two).total() for one, two in both) / sum(one.total() for one, _ in both))
        return shares

    orders = range(lowest, highest + 1)
    assert lowest == 1 and math.prod(precisions(pairs[1:], orders)) == 0
    assert math.prod(precisions(pairs[1:], range(1, highest - 1))) > 0
    assert math.prod(precisions(pairs, orders)) > 0
    assert precisions(pairs[:1], [highest + 1]) == [0]


@proof("nlp.generation-metrics-05")
def word_error_rate(card: Claim) -> None:
    """The fewest edits of words, by breadth-first search."""
    reference, output = (text.split() for text in quoted(card.front))
    assert card.unit == "%" and "(substitutions + deletions + insertions) ÷ reference words" in card.front
    assert card.value == approx(100 * edits(reference, output) / len(reference))


# ---------------------------------------------------------------- GloVe


@proof("nlp.glove-01")
def residual(card: Claim) -> None:
    """With the biases of the remark, random counts have residual 0 exactly when the inner product is their PMI."""
    counts = card.rng.integers(1, 50, (4, 4)).astype(float)
    counts += counts.T
    total = counts.sum()
    for i, j in np.ndindex(counts.shape):
        row, column = counts[i].sum(), counts[:, j].sum()
        notes: dict[str, float] = {
            r"w_i^\top\tilde w_j": math.log(counts[i, j] * total / (row * column)),
            r"\tilde b_j": math.log(column) - math.log(total),
            "b_i": math.log(row),
            "X_{ij}": float(counts[i, j]),
        }
        assert worth(card.cloze(1), notes) == approx(0, abs=1e-12)


@proof("nlp.glove-02")
def weights(card: Claim) -> None:
    """Evaluates the function of the front at both counts; above its bound it is constant."""
    weight = sides(card.formulas("front")[0])[1]
    (times,) = given(card.front, "of a pair seen # times and a pair seen once")
    (bound,) = given(card.more, "above # the weight stops")
    assert card.value == approx(value_of(weight, x=times) / value_of(weight, x=1))
    assert value_of(weight, x=bound) == value_of(weight, x=5 * bound) == 1 > value_of(weight, x=0.99 * bound)
    assert value_of(weight, x=0) == 0


@proof("nlp.glove-03")
def from_ratios(card: Claim) -> None:
    """Each equation on random symmetric counts, with the inner products that the step before left."""
    counts = card.rng.integers(1, 60, (5, 5)).astype(float)
    counts += counts.T
    i, j, k = 0, 1, 2
    rows = counts.sum(axis=1)
    chance = counts / rows[:, None]
    score = np.log(chance)
    notes: dict[str, float] = {"P_{ik}": chance[i, k], "P_{jk}": chance[j, k], "X_{ik}": counts[i, k], "X_i": rows[i]}
    product = r"w_i^\top\tilde w_k"
    chain = Chain()

    def ratio(step: str) -> None:
        chain.after(None, "ratio")
        known = {r"F((w_i-w_j)^\top\tilde w_k)": math.exp(score[i, k] - score[j, k])}
        assert holds(tex_in(step)[0], notes | known)

    def exponential(step: str) -> None:
        chain.after("ratio", "exponential")
        assert holds(tex_in(step)[-1], notes | {product: score[i, k]})

    def insert(step: str) -> None:
        chain.after("exponential", "insert")
        assert holds(tex_in(step)[-1], notes | {product: score[i, k]})

    def bias(step: str) -> None:
        chain.after("insert", "bias")
        assert holds(tex_in(step)[-1], notes | {product: score[i, k], "b_i": math.log(rows[i])})

    def symmetric(step: str) -> None:
        chain.after("bias", "symmetric")
        for one, two in ((i, k), (k, i)):
            left = math.log(rows[one]), math.log(rows[two])
            inner = math.log(counts[i, k]) - sum(left)
            assert holds(tex_in(step)[-1], notes | {product: inner, "b_i": left[0], r"\tilde b_k": left[1]})

    actions = {
        "give the ratio": ratio,
        "into quotients": exponential,
        "Insert": insert,
        "becomes a bias": bias,
        "For symmetry": symmetric,
    }
    carried_out(card.steps, actions)
    assert not any(holds(tex_in(decoy)[-1], notes | {product: score[i, k]}) for decoy in card.decoys)


# ---------------------------------------------------------------- GPT


@proof("nlp.gpt-01")
def loss_terms(card: Claim) -> None:
    """Counts the terms of both losses on a long text."""
    (percent,) = given(card.front, "an MLM at #% of them")
    positions = np.arange(3000)
    masked = card.rng.choice(positions, round(len(positions) * percent / 100), replace=False)
    assert card.value == approx(len(positions) / len(masked), abs=0.005)


@proof("nlp.gpt-03")
def parameters_of_gpt(card: Claim) -> None:
    """Every weight and bias of the model, not only the dominant ones."""
    layers, _, width, vocabulary, positions = map(
        int, given(card.front, "# layers of about $#d^2$ parameters, $d=#$; vocabulary #, # positions")
    )
    shapes = [(width, 3 * width), (width, width), (width, 4 * width), (4 * width, width)]
    layer = sum(rows * columns + columns for rows, columns in shapes) + 2 * 2 * width
    total = layers * layer + 2 * width + (vocabulary + positions) * width
    assert card.unit == "M"
    assert card.value == approx(total / 1e6, rel=0.005)
    (untied,) = given(card.more, "adds another #")
    assert untied == approx(vocabulary * width / 1e6, abs=0.05)


@proof("nlp.gpt-04")
def labels(card: Claim) -> None:
    """Each accepted slice is taken from an array and compared with the tokens one place later."""
    x = np.arange(10, 17)
    wanted = [int(x[place + 1]) for place in range(len(x) - 1)]
    assert quoted(card.front) == ["x", "logits", "logits[:-1]"]
    assert len(wanted) == len(x[:-1])
    for answer in card.answers:
        inner = re.sub(r"^x?\[(.*)\]$", r"\1", answer)
        assert eval(f"x[{inner}]", {"x": x, "n": len(x)}).tolist() == wanted


@proof("nlp.gpt-05")
def two_scores(card: Claim) -> None:
    """Compares the totals and the means."""
    tokens, total, others, other = given(
        card.front, "option A has # tokens and total log-probability $-#$; B has # and $-#$"
    )
    by_total = "A" if -total > -other else "B"
    by_mean = "A" if -total / tokens > -other / others else "B"
    said = f"{by_total} in both cases" if by_total == by_mean else f"total: {by_total}, mean: {by_mean}"
    assert card.key == only(card.options, lambda option: option == said)


# ---------------------------------------------------------------- language models


@proof("nlp.language-model-02")
def one_more_of_each(card: Claim) -> None:
    """Adds one to a whole row of counts."""
    size, total, seen = given(card.front, "$V=#$, $c(w)=#$, $c(wv)=#$")
    row = np.zeros(int(size))
    row[:2] = seen, total - seen
    row += 1
    assert card.value == approx(row[0] / row.sum(), abs=0.0005)


@proof("nlp.language-model-04")
def left_over_mass(card: Claim) -> None:
    """With this weight the probabilities add up to 1 for random counts."""
    formula = sides(card.formulas("cloze")[0])[1]
    for discount in (0.3, 0.75):
        counts = np.append(card.rng.integers(1, 9, 4), [0, 0, 0]).astype(float)
        lower = card.rng.dirichlet(np.ones(counts.size))
        notes = {"c(w)": counts.sum(), r"N_{1+}(w\cdot)": float((counts > 0).sum())}
        weight = worth(card.cloze(1), notes, D=discount)
        notes |= {r"\lambda(w)": weight}
        chances = [
            worth(formula, notes | {"c(wv)": count, "P_0(v)": low}, D=discount)
            for count, low in zip(counts, lower, strict=True)
        ]
        assert sum(chances) == approx(1)


@proof("nlp.language-model-05")
def sentences_of_all_lengths(card: Claim) -> None:
    """A random bigram model: its sentences of each length by enumeration, and those with an end by matrices."""
    first, rows = card.rng.dirichlet(np.ones(3)), card.rng.dirichlet(np.ones(4), size=3)
    endless = rows[:, :3] / rows[:, :3].sum(axis=1, keepdims=True)
    for length in (1, 2, 4):
        total = 0.0
        for words in itertools.product(range(3), repeat=length):
            total += first[words[0]] * math.prod(endless[a, b] for a, b in itertools.pairwise(words))
        assert total == approx(card.numbers("back")[0])
    state, ended = first, 0.0
    for _ in range(2000):
        ended += float(state @ rows[:, 3])
        state = state @ rows[:, :3]
    assert ended == approx(card.numbers("back")[1])


@proof("nlp.language-model-06")
def pooled_perplexity(card: Claim) -> None:
    """Lays out the log-probabilities of all tokens."""
    one, few, two, many = given(card.front, "perplexity # on a document of # tokens and # on one of # tokens")
    logs = np.log(1 / np.repeat([one, two], [int(few), int(many)]))
    pooled = math.exp(-logs.mean())
    assert card.key == only(card.options, lambda option: math.isclose(float(option), pooled))


# ---------------------------------------------------------------- translation


@proof("nlp.machine-translation-01")
def length_penalty(card: Claim) -> None:
    """Scores both hypotheses by the formula and by the mean-like quotient, and says which wins with and without."""
    formula, _, setting = card.formulas("front")[:3]
    (alpha,) = given(setting, r"\alpha=#")
    lengths = {}
    for name in "AB":
        length, log = given(card.front, rf"{name}: $n=#$, $\log p=-#$")
        lengths[name] = (int(length), -log)
    scores = {name: worth(formula, {r"\log p": log}, n=length, alpha=alpha) for name, (length, log) in lengths.items()}
    (best,) = [name for name, score in scores.items() if score == max(scores.values())]
    assert scores[best] == approx(lengths[best][1] / math.exp(alpha * math.log((5 + lengths[best][0]) / 6)))
    assert card.value == approx(scores[best])
    assert f"by {best}:" in card.back
    assert f"Unnormalised, {max(lengths, key=lambda name: lengths[name][1])} wins" in card.more


@proof("nlp.machine-translation-04")
def noisy_channel(card: Claim) -> None:
    """On a random joint distribution the product is the posterior up to a factor that does not depend on e."""
    joint = card.rng.dirichlet(np.ones(12)).reshape(4, 3)
    for f in range(3):
        for e in range(4):
            of_e, of_f = joint[e].sum(), joint[:, f].sum()
            notes = {r"P(f\mid e)": joint[e, f] / of_e, "P(e)": of_e, r"P(e\mid f)": joint[e, f] / of_f}
            assert worth(card.cloze(1), notes) == approx(of_f * worth(card.cloze(3), notes))
            assert worth(card.cloze(2), notes) == approx(joint.sum(axis=1)[e])


# ---------------------------------------------------------------- parsing


@proof("nlp.parsing-01")
def chart(card: Claim) -> None:
    """Counts the spans, and the loops of CKY as length and grammar double."""

    def spans(n: int) -> list[tuple[int, int]]:
        return [(i, j) for i in range(n) for j in range(i + 1, n + 1)]

    def loops(n: int, rules: int) -> int:
        return sum(j - i - 1 for i, j in spans(n)) * rules

    for n in (1, 4, 9):
        assert value_of(card.cloze(2), n=n) == len(spans(n))
    body = re.sub(r"^\$?O\((.*)\)\$?$", r"\1", card.cloze(3))
    claimed = value_of(body, n=400, G=6) / value_of(body, n=200, G=3)
    assert loops(400, 6) / loops(200, 3) == approx(claimed, rel=0.02)


@proof("nlp.parsing-02")
def inside(card: Claim) -> None:
    """Enumerates the trees; the remark's best tree among them."""
    binary, unary = given(card.front, r"$S\to SS$ (probability #) and $S\to a$ (probability #)")
    (word,) = (re.findall(r"sentence \$(a+)\$", card.front)) or [""]

    def trees(n: int) -> list[float]:
        if n == 1:
            return [unary]
        return [binary * one * two for split in range(1, n) for one in trees(split) for two in trees(n - split)]

    assert binary + unary == approx(1)
    assert card.value == approx(sum(trees(len(word))), abs=0.00005)
    (best,) = given(card.more, "gives #.")
    assert best == approx(max(trees(len(word))))


# ---------------------------------------------------------------- tagging


@proof("nlp.pos-tagging-01")
def best_tags(card: Claim) -> None:
    """All tag strings are tried."""
    start = np.array(given(card.front, r"$\pi=(#,#)$"))
    moves, emits = [matrix_of(tex) for tex in card.formulas("front") if "matrix" in tex]
    assert [start.sum(), *moves.sum(axis=1)] == approx([1, 1, 1]) and max(emits.sum(axis=1)) <= 1
    (observed,) = re.findall(r"Observed: \$(.+?)\$", card.front)
    emissions = [emits[:, int(number) - 1] for number in re.findall(r"x_(\d)", observed)]
    chances = {}
    for tags in itertools.product(range(2), repeat=len(emissions)):
        chance = start[tags[0]] * math.prod(moves[a, b] for a, b in itertools.pairwise(tags))
        chances["".join("NV"[tag] for tag in tags)] = chance * math.prod(
            seen[tag] for seen, tag in zip(emissions, tags, strict=True)
        )
    best = max(chances, key=lambda tags: chances[tags])
    for answer in card.answers:
        assert re.sub("[^A-Z]", "", answer) == best
    stated = given(card.back, r"$#\times#\times#=#$ beats NN with $#\times#\times#=#$")
    assert (stated[3], stated[7]) == approx((chances[best], chances["NN"]))
    firsts = given(card.more, "N is larger (# against #)")
    assert firsts == approx(list(start * emissions[0])) and firsts[0] > firsts[1]


@proof("nlp.pos-tagging-03")
def gradient_of_a_crf(card: Claim) -> None:
    """Differences of the log-probability of a small chain whose tag strings are all enumerated."""
    table, weight = card.rng.normal(size=(3, 2)), card.rng.normal(size=3)
    strings = list(itertools.product(range(2), repeat=3))

    def features(tags: Sequence[int]) -> Array:
        moves = sum(a == b for a, b in itertools.pairwise(tags))
        return np.array([sum(table[n, tag] for n, tag in enumerate(tags)), moves, tags[0] + 0.5 * tags[2]])

    every = np.array([features(tags) for tags in strings])

    def log_normaliser(w: Array) -> float:
        return float(np.log(np.exp(every @ w).sum()))

    chances = np.exp(every @ weight - log_normaliser(weight))
    best, own = int(chances.argmax()), int(chances.argmin())
    wanted = [
        slope(lambda h, e=e: float(every[own] @ (weight + h * e)) - log_normaliser(weight + h * e), 0.0)
        for e in np.eye(3)
    ]

    def fits(option: str) -> bool:
        notes = {"p(y\\mid x)": float(chances[own]), r"\log Z(x)": log_normaliser(weight)}
        values = []
        for n in range(3):
            known = {
                "F(x,y)": every[own, n],
                r"F(x,\hat y)": every[best, n],
                r"\sum_{y'}p(y'\mid x)F(x,y')": float(chances @ every[:, n]),
            }
            values.append(worth(tex_in(option)[0], notes | known))
        return values == approx(wanted, abs=1e-6)

    assert card.key == only(card.options, fits)


@proof("nlp.pos-tagging-04")
def number_of_paths(card: Claim) -> None:
    """Enumerates the tag strings; counts the operations of Viterbi as both sizes double."""

    def operations(n: int, k: int) -> int:
        return k + sum(1 for _ in itertools.product(range(n - 1), range(k), range(k)))

    for n, k in ((1, 3), (3, 2), (4, 3)):
        assert value_of(card.cloze(1), n=n, K=k) == len(list(itertools.product(range(k), repeat=n)))
    body = re.sub(r"^\$?O\((.*)\)\$?$", r"\1", card.cloze(2))
    for n, k in ((400, 4), (200, 8), (400, 8)):
        claimed = value_of(body, n=n, K=k) / value_of(body, n=200, K=4)
        assert operations(n, k) / operations(200, 4) == approx(claimed, rel=0.02)


@proof("nlp.pos-tagging-05")
def normaliser(card: Claim) -> None:
    """Adds up the weights of all tag strings."""
    (length,) = given(card.front, "CRF of length # with tags")
    tex = next(tex for tex in card.formulas("front") if "log" in tex)
    weight = math.exp(value_of(tex))
    strings = itertools.product("AB", repeat=int(length))
    total = sum(weight ** [*itertools.pairwise(tags)].count(("A", "A")) for tags in strings)
    assert card.value == approx(total)


# ---------------------------------------------------------------- preprocessing


@proof("nlp.preprocessing-02")
def decomposed(card: Claim) -> None:
    """The program, and what the tables of Unicode say."""
    assert run_code(card.code) == card.output
    whole = chr(int(card.code.split("\\u")[1][:4], 16))
    parts = [chr(int(code, 16)) for code in unicodedata.decomposition(whole).split()]
    sizes = [1 if ord(part) < 0x80 else 2 if ord(part) < 0x800 else 3 for part in parts]
    assert card.output.split() == ["1", str(len(parts)), str([whole] == parts), str(sum(sizes))]


@proof("nlp.preprocessing-03")
def edit_distance(card: Claim) -> None:
    """Breadth-first search over actual edits."""
    one, two = quoted(card.front)
    (cost,) = given(card.front, "a character costs #")
    assert card.value == cost * edits([*one], [*two])
    (replaced,) = given(card.back, "position by position takes #")
    assert replaced == sum(a != b for a, b in zip(one, two, strict=True))


# ---------------------------------------------------------------- pretraining and fine-tuning


@proof("nlp.pretrain-finetune-01")
def span_corruption(card: Claim) -> None:
    """A text is corrupted at random places; input and target are built."""
    spans, removed, length = map(int, given(card.front, "# spans with # of # tokens in all"))
    sizes = [removed // spans] * (spans - 1)
    sizes.append(removed - sum(sizes))
    kept = length - removed
    starts = sorted(map(int, card.rng.choice(kept - 1, spans, replace=False) + 1))
    source: list[str] = []
    target: list[str] = []
    for n, (before, start) in enumerate(itertools.pairwise([0, *starts])):
        source += ["word"] * (start - before) + [f"<{n}>"]
        target += [f"<{n}>"] + ["word"] * sizes[n]
    source += ["word"] * (kept - starts[-1])
    target.append(f"<{spans}>")
    assert card.value == len(target)
    assert given(card.back, "$#-#+#=#$")[-1] == len(source)


# ---------------------------------------------------------------- question answering


@proof("nlp.question-answering-01")
def overlap(card: Claim) -> None:
    """Normalises both answers and counts shared words."""
    gold, predicted = ([w for w in text.split() if w not in ("a", "an", "the")] for text in quoted(card.front))
    shared = (grams(gold, 1) & grams(predicted, 1)).total()
    assert "takes F1 over words" in card.front
    assert card.value == approx(f_one(shared, len(predicted), len(gold)), rel=0.002)
    (exact,) = given(card.more, "Exact match (EM) is # here")
    assert exact == float(gold == predicted)


@proof("nlp.question-answering-02")
def best_span(card: Claim) -> None:
    """The program, and one pass from left to right with the best start so far."""
    assert run_code(card.code) == card.output
    starts, ends = ([int(n) for n in row.split(",")] for row in re.findall(r"\[([\d, ]+)\]", card.code))
    best: tuple[int, int, int] | None = None
    start = 0
    for j, end in enumerate(ends):
        start = j if starts[j] > starts[start] else start
        if best is None or starts[start] + end > best[0]:
            best = (starts[start] + end, start, j)
    assert card.output == str(best)


# ---------------------------------------------------------------- semantics


@proof("nlp.semantics-02")
def pointwise_information(card: Claim) -> None:
    """Lays out the pairs and takes frequencies."""
    size, of_w, of_c, both = map(
        int, given(card.front, "Of # word-context pairs $w$ is in #, $c$ in #, and $(w,c)$ is # of them")
    )
    pairs = ["wc"] * both + ["w-"] * (of_w - both) + ["-c"] * (of_c - both)
    pairs += ["--"] * (size - len(pairs))
    share = [np.mean([letters in pair for pair in pairs]) for letters in ("wc", "w", "c")]
    assert len(pairs) == size
    assert card.value == approx(float(np.log2(share[0]) - np.log2(share[1]) - np.log2(share[2])))


# ---------------------------------------------------------------- sentence embeddings


@proof("nlp.sentence-bert-01")
def forward_passes(card: Claim) -> None:
    """Each sentence is paired with those before it."""
    (sentences,) = given(card.front, "among # sentences")
    assert card.value == approx(sum(range(int(sentences))) / sentences, abs=0.05)


@proof("nlp.sentence-bert-02")
def gradient_of_infonce(card: Claim) -> None:
    """Each line on random similarities, the gradient by differences; each line needs the one before."""
    s, tau, positive = card.rng.normal(size=5), 0.6, 0
    chain = Chain()

    def loss(values: Array) -> float:
        return -float(np.log(softmax(values / tau))[positive])

    rates = [slope(lambda h, e=e: loss(s + h * e), 0.0) for e in np.eye(5)]

    def notes(**index: int) -> dict[str, float]:
        return dict(zip((f"s_{n}" for n in [*range(5), *index]), s[[*range(5), *index.values()]], strict=True))

    def expand(step: str) -> None:
        chain.after(None, "expand")
        body = summed(sides(tex_in(step)[0])[1], "j", range(5))
        assert worth(body, notes() | {"s_+": s[positive]}, tau=tau) == approx(loss(s))

    def differentiate(step: str) -> None:
        chain.after("expand", "differentiate")
        share, slopes = (sides(tex.replace("[j=+]", "q"))[1] for tex in tex_in(step))
        for j in range(5):
            p = worth(summed(share, "k", range(5)), notes(j=j), tau=tau)
            assert value_of(slopes, p_j=p, q=float(j == positive), tau=tau) == approx(rates[j], abs=1e-8)

    def negative(step: str) -> None:
        chain.after("differentiate", "negative")
        for j in range(1, 5):
            p = float(softmax(s / tau)[j])
            assert value_of(sides(tex_in(step)[-1])[1], p_j=p, tau=tau) == approx(rates[j], abs=1e-8)
        assert min(rates[1:]) > 0

    def compare(step: str) -> None:
        chain.after("negative", "compare")
        assert worth(tex_in(step)[-1], notes(i=1, j=2), tau=tau) == approx(rates[1] / rates[2], rel=1e-6)

    def cool(step: str) -> None:
        chain.after("compare", "cool")
        assert tex_in(step)[0] == r"\tau\to0^+"
        push = softmax(s[1:] / 1e-3)
        assert push.max() == approx(1) and push.argmax() == s[1:].argmax()

    actions = {
        "Expand": expand,
        "Differentiate": differentiate,
        "For a negative": negative,
        "Compare two negatives": compare,
        "that ratio": cool,
    }
    carried_out(card.steps, actions)
    assert sum(rates) == approx(card.numbers("back")[0], abs=1e-8)


@proof("nlp.sentence-bert-04")
def classifier_shape(card: Claim) -> None:
    """Concatenates the vectors and solves for the shape."""
    (width,) = given(card.front, "(# dimensions each)")
    assert "three classes" in card.front
    u, v = card.rng.normal(size=(2, int(width)))
    joined = np.concatenate([u, v, np.abs(u - v)])
    for answer in card.answers:
        shape = [int(size) for size in re.findall(r"\d+", answer)]
        assert (joined @ np.zeros(shape)).shape == (3,)


@proof("nlp.sentence-bert-05")
def bound_on_information(card: Claim) -> None:
    """The loss of equal similarities, and the exact expectation over all draws from a small joint distribution."""
    start, bound = tex_in(card.cloze(1))
    for size in (2, 256):
        assert value_of(start, N=size) == approx(-math.log(float(softmax(np.full(size, 0.3))[0])))
    joint = np.array([[0.5, 0.02, 0.03], [0.05, 0.2, 0.2]])
    others, n = joint.sum(axis=0), 3
    critic = joint / np.outer(joint.sum(axis=1), others)
    for score in (critic, critic**2, np.ones_like(critic)):
        loss = 0.0
        for x, y, *rest in itertools.product(range(2), range(3), *[range(3)] * (n - 1)):
            chance = joint[x, y] * math.prod(others[z] for z in rest)
            loss -= chance * math.log(score[x, y] / score[x, [y, *rest]].sum())
        stated = value_of(bound, N=n, L=loss)
        assert stated <= mutual_information(joint)
        assert stated == approx(value_of(start, N=n) - loss)


# ---------------------------------------------------------------- sentiment


@proof("nlp.sentiment-01")
def negation_is_not_additive(card: Claim) -> None:
    """The scores of the texts for random weights against the formulas; the steps need one another."""
    signs = re.findall(r"`([^`]+)` \(([+−])\)", card.front)
    wanted = {text: ">" if sign == "+" else "<" for text, sign in signs}
    assert list(wanted) == quoted(card.front)
    b, g, d, n = card.rng.normal(size=4)
    letters = {"b": b, "g": g, "d": d, "n": n}
    weights = {"good": g, "bad": d, "not": n}
    score = {text: b + sum(weights[word] for word in text.split()) for text in wanted}
    chain = Chain()

    def set_up(step: str) -> None:
        chain.after(None, "set up")
        assert "above 0 means positive, below 0 negative" in step

    def require(step: str) -> None:
        chain.after("set up", "require")
        for tex, (text, sign) in zip(tex_in(step), wanted.items(), strict=True):
            assert value_of(re.split("[<>]", tex)[0], **letters) == approx(score[text]) and sign in tex

    def add(step: str) -> None:
        chain.after("require", "add")
        for tex, sign in zip(tex_in(step), "><", strict=True):
            total = sum(score[text] for text in wanted if wanted[text] == sign)
            assert value_of(tex.split(sign)[0], **letters) == approx(total)

    def contradict(_: str) -> None:
        chain.after("add", "contradict")
        assert score["good"] + score["not bad"] == approx(score["bad"] + score["not good"])

    def mend(step: str) -> None:
        chain.after("contradict", "mend")
        plain = {"good": 1.0, "bad": -1.0, "not": 2.0}
        totals = {text: sum(plain[word] for word in text.split()) for text in wanted}
        totals[quoted(step)[0]] -= 10
        assert {text: ">" if total > 0 else "<" for text, total in totals.items()} == wanted

    actions = {
        "Let the score be": set_up,
        "The four texts require": require,
        "The two positive ones add": add,
        "no such weights exist": contradict,
        "Hence a non-additive": mend,
    }
    carried_out(card.steps, actions)
    assert not any(holds(tex_in(decoy)[0], {}, **letters) for decoy in card.decoys)


@proof("nlp.sentiment-02")
def chance_agreement(card: Claim) -> None:
    """The table of both annotators, and kappa from the excess over the product of its margins."""
    positive, agreed = given(
        card.front, "each label #% of the reviews positive and the rest negative; they agree on #%"
    )
    both = (agreed - (100 - 2 * positive)) / 2
    counts = np.array([[both, positive - both], [positive - both, agreed - both]]) / 100
    by_chance = np.outer(counts.sum(axis=1), counts.sum(axis=0))
    assert counts.sum() == approx(1) and counts[0].sum() == approx(positive / 100)
    excess = np.trace(counts - by_chance)
    assert card.value == approx(excess / (1 - np.trace(by_chance)), abs=0.005)


@proof("nlp.sentiment-03")
def stars_as_classes(card: Claim) -> None:
    """Each kind of information is changed; the loss stays the same for one of them."""
    low, high = map(int, given(card.front, "Ratings of # to # stars"))
    classes = high - low + 1
    assert f"as {['one', 'two', 'three', 'four', 'five'][classes - 1]} classes" in card.front
    p, y = card.rng.dirichlet(np.ones(classes), size=6), card.rng.integers(0, classes, 6)

    def loss(chances: Array, stars: npt.NDArray[np.int64]) -> float:
        return float(-np.log(chances[range(len(stars)), stars]).mean())

    skewed = [0, 0, 0, *range(1, len(y))]
    bolder = softmax(2 * np.log(p))
    order = np.roll(np.arange(classes), 2)[::-1]
    one_by_one = np.mean([loss(p[[n]], y[[n]]) for n in range(len(y))])
    meanings = {
        "how frequent": lambda: math.isclose(loss(p[skewed], y[skewed]), loss(p, y)),
        "confidence in the right class": lambda: math.isclose(loss(bolder, y), loss(p, y)),
        "independence": lambda: not math.isclose(float(one_by_one), loss(p, y)),
        "order of the star levels": lambda: math.isclose(loss(p[:, np.argsort(order)], order[y]), loss(p, y)),
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- sequence to sequence


@proof("nlp.seq2seq-01")
def decoder_step(card: Claim) -> None:
    """The step with states of one dimension: each line uses only what is known by then."""
    known = {"v": 0.7, "W": -0.4, "U": 1.1, "s_t-1": 0.3} | {f"h_{j}": 0.5 * j - 0.8 for j in range(3)}
    output: list[str] = []

    def of(tex: str, j: int) -> float:
        plain = tex.replace(r"^\top", "").replace("e_{t", "x_{t").replace(r"\alpha", "a").replace("{tj}", f"{{t{j}}}")
        for index in "kj":
            plain = summed(plain, index, range(3))
        return value_of(plain.replace("h_j", f"h_{j}"), **known)

    def scores(step: str) -> None:
        name, body = sides(tex_in(step)[0])
        assert name == "e_{tj}"
        known.update({f"x_t{j}": of(body, j) for j in range(3)})

    def normalise(step: str) -> None:
        body = sides(tex_in(step)[-1])[1]
        known.update({f"a_t{j}": of(body, j) for j in range(3)})
        assert sum(known[f"a_t{j}"] for j in range(3)) == approx(1)

    def context(step: str) -> None:
        known["c_t"] = of(sides(tex_in(step)[0])[1], 0)
        assert -0.8 < known["c_t"] < 0.2

    def state(step: str) -> None:
        name, body = sides(tex_in(step)[0])
        needed = re.findall(r"(\w_(?:\w|\{[^}]*\}))", body)
        assert name == "s_t" and all(re.sub("[{}]", "", note) in {*known, "y_t-1"} for note in needed)
        known["s_t"] = math.tanh(known["s_t-1"] + known["c_t"])

    def emit(step: str) -> None:
        assert {*tex_in(step)[0].split(",")} - {"y_{t-1}"} <= {*known}
        output.append(tex_in(step)[1])

    actions = {
        "Scores": scores,
        "Normalise over": normalise,
        "Context vector": context,
        "New state": state,
        "gives the distribution": emit,
    }
    carried_out(card.steps, actions)
    assert output == ["y_t"]
    assert all("decoder steps" in decoy for decoy in card.decoys)


@proof("nlp.seq2seq-03")
def bilinear_shape(card: Claim) -> None:
    """Only one shape makes the score a number."""
    ((one,), (two,)) = given(card.front, r"s_t\in R^{#}"), given(card.front, r"h_j\in R^{#}")
    s, h = np.ones((int(one), 1)), np.ones((int(two), 1))
    for answer in card.answers:
        shape = [int(size) for size in re.findall(r"\d+", answer)]
        assert (s.T @ np.zeros(shape) @ h).shape == (1, 1)
    (parameters,) = given(card.more, "That is # parameters")
    inner, *_, additive = given(card.more, r"inner width # has $#\times(#+#)+#=#$")
    k = int(inner)
    assert parameters == np.zeros((s.size, h.size)).size
    assert additive == np.empty((k, s.size)).size + np.empty((k, h.size)).size + np.empty(k).size


# ---------------------------------------------------------------- subwords


@proof("nlp.subword-02")
def first_merge(card: Claim) -> None:
    """Which pair gains the most likelihood for each of its occurrences, by logarithms."""
    counts: dict[str, float] = {}
    for group in re.findall(r"([a-z]{2} \d+.*?)(?:;|\.)", card.front):
        (pair, seen), *_ = re.findall(r"\b([a-z]{2}) (\d+)", group)
        counts[pair] = float(seen)
        singles = re.findall(r"\b([a-z]) (\d+)", group)
        if each := re.search(r"\b([a-z]) and ([a-z]) (\d+) each", group):
            singles = [(each[1], each[3]), (each[2], each[3])]
        counts |= {letter: float(number) for letter, number in singles}
    gains = {
        pair: math.log(counts[pair]) - sum(math.log(counts[letter]) for letter in pair)
        for pair in counts
        if len(pair) == 2
    }
    assert len(gains) == 3
    best = max(gains, key=lambda pair: gains[pair])
    for answer in card.answers:
        assert re.sub(r"\band\b|[^a-z]", "", answer) == best
    assert best != max(gains, key=lambda pair: counts[pair])


@proof("nlp.subword-03")
def all_segmentations(card: Claim) -> None:
    """Cuts the string in every way."""
    singles = given(card.front, "gives a, b, c probabilities #, #, # and ab")
    pairs = given(card.front, "ab, bc #, #; abc is no token")
    chances = dict(zip(("a", "b", "c", "ab", "bc"), [*singles, *pairs], strict=True))
    assert card.value == approx(likelihood("abc", chances), abs=0.0005)
    (best,) = {quoted(card.more)[0]}
    shares = {
        "/".join(cut): math.prod(chances.get(token, 0.0) for token in cut) / likelihood("abc", chances)
        for cut in segmentations("abc")
    }
    (share,) = given(card.more, r"\approx #$ for")
    assert share == approx(shares[best], abs=0.005) and shares[best] == max(shares.values())


@proof("nlp.subword-04")
def pruning(card: Claim) -> None:
    """The training is run on a few words; each step takes what the one before left."""
    corpus, target = {"abab": 6, "abc": 4, "cab": 3, "bcab": 2}, 5
    seed: set[str] = set()
    vocabulary: set[str] = set()
    pruned: list[int] = []
    chances: dict[str, float] = {}
    losses: dict[str, float] = {}

    def start(_: str) -> None:
        assert not seed
        parts = {word[i:j] for word in corpus for i in range(len(word)) for j in range(i + 1, len(word) + 1)}
        seed.update(part for part in parts if len(part) == 1 or sum(part in word for word in corpus) > 1)
        vocabulary.update(seed)

    def estimate(_: str) -> None:
        assert vocabulary and not chances
        chances.update({token: 1 / len(vocabulary) for token in vocabulary})
        for _round in range(8):
            before = log_likelihood(corpus, chances)
            chances.update(em_step(corpus, chances))
            assert log_likelihood(corpus, chances) >= before - 1e-9

    def weigh(_: str) -> None:
        assert chances and not losses
        for token in [token for token in vocabulary if len(token) > 1]:
            without = {other: chance for other, chance in chances.items() if other != token}
            losses[token] = log_likelihood(corpus, chances) - log_likelihood(corpus, without)
        assert min(losses.values()) >= 0

    def drop(step: str) -> None:
        assert "keep every single character" in step
        vocabulary.discard(min(losses, key=lambda token: losses[token]))
        losses.clear()
        chances.clear()
        pruned.append(len(vocabulary))

    def repeat(_: str) -> None:
        assert pruned
        while len(vocabulary) > target:
            carried_out(card.steps[1:4], actions)

    actions = {
        "Start from a seed": start,
        "estimate the token probabilities": estimate,
        "corpus log-likelihood falls": weigh,
        "Drop the share": drop,
        "go back to EM": repeat,
    }
    carried_out(card.steps, actions)
    assert len(vocabulary) == target and {*"abc"} <= vocabulary <= seed and len(seed) > target
    assert all("Merge" in decoy for decoy in card.decoys)


@proof("nlp.subword-06")
def merges_in_order(card: Claim) -> None:
    """The program, and the merges as replacements in a text of tokens between blanks."""
    assert run_code(card.code) == card.output
    text = " ".join(re.findall(r"list\('(\w+)'\)", card.code)[0])
    for one, two in re.findall(r"\('(\w+)', '(\w+)'\)", card.code):
        text = re.sub(rf"(?<!\S){one} {two}(?!\S)", one + two, text)
    assert card.output == str(text.split())


# ---------------------------------------------------------------- classification


@proof("nlp.text-classification-01")
def majority_class(card: Claim) -> None:
    """The program, and the shares among the single examples."""
    assert run_code(card.code) == card.output
    rows = [[int(n) for n in row.split(",")] for row in re.findall(r"\[([\d, ]+)\]", card.code)]
    examples = [(i, j) for i, row in enumerate(rows) for j, count in enumerate(row) for _ in range(count)]
    accuracy = sum(i == j for i, j in examples) / len(examples)
    recalls = [np.mean([i == j for i, j in examples if i == true]) for true in range(len(rows))]
    assert [float(word) for word in card.output.split()] == approx([accuracy, float(np.mean(recalls))])


@proof("nlp.text-classification-03")
def micro_average(card: Claim) -> None:
    """All candidates on random confusion matrices."""

    def always(measure: Callable[[Array, Array, Array, Array], float]) -> bool:
        rng = np.random.default_rng(1)
        for _ in range(10):
            confusion = rng.integers(1, 30, (4, 4)).astype(float)
            hits, missed = np.diag(confusion), confusion.sum(axis=1)
            false = confusion.sum(axis=0) - hits
            pooled = 2 * hits.sum() / (2 * hits.sum() + false.sum() + (missed - hits).sum())
            if not math.isclose(measure(confusion, hits, false, missed), pooled):
                return False
        return True

    def scores(hits: Array, false: Array, counts: Array) -> Array:
        return np.asarray(2 * hits / (hits + false + counts))

    meanings = {
        "overall accuracy": lambda: always(lambda m, hits, false, counts: float(np.trace(m) / m.sum())),
        "frequency-weighted F1": lambda: always(
            lambda m, hits, false, counts: float(np.average(scores(hits, false, counts), weights=counts))
        ),
        "mean F1": lambda: always(lambda m, hits, false, counts: float(scores(hits, false, counts).mean())),
        "mean class precision": lambda: always(lambda m, hits, false, counts: float((hits / (hits + false)).mean())),
    }
    assert card.key == option_that(card, meanings)


# ---------------------------------------------------------------- generation


@proof("nlp.text-generation-01")
def beam(card: Claim) -> None:
    """Beam search is run at both widths; what is left of the mass goes to many unlikely tokens."""
    a, b, after_a, after_b = given(
        card.front, "A has probability #, B #. The likeliest next token has # after A, # after B"
    )
    (width,) = given(card.front, "found by beam width #")

    def spread(*likely: float) -> list[float]:
        return [*likely, *[(1 - sum(likely)) / 50] * 50]

    first, following = spread(a, b), {0: spread(after_a), 1: spread(after_b)}

    def search(kept: int) -> float:
        beams = sorted(((p, (n,)) for n, p in enumerate(first)), reverse=True)[:kept]
        longer = [p * q for p, (token,) in beams for q in following.get(token, spread())]
        return max(longer)

    assert card.value == approx(search(int(width)) / search(1), abs=0.01)


@proof("nlp.text-generation-02")
def piled_up_errors(card: Claim) -> None:
    """Steps one by one."""
    stated, rate, steps = given(card.more, r"$: # for $\epsilon=#$, $n=#$")
    formula = card.formulas("more")[2]
    alive = 1.0
    for _ in range(int(steps)):
        alive -= alive * rate
    assert stated == approx(alive, abs=0.0005)
    assert value_of(formula, epsilon=rate, n=steps) == approx(alive)


# ---------------------------------------------------------------- TF-IDF, BM25


def bm25(f: float, length: float, k: float, b: float) -> float:
    """The frequency term; `length` is relative to the mean."""
    return (k + 1) / (1 + k * ((1 - b) + b * length) / f)


@proof("nlp.tfidf-01")
def doubled_document(card: Claim) -> None:
    """Scores documents and their doubles."""
    (b,) = given(card.front, "BM25 with $b=#$")
    assert "repeated once" in card.front
    ratios = [
        bm25(2 * f, 2 * length, k, b) / bm25(f, length, k, b)
        for f, length, k in itertools.product((1, 3), (0.5, 1, 2.5), (0.9, 2))
    ]
    meanings = {
        "exactly doubles": lambda: ratios == approx([2] * len(ratios)),
        "stays the same": lambda: ratios == approx([1] * len(ratios)),
        "falls": lambda: max(ratios) < 1 - 1e-9,
        "less than twofold": lambda: 1 + 1e-9 < min(ratios) <= max(ratios) < 2 - 1e-9,
    }
    assert card.key == option_that(card, meanings)


@proof("nlp.tfidf-02")
def limits_of_bm25(card: Claim) -> None:
    """The formula of the card at its limits, and against another form of it."""
    tex = card.formulas("cloze")[0]
    (k,) = given(card.formulas("cloze")[3], "k_1=#")

    def term(f: float, length: float, k: float, b: float) -> float:
        return worth(tex, {r"l/\bar l": length}, f=f, k_1=k, b=b)

    for f, length, b in itertools.product((1.0, 4.0), (0.5, 2.0), (0.3, 1.0)):
        assert term(f, length, k, b) == approx(bm25(f, length, k, b))
        assert term(f, length, 0.0, b) == 1
        assert term(f, length, k, 0.0) == approx(term(f, 7.0, k, 0.0))
    assert value_of(card.cloze(1)) == approx(term(1e12, 1.0, k, 0.75))
    values = given(card.more, "$f=#$ gives #, $f=#$ gives #, $f=#$ gives #")
    for f, stated in zip(values[::2], values[1::2], strict=True):
        assert stated == approx(bm25(f, 1, k, 0.75), abs=0.005)


@proof("nlp.tfidf-03")
def weights_of_words(card: Claim) -> None:
    """The program, and the weights counted word by word."""
    assert run_code(card.code) == card.output
    rows = [[int(n) for n in row.split(",")] for row in re.findall(r"\[([\d, ]+)\]", card.code)]
    holding = [sum(row[n] > 0 for row in rows) for n in range(len(rows[0]))]
    wanted = [
        [count * (math.log(len(rows)) - math.log(df)) / math.log(2) for count, df in zip(row, holding, strict=True)]
        for row in rows
    ]
    printed = [[float(n) for n in row.split(",")] for row in re.findall(r"\[([\d., -]+)\]", card.output)]
    assert np.asarray(printed) == approx(np.asarray(wanted))
    assert card.output.count("[") == card.output.count("]") == len(rows) + 1
    assert card.output == str(printed)


@proof("nlp.tfidf-04")
def rare_words(card: Claim) -> None:
    """Both weights of both words."""
    base, power, one, two, raw, unit, damped, per = given(
        card.more, "at $N=#^#$, words with df # and # would weigh #:#, with logs about #:#"
    )
    size = base**power
    assert raw / unit == approx((size / one) / (size / two))
    assert damped / per == approx(math.log2(size / one) / math.log2(size / two), abs=0.05)


# ---------------------------------------------------------------- word segmentation


@proof("nlp.word-segmentation-01")
def maximum_matching(card: Claim) -> None:
    """Both greedy matchings are run."""
    *dictionary, sentence = quoted(card.front)
    (separator,) = re.findall(r"\(separate the words with (.)\)", card.front)
    forward: list[str] = []
    rest = sentence
    while rest:
        forward.append(max((word for word in dictionary if rest.startswith(word)), key=len))
        rest = rest.removeprefix(forward[-1])
    backward: list[str] = []
    rest = sentence
    while rest:
        backward.insert(0, max((word for word in dictionary if rest.endswith(word)), key=len))
        rest = rest.removesuffix(backward[0])
    assert card.answers[0] == separator.join(forward)
    for answer in card.answers:
        assert [word for word in re.split("[/|、,]", answer) if word] == forward
    assert quoted(card.back) == ["/".join(forward)]
    assert quoted(card.more) == ["/".join(backward)]


@proof("nlp.word-segmentation-03")
def number_of_segmentations(card: Claim) -> None:
    """Enumerates the segmentations; counts the words that dynamic programming looks at."""
    for n in (1, 2, 5, 8):
        assert value_of(card.cloze(1), n=n) == len(set(segmentations("abcdefgh"[:n])))
    body = re.sub(r"^\$?O\((.*)\)\$?$", r"\1", card.cloze(2))
    for n, longest in ((300, 4), (600, 4), (600, 8)):
        checked = sum(1 for end in range(1, n + 1) for _ in range(max(0, end - longest), end))
        assert checked <= value_of(body, n=n, L=longest)
        assert checked == approx(value_of(body, n=n, L=longest), rel=0.02)


# ---------------------------------------------------------------- Word2Vec


@proof("nlp.word2vec-01")
def shifted_information(card: Claim) -> None:
    """Each line for random counts: the slope by differences, its zero by bisection."""
    counts = {"n_wc": 37.0, "n_w": 210.0, "n_c": 95.0, "N": 1500.0, "k": 5.0}
    best: list[float] = []
    objective: list[Callable[[float], float]] = []
    derivative: list[Callable[[float], float]] = []

    def at(tex: str, s: float) -> float:
        notes = {r"\sigma(-s)": logistic(-s), r"\sigma(s)": logistic(s)}
        return worth(tex.replace("n_{wc}", "n_{wc} "), notes, s=s, **counts)

    def reference(s: float) -> float:
        negatives = counts["k"] * counts["n_w"] * counts["n_c"] / counts["N"]
        return -counts["n_wc"] * math.log1p(math.exp(-s)) - negatives * math.log1p(math.exp(s))

    def write(step: str) -> None:
        body = sides(tex_in(step)[-1])[1]
        assert all(at(body, s) == approx(reference(s)) for s in (-1.3, 0.4))
        objective.append(lambda s: at(body, s))

    def differentiate(step: str) -> None:
        body = sides(tex_in(step)[-1])[1]
        assert all(at(body, s) == approx(slope(objective[0], s), rel=1e-6) for s in (-1.3, 0.4))
        derivative.append(lambda s: at(body, s))

    def solve(step: str) -> None:
        low, high = -20.0, 20.0
        for _ in range(80):
            middle = (low + high) / 2
            low, high = (middle, high) if derivative[0](middle) > 0 else (low, middle)
        left, right = sides(tex_in(step)[-1])
        assert at(left, low) == approx(at(right, low))
        best.append(low)

    def logs(step: str) -> None:
        _, one, two = sides(tex_in(step)[-1])
        information = math.log(counts["n_wc"] * counts["N"] / (counts["n_w"] * counts["n_c"]))
        assert at(one, 0.0) == approx(best[0])
        assert at(two.replace(r"\text{PMI}(w,c)", f"({information:.17f})"), 0.0) == approx(best[0])

    actions = {
        "The part with": write,
        "Differentiate": differentiate,
        "Set it to zero": solve,
        "Take logs": logs,
    }
    carried_out(card.steps, actions)
    for decoy in card.decoys:
        assert at(sides(tex_in(decoy)[-1])[1], 0.0) != approx(best[0])


@proof("nlp.word2vec-02")
def gradient_of_the_centre(card: Claim) -> None:
    """Differences of the loss that the front writes."""
    k = 3
    others, centre = card.rng.normal(size=(k + 1, 2)), card.rng.normal(size=2)
    _, written = sides(card.formulas("front")[0].replace(r"\sum_{j=1}^k", r"\sum_j"))
    loss = summed(written, "j", range(1, k + 1))

    def notes(v: Array) -> dict[str, float]:
        known = {}
        for n, u in enumerate(others):
            name = f"u_{n or 'o'}"
            known[rf"\sigma({name}^\top v)"] = logistic(float(u @ v))
            known[rf"\sigma(-{name}^\top v)"] = logistic(-float(u @ v))
        return known

    wanted = [slope(lambda h, e=e: worth(loss, notes(centre + h * e)), 0.0) for e in np.eye(2)]

    def fits(option: str) -> bool:
        body = summed(tex_in(option)[0], "j", range(1, k + 1))
        values = [
            worth(body, notes(centre) | {f"u_{n or 'o'}": float(u[axis]) for n, u in enumerate(others)})
            for axis in range(2)
        ]
        return values == approx(wanted, abs=1e-6)

    assert card.key == only(card.options, fits)


@proof("nlp.word2vec-03")
def noise_distribution(card: Claim) -> None:
    """Whole numbers whose fourth power is the third power of the count."""
    counts = [int(n) for n in given(card.front, "two words with counts # and #")]
    power = given(card.front, "to the power $#/#$")
    whole = [next(n for n in range(1, count + 1) if n ** int(power[1]) == count ** int(power[0])) for count in counts]
    assert card.value == approx(min(whole) / sum(whole), rel=0.002)


@proof("nlp.word2vec-04")
def inner_products(card: Claim) -> None:
    """Counts the scores that one pair needs."""
    vocabulary, v = card.rng.normal(size=(400, 3)), card.rng.normal(size=3)
    for k in (2, 5, 20):
        negatives = card.rng.integers(0, 400, k)
        rows = np.concatenate([vocabulary[[7]], vocabulary[negatives]])
        assert value_of(card.cloze(3), k=k) == (rows @ v).size < (vocabulary @ v).size


@proof("nlp.word2vec-05")
def score_of_itself(card: Claim) -> None:
    """Random vectors, and the vector 0 where the bound is reached."""
    one, two = given(card.back, "of it is at least $#/#$")
    scores = [logistic(float(v @ v)) for v in [*card.rng.normal(size=(50, 4)), np.zeros(4)]]
    assert min(scores) == approx(one / two) == approx(scores[-1])
    assert logistic(float(np.ones(4) @ -np.ones(4))) < one / two


@proof("nlp.word2vec-06")
def subsampled(card: Claim) -> None:
    """Expected counts by the formula of the front, for several thresholds."""
    chance = next(tex for tex in card.formulas("front") if "sqrt" in tex)
    high, low = given(card.front, "in ratio #:#")

    def fits(option: str) -> bool:
        stated = math.prod(float(n) ** sign for n, sign in zip(option.split(":"), (1, -1), strict=True))
        for t in (1e-5, 1e-4):
            counts = [1e6 * f * value_of(chance, t=t, f=f) for f in (1e-3 * high, 1e-3 * low)]
            if not math.isclose(counts[0] / counts[1], stated, rel_tol=0.02):
                return False
        return True

    assert card.key == only(card.options, fits)


@proof("nlp.word2vec-07")
def training_pairs(card: Claim) -> None:
    """The program, and the pairs word by word from both ends; the sum in the remark."""
    assert run_code(card.code) == card.output
    n, m = map(int, given(card.code, "n, m = #, #"))
    windows = [min(m, i) + min(m, n - 1 - i) for i in range(n)]
    assert card.output.split() == [str(sum(windows)), str(windows[0])]
    chain = next(tex for tex in card.formulas("more") if "sum" in tex)
    written = sides(re.sub(r"\\sum_\{d=1\}\^m", "", chain, count=1).replace("d=1", ""))
    for size, width in ((n, m), (9, 3), (20, 1)):
        pairs = sum(min(width, i) + min(width, size - 1 - i) for i in range(size))
        terms = sum(value_of(written[0], n=size, d=d) for d in range(1, width + 1))
        assert terms == pairs == value_of(written[1], n=size, m=width)
