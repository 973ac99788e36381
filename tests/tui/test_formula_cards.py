"""Pictures of ten cards full of formulas, in two sizes. `pytest --snapshot-update` takes them anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from recall.core import cloze
from recall.tui.themes import DARK
from recall.tui.widgets.card_text import CardText
from tests.support_tui import LARGE, SMALL

Compare = Callable[..., bool]

CARDS = {
    "aligned": r"""
For a symmetric $A$ and an eigenvector $v$ with $\|v\| = 1$:

$$
\begin{aligned}
v^\top A v &= v^\top (\lambda v) \\
           &= \lambda \, v^\top v \\
           &= \lambda \|v\|^2 = \lambda
\end{aligned}
$$
""",
    "fractions": r"""
What does softmax divide by, and why is its gradient bounded?

$$
\operatorname{softmax}(z)_i = \frac{e^{z_i}}{\sum_{j=1}^{K} e^{z_j}}, \qquad
\left| \frac{\partial s_i}{\partial z_j} \right| \le \frac{1}{4}
$$

Inline, $\frac{QK^\top}{\sqrt{d_k}}$ stays on its line.
""",
    "matrices": r"""
A rotation by $\theta$ keeps lengths:

$$
R = \begin{bmatrix} \cos\theta & -\sin\theta \\ \sin\theta & \cos\theta \end{bmatrix}, \quad
R^\top R = \begin{bmatrix} 1 & 0 \\ 0 & 1 \end{bmatrix}, \quad
\det R = 1
$$

and in blocks

$$
\begin{pmatrix} A & B \\ 0 & D \end{pmatrix}^{-1} =
\begin{pmatrix} A^{-1} & -A^{-1} B D^{-1} \\ 0 & D^{-1} \end{pmatrix}
$$
""",
    "cases": r"""
均匀分布 $U(a, b)$ 的密度：

$$
f(x) = \begin{cases} \dfrac{1}{b - a} & \text{若 } a \le x \le b \\ 0 & \text{否则} \end{cases}
$$

期望为 $\mathbb{E}[X] = \frac{a + b}{2}$。
""",
    "underbraces": r"""
$$
\underbrace{\mathbb{E}\bigl[(\hat\theta - \theta)^2\bigr]}_{\text{mean squared error}} =
\underbrace{\bigl(\mathbb{E}[\hat\theta] - \theta\bigr)^2}_{\text{bias}^2} +
\underbrace{\operatorname{Var}(\hat\theta)}_{\text{variance}}
$$

Which of the two does regularisation raise?
""",
    "sums": r"""
$$
\mathcal{L} = -\frac{1}{N} \sum_{i=1}^{N} \sum_{\substack{j = 1 \\ j \ne i}}^{K} y_{ij} \log \hat{y}_{ij}
  + \lambda \int_0^1 \|f''(t)\|^2 \, dt
$$

with $\hat{\theta} = \arg\min_{\theta} \mathcal{L}(\theta)$ and $X_n \xrightarrow{d} X$:

$$\hat{\theta} = \operatorname*{arg\,min}_{\theta \in \Theta} \mathcal{L}(\theta), \quad X_n \xrightarrow{\text{a.s.}}
X$$
""",
    "chinese": r"""
精确率与召回率：

$$
\text{精确率} = \frac{\text{真正例}}{\text{真正例} + \text{假正例}}, \qquad
\text{召回率} = \frac{\text{真正例}}{\text{真正例} + \text{假负例}}
$$

- 两者的调和平均是 $F_1 = \frac{2PR}{P + R}$；
- $\underbrace{a + b}_{\text{和}}$ 在行内只占一行。
""",
    "derivation": r"""
The evidence lower bound, line by line:

$$
\begin{aligned}
\log p(x) &= \log \int q(z) \, \frac{p(x, z)}{q(z)} \, dz \\
          &\ge \int q(z) \log \frac{p(x, z)}{q(z)} \, dz && \text{(Jensen)} \\
          &= \mathbb{E}_q[\log p(x \mid z)] - D_{\mathrm{KL}}\bigl(q(z) \,\|\, p(z)\bigr)
\end{aligned}
$$
""",
    "table": r"""
| Name | Density | $\mathbb{E}[X]$ | $\operatorname{Var}(X)$ |
|---|---|---|---|
| Poisson | $\frac{\lambda^k e^{-\lambda}}{k!}$ | $\lambda$ | $\lambda$ |
| 指数分布 | $\lambda e^{-\lambda x}$ | $1/\lambda$ | $1/\lambda^2$ |
| Normal | $\frac{1}{\sqrt{2\pi\sigma^2}} e^{-(x-\mu)^2/(2\sigma^2)}$ | $\mu$ | $\sigma^2$ |

> A sum of independent Poisson variables is Poisson: $\lambda = \lambda_1 + \lambda_2$.
""",
    "long": r"""
$$
\mathcal{L}_{\text{DPO}}(\theta) = -\mathbb{E}\left[\log \sigma\left(\beta \log \frac{\pi_\theta(y_w \mid x)}
{\pi_{\text{ref}}(y_w \mid x)} - \beta \log \frac{\pi_\theta(y_l \mid x)}{\pi_{\text{ref}}(y_l \mid x)}\right)\right]
= -\mathbb{E}[\log \sigma(\beta \, \Delta_\theta)] \ge 0
$$

$$p(x_1, \dots, x_n) = p(x_1) \, p(x_2 \mid x_1) \, p(x_3 \mid x_1, x_2) \cdots p(x_n \mid x_1, \dots, x_{n-1})
= \prod_{t=1}^{n} p(x_t \mid x_{<t})$$
""",
}

BAYES = r"""
Bayes' theorem, where $H$ is the hypothesis and $D$ the data:

$$
P(H \mid D) = \frac{ {{c1::P(D \mid H)::likelihood}} \, P(H) }{P(D)}, \quad
P(D) = \sum_{h} P(D \mid h) P(h)
$$

The posterior odds are the prior odds times {{c1::$\frac{P(D \mid H)}{P(D \mid \bar{H})}$}}.
"""


class Card(App[None]):
    """One card in the dark colours of recall."""

    CSS = "VerticalScroll { padding: 1 2; }"

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.register_theme(DARK)
        self.theme = DARK.name

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            yield CardText(self.text)


SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])


@SIZES
@pytest.mark.parametrize("name", CARDS)
def test_card(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    assert snap_compare(Card(CARDS[name].strip()), terminal_size=size)


@SIZES
@pytest.mark.parametrize("side", ["question", "answer"])
def test_cloze_inside_a_formula(snap_compare: Compare, side: str, size: tuple[int, int]) -> None:
    text = cloze.question(BAYES, 1) if side == "question" else cloze.answer(BAYES, 1)
    assert snap_compare(Card(text.strip()), terminal_size=size)
