"""Drills on training a language model: memory, FLOPs, communication."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance, within
from recall.core.drills.exact import decimal, number, quantity, rounded
from recall.core.drills.tex import decimal_text, number_tex
from recall.core.drills.wording import DECIMAL, DIGITS, FRACTION, WHOLE, question, steps, wrong
from recall.core.model import Text


@drill("lora-parameters", "lt.lora", "LoRA 的参数量", "Parameters of LoRA")
def _lora(random: Random) -> Instance:
    layers, rank = random.choice((12, 24, 32, 40)), random.choice((4, 8, 16, 32))
    width = random.choice((512, 768, 1024, 2048, 4096))
    narrow = width // random.choice((1, 2, 4))
    query, value = rank * 2 * width, rank * (width + narrow)
    total = layers * (query + value)
    return instance(
        question(
            Text(
                rf"LoRA 秩 $r={rank}$，加在 ${layers}$ 层每层的 $W_Q$（${width}\times {width}$）与 "
                rf"$W_V$（${width}\times {narrow}$）上，没有偏置。共多少可训练参数？",
                rf"LoRA of rank $r={rank}$ adapts $W_Q$ (${width}\times {width}$) and $W_V$ "
                rf"(${width}\times {narrow}$) in "
                rf"each of ${layers}$ layers, without biases. How many parameters are trained?",
            ),
            WHOLE,
        ),
        number(total),
        steps(
            rf"$W_Q$: ${rank}\cdot ({width}+{width})={query}$",
            rf"$W_V$: ${rank}\cdot ({width}+{narrow})={value}$",
            rf"${layers}\cdot ({query}+{value})={total}$",
        ),
        wrong(
            number(layers * rank * (width + narrow)),
            "只算了输出一侧的因子",
            "only the factors on the output side",
        ),
        wrong(number(layers * query), "漏了 $W_V$", "$W_V$ is missing"),
        wrong(number(query + value), "只算了一层", "one layer only"),
        wrong(number(layers * width * (width + narrow)), "这是原矩阵的参数量", "the adapted matrices themselves"),
        wrong(number(total + layers * 2 * rank * rank), "多算了 $r\\times r$ 的矩阵", "an extra $r\\times r$ matrix"),
    )


@drill("training-memory", "lt.memory-accounting", "训练显存", "Training memory")
def _training_memory(random: Random) -> Instance:
    size = Fraction(random.randint(1, 140), 2)
    unit = "GB"
    return instance(
        question(
            Text(
                rf"${decimal(size)}\times 10^9$ 个参数，Adam 混合精度：BF16 权重与梯度，FP32 主权重、动量与二阶矩。"
                "权重、梯度与优化器状态共多少 GB（不计激活）？",
                rf"A model of ${decimal(size)}\times 10^9$ parameters trains with Adam in mixed precision: BF16 "
                "weights and gradients, FP32 master weights and both moments. How many GB are weights, gradients and "
                "optimiser states (no activations)?",
            ),
            DECIMAL,
        ),
        quantity(16 * size, unit),
        steps(
            Text("每参数 $2+2+4+4+4=16$ 字节。", "$2+2+4+4+4=16$ bytes a parameter."),
            rf"$16\cdot {decimal(size)}={decimal(16 * size)}$",
        ),
        wrong(quantity(4 * size, unit), "漏了优化器状态", "the optimiser states are missing"),
        wrong(quantity(12 * size, unit), "漏了 FP32 主权重", "the FP32 master weights are missing"),
        wrong(quantity(2 * size, unit), "只算了 BF16 权重", "the BF16 weights only"),
        wrong(quantity(14 * size, unit), "漏了梯度", "the gradients are missing"),
        wrong(quantity(8 * size, unit), "当成了全部 16 位", "as if all were 16-bit"),
    )


@drill("zero-memory", "lt.zero-fsdp", "ZeRO 每卡显存", "Memory per GPU with ZeRO")
def _zero(random: Random, *, stage: int = 0) -> Instance:
    within(0, 3, stage=stage)
    stage = stage or random.choice((1, 2, 3))
    size, gpus = random.choice((1, 2, 4, 8, 10, 16, 20, 40, 70)), random.choice((2, 4, 8, 16, 32, 64))
    per_stage = [
        size * (2 + 2 + Fraction(12, gpus)),
        size * (2 + Fraction(14, gpus)),
        size * Fraction(16, gpus),
    ]
    answer = per_stage[stage - 1]
    unit = "GB"
    terms = (rf"2+2+12/{gpus}", rf"2+(2+12)/{gpus}", rf"(2+2+12)/{gpus}")[stage - 1]
    others = [other for other in (1, 2, 3) if other != stage]
    return instance(
        question(
            Text(
                rf"${size}\times 10^9$ 个参数，Adam 混合精度：每参数权重 2、梯度 2、优化器状态 12 字节。"
                rf"${gpus}$ 张卡上用 ZeRO-{stage}，每卡这三项共多少 GB？",
                rf"A model of ${size}\times 10^9$ parameters trains with Adam in mixed precision: per parameter 2 "
                f"bytes of weights, 2 of gradients, 12 of optimiser states. With ZeRO-{stage} on ${gpus}$ GPUs, how "
                "many GB of these does each GPU hold?",
            ),
            DECIMAL,
        ),
        quantity(answer, unit),
        steps(
            Text(
                ("只切分优化器状态。", "切分优化器状态与梯度。", "三项都切分。")[stage - 1],
                ("Only the optimiser states are sharded.", "Optimiser states and gradients are sharded.", "All are.")[
                    stage - 1
                ],
            ),
            rf"${size}\cdot ({terms})={decimal(answer)}$",
        ),
        *(
            wrong(quantity(per_stage[other - 1], unit), f"这是 ZeRO-{other}", f"this is ZeRO-{other}")
            for other in others
        ),
        wrong(quantity(16 * size, unit), "没有切分", "nothing is sharded"),
        wrong(quantity(answer * gpus, unit), "乘上了卡数，是所有卡之和", "the sum over all GPUs"),
        wrong(quantity(size * Fraction(12, gpus), unit), "只算了优化器状态", "the optimiser states only"),
    )


@drill("training-time", "iv.estimation", "训练时长", "Training time")
def _training_time(random: Random) -> Instance:
    size, tokens = random.choice((1, 3, 7, 8, 13, 30, 70)), Fraction(random.choice((1, 2, 5, 10, 20)), 10)
    gpus, peak = random.choice((64, 128, 256, 512, 1024)), random.choice((300, 400, 600, 1000))
    utilisation = Fraction(random.choice((30, 40, 50)), 100)
    total = 6 * size * tokens * 10**21
    speed = gpus * peak * utilisation * 10**12
    days = total / speed / 86400
    unit = "d"
    if not 1 <= days <= 1000:
        raise Redraw
    return instance(
        question(
            Text(
                rf"稠密模型 ${size}\times 10^9$ 参数，训练 ${decimal(tokens)}\times 10^{{12}}$ 词元，按 $6ND$ 计。"
                rf"${gpus}$ 张卡，每卡峰值 ${peak}$ TFLOP/s，MFU 为 ${decimal(utilisation)}$。要几天？",
                rf"A dense model of ${size}\times 10^9$ parameters trains on ${decimal(tokens)}\times 10^{{12}}$ "
                f"tokens at $6ND$ FLOPs. ${gpus}$ GPUs peak at ${peak}$ TFLOP/s each, with an MFU of "
                f"${decimal(utilisation)}$. "
                "How many days does it take?",
            ),
            DIGITS,
        ),
        rounded(days, unit),
        steps(
            rf"$6ND={decimal(total / 10**21)}\times 10^{{21}}$",
            rf"${gpus}\cdot {peak}\cdot {decimal(utilisation)}={decimal(speed / 10**12)}$ TFLOP/s",
            rf"${decimal_text(float(total / speed), 4)}/86400={decimal_text(float(days), 4)}$",
        ),
        wrong(rounded(days / 3, unit), "$2ND$ 只有前向", "$2ND$ is the forward pass only"),
        wrong(rounded(days * utilisation, unit), "当成了峰值，没有用 MFU", "at the peak: the MFU is unused"),
        wrong(rounded(days * 24, unit), "这是小时数", "these are hours"),
        wrong(rounded(days * utilisation**2, unit), "乘了 MFU 而不是除以", "multiplied by the MFU"),
    )


@drill("ring-all-reduce", "lt.data-parallel", "环形 all-reduce", "Ring all-reduce")
def _all_reduce(random: Random) -> Instance:
    gpus, size = random.choice((2, 4, 5, 8, 10, 16, 20)), random.choice((1, 2, 4, 8, 10, 14, 20, 28))
    answer = Fraction(2 * (gpus - 1) * size, gpus)
    unit = "GB"
    return instance(
        question(
            Text(
                rf"${gpus}$ 张卡对 ${size}$ GB 的梯度做环形 all-reduce。每张卡要发送多少 GB？",
                rf"${gpus}$ GPUs all-reduce ${size}$ GB of gradients over a ring. How many GB does each GPU send?",
            ),
            DECIMAL,
        ),
        quantity(answer, unit),
        steps(
            Text(
                rf"reduce-scatter 与 all-gather 各 ${gpus - 1}$ 步，每步 ${size}/{gpus}$ GB。",
                rf"Reduce-scatter and all-gather: ${gpus - 1}$ steps each, ${size}/{gpus}$ GB a step.",
            ),
            rf"$2\cdot {gpus - 1}\cdot {size}/{gpus}={decimal(answer)}$",
        ),
        wrong(quantity(answer / 2, unit), "只算了 reduce-scatter", "the reduce-scatter only"),
        wrong(quantity(2 * (gpus - 1) * size, unit), "每步发送了整份梯度", "the whole gradient in each step"),
        wrong(quantity(size, unit), "当成只发送一份", "as if it were sent once"),
        wrong(
            quantity(2 * size, unit), rf"漏了因子 ${gpus - 1}/{gpus}$", rf"the factor ${gpus - 1}/{gpus}$ is missing"
        ),
        wrong(quantity(answer * gpus, unit), "这是所有卡之和", "the sum over all GPUs"),
    )


@drill("pipeline-bubble", "lt.model-parallel", "流水线气泡", "The bubble of a pipeline")
def _bubble(random: Random) -> Instance:
    stages, batches = random.choice((2, 3, 4, 6, 8)), random.choice((4, 6, 8, 12, 16, 24, 32))
    answer = Fraction(stages - 1, batches + stages - 1)
    return instance(
        question(
            Text(
                f"GPipe 流水线：${stages}$ 个阶段，${batches}$ 个微批，各阶段耗时相同。"
                "空闲（气泡）占总时间的几分之几？",
                rf"A GPipe pipeline has ${stages}$ stages of equal time and ${batches}$ micro-batches. "
                "What share of the total time is idle (the bubble)?",
            ),
            FRACTION,
        ),
        number(answer),
        steps(
            Text(
                rf"总步数 ${batches}+{stages}-1={batches + stages - 1}$，空闲 ${stages - 1}$。",
                rf"${batches}+{stages}-1={batches + stages - 1}$ steps in all, ${stages - 1}$ of them idle.",
            ),
            rf"$\frac{{p-1}}{{m+p-1}}={number_tex(answer)}$",
        ),
        wrong(
            number(Fraction(stages - 1, batches)), "分母是理想时间，不是总时间", "over the ideal time, not the total"
        ),
        wrong(number(Fraction(stages, batches + stages)), "用了 $p$ 而不是 $p-1$", "$p$ instead of $p-1$"),
        wrong(number(1 - answer), "这是利用率", "the utilisation"),
        wrong(number(Fraction(stages - 1, stages)), "没有切成微批", "without micro-batches"),
    )
