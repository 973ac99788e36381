"""Cards for quizzes and interviews on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.screen import Screen

from recall.sittings.plan import Plan
from recall.tui.screens.home import HomeScreen
from tests.support_tui import LARGE, Card, Eyes, Learner, basic


def choice(card_id: str, front: Any, right: Any, *wrong: Any) -> Card:
    """A choice; each answer is a text, or a text with the reason why it is right or wrong."""
    answers = [(answer if isinstance(answer, tuple) else (answer, None)) for answer in (right, *wrong)]
    listed = [{"text": text, **({"why": why} if why else {})} for text, why in answers]
    listed[0]["correct"] = True
    return {"id": card_id, "front": front, "choices": listed}


def numeric(card_id: str, front: Any, answer: str, back: Any) -> Card:
    return {"id": card_id, "front": front, "answer": answer, "back": back}


def interview(card_id: str, front: Any, back: Any, difficulty: int, **more: Any) -> Card:
    points = [
        {"point": {"zh": "先说假设", "en": "Says what is assumed"}, "weight": 3, "must": True},
        {"point": {"zh": "给出数量级", "en": "Gives an order of magnitude, such as $10^6$"}, "weight": 2},
        {"point": {"zh": "提到反例", "en": "Names a counterexample"}, "weight": 1},
    ]
    flags = [{"zh": "说总是成立", "en": "Says that it always holds"}]
    return {
        "id": card_id,
        "kind": "interview",
        "front": front,
        "minutes": 3,
        "rubric": points,
        "red_flags": flags,
        "back": back,
        "difficulty": difficulty,
        **more,
    }


CHOICES = [
    choice(
        "ch-eigen",
        {
            "zh": "$A=\\begin{bmatrix}2&0\\\\0&3\\end{bmatrix}$ 的行列式 (determinant) 是多少？",
            "en": "What is the determinant of $A=\\begin{bmatrix}2&0\\\\0&3\\end{bmatrix}$?",
        },
        ("$6$", {"zh": "对角线上的数相乘。", "en": "The product of the diagonal."}),
        ("$5$", {"zh": "这是迹。", "en": "That is the trace."}),
        ("$1$", {"zh": "这是差。", "en": "That is the difference."}),
    )
]
NUMBERS = [
    numeric(
        "nu-half",
        {"zh": "$\\sum_{k\\ge1}2^{-k}$ 等于多少？", "en": "What is $\\sum_{k\\ge1}2^{-k}$?"},
        "1",
        {"zh": "等比级数。", "en": "A geometric series."},
    )
]
STEPS = [
    {
        "id": "or-gram",
        "front": {"zh": "把 Gram–Schmidt 的一步排好。", "en": "Order one step of Gram-Schmidt."},
        "steps": [
            {"zh": "取下一个向量 $v$", "en": "Take the next vector $v$"},
            {"zh": "减去它在前面各向量上的投影", "en": "Subtract its projections on those before"},
            {"zh": "除以长度", "en": "Divide by its length"},
        ],
        "decoys": [{"zh": "先除以行列式", "en": "Divide by the determinant first"}],
        "back": {"zh": "先正交，后归一。", "en": "First orthogonal, then of length one."},
    }
]
TALKS = [
    interview(
        "iv-warm",
        {"zh": "什么是过拟合 (overfitting)？怎么发现？", "en": "What is overfitting, and how do you notice it?"},
        {"zh": "训练误差降而验证误差升。", "en": "Training error falls while validation error rises."},
        2,
        follow_up=[{"zh": "数据很少时怎么办？", "en": "And with little data?"}],
    ),
    interview(
        "iv-deep",
        {
            "zh": "参数 $7\\times10^9$ 的模型，训练要多少显存？",
            "en": "How much memory to train $7\\times10^9$ weights?",
        },
        {"zh": "按每个参数 16 字节算，约 112 GB。", "en": "About 112 GB, at 16 bytes a weight."},
        4,
    ),
]


def give_cards(learner: Learner) -> None:
    """One card of each kind that a quiz meets, and two questions for an interview."""
    learner.deck("choices", CHOICES, bundled=True, topic="sh.lines")
    learner.deck("steps", STEPS, bundled=True, topic="sh.circles")
    learner.deck("numbers", NUMBERS, bundled=True, topic="nu.primes")
    learner.deck("talks", TALKS, bundled=True, topic="em.none")
    learner.deck("flash", [basic("fl-1", "Flash question?", "Flash answer.")])


@asynccontextmanager
async def on(
    learner: Learner, plan: Plan, screen: type[Screen[Any]], size: tuple[int, int] = LARGE
) -> AsyncIterator[Eyes]:
    """The app as `recall quiz` or `recall interview` opens it."""
    app = learner.app(lambda app: app.begin_or_go_on(plan))
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        eyes = Eyes(app, pilot)
        await eyes.until(lambda: isinstance(app.screen, screen) and app.screen.is_mounted)
        await eyes.settle()
        yield eyes


def is_home(eyes: Eyes) -> bool:
    return isinstance(eyes.app.screen, HomeScreen)
