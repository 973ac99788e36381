"""Drills on training and serving a language model: memory, FLOPs, communication, bandwidth."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills import generation, objectives
from recall.core.drills.drill import Drill, DrillError, Instance, Parameters, Redraw, instance
from recall.core.drills.exact import number
from recall.core.drills.numeric import DECIMAL, decimal, quantity, rounded, wrong_number, wrong_quantity, wrong_rounded
from recall.core.drills.tex import decimal_text, number_tex
from recall.core.drills.wording import DIGITS, FRACTION, WHOLE, question, steps
from recall.core.model import Text


def _lora(_: Parameters, random: Random) -> Instance:
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
        wrong_number(total // 2, "$A$ 与 $B$ 只算了一个", "only one of $A$ and $B$"),
        wrong_number(layers * query, "漏了 $W_V$", "$W_V$ is missing"),
        wrong_number(query + value, "只算了一层", "one layer only"),
        wrong_number(layers * width * (width + narrow), "这是原矩阵的参数量", "the adapted matrices themselves"),
        wrong_number(total + layers * 2 * rank * rank, "多算了 $r\\times r$ 的矩阵", "an extra $r\\times r$ matrix"),
    )


def _training_memory(_: Parameters, random: Random) -> Instance:
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
        wrong_quantity(4 * size, "漏了优化器状态", "the optimiser states are missing", unit),
        wrong_quantity(12 * size, "漏了 FP32 主权重", "the FP32 master weights are missing", unit),
        wrong_quantity(2 * size, "只算了 BF16 权重", "the BF16 weights only", unit),
        wrong_quantity(14 * size, "漏了梯度", "the gradients are missing", unit),
        wrong_quantity(8 * size, "当成了全部 16 位", "as if all were 16-bit", unit),
    )


def _zero(parameters: Parameters, random: Random) -> Instance:
    stage = int(parameters["stage"]) or random.choice((1, 2, 3))
    if stage not in (1, 2, 3):
        raise DrillError("parameter-range", "stage")
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
            wrong_quantity(per_stage[other - 1], f"这是 ZeRO-{other}", f"this is ZeRO-{other}", unit)
            for other in others
        ),
        wrong_quantity(16 * size, "没有切分", "nothing is sharded", unit),
        wrong_quantity(answer * gpus, "乘上了卡数，是所有卡之和", "the sum over all GPUs", unit),
        wrong_quantity(size * Fraction(12, gpus), "只算了优化器状态", "the optimiser states only", unit),
    )


def _training_time(_: Parameters, random: Random) -> Instance:
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
        wrong_rounded(days / 3, "$2ND$ 只有前向", "$2ND$ is the forward pass only", unit),
        wrong_rounded(days * utilisation, "当成了峰值，没有用 MFU", "at the peak: the MFU is unused", unit),
        wrong_rounded(days * 24, "这是小时数", "these are hours", unit),
        wrong_rounded(days * utilisation**2, "乘了 MFU 而不是除以", "multiplied by the MFU", unit),
    )


def _all_reduce(_: Parameters, random: Random) -> Instance:
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
        wrong_quantity(answer / 2, "只算了 reduce-scatter", "the reduce-scatter only", unit),
        wrong_quantity(2 * (gpus - 1) * size, "每步发送了整份梯度", "the whole gradient in each step", unit),
        wrong_quantity(size, "当成只发送一份", "as if it were sent once", unit),
        wrong_quantity(2 * size, rf"漏了因子 ${gpus - 1}/{gpus}$", rf"the factor ${gpus - 1}/{gpus}$ is missing", unit),
        wrong_quantity(answer * gpus, "这是所有卡之和", "the sum over all GPUs", unit),
    )


def _bubble(_: Parameters, random: Random) -> Instance:
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
        wrong_number(Fraction(stages - 1, batches), "分母是理想时间，不是总时间", "over the ideal time, not the total"),
        wrong_number(Fraction(stages, batches + stages), "用了 $p$ 而不是 $p-1$", "$p$ instead of $p-1$"),
        wrong_number(1 - answer, "这是利用率", "the utilisation"),
        wrong_number(Fraction(stages - 1, stages), "没有切成微批", "without micro-batches"),
    )


def _intensity(_: Parameters, random: Random) -> Instance:
    m = random.choice((1, 2, 4, 8, 16, 32, 64, 128))
    k, n = random.choice((64, 128, 256, 512)), random.choice((64, 128, 256, 512))
    width = random.choice((1, 2, 4))
    moved = width * (m * k + k * n + m * n)
    flops = 2 * m * k * n
    answer = Fraction(flops, moved)
    return instance(
        question(
            Text(
                rf"$Y=XW$，$X$ 是 ${m}\times {k}$，$W$ 是 ${k}\times {n}$，每个数 ${width}$ 字节；$X,W,Y$ "
                "各经过内存一次。"
                "算术强度是多少 FLOPs/字节？",
                rf"$Y=XW$ with $X$ of ${m}\times {k}$, $W$ of ${k}\times {n}$, ${width}$ bytes a number; $X,W,Y$ "
                "each pass through memory once. What is the arithmetic intensity in FLOPs per byte?",
            ),
            DIGITS,
        ),
        rounded(answer, "FLOP/B"),
        steps(
            rf"$2\cdot {m}\cdot {k}\cdot {n}={flops}$ FLOPs",
            Text(
                rf"${width}\cdot ({m * k}+{k * n}+{m * n})={moved}$ 字节",
                rf"${width}\cdot ({m * k}+{k * n}+{m * n})={moved}$ bytes",
            ),
            rf"${decimal_text(float(answer), 4)}$",
        ),
        wrong_rounded(answer / 2, "一次乘加只算了 1 FLOP", "one FLOP a multiply-add", "FLOP/B"),
        wrong_rounded(answer * width * (2 if width == 1 else 1), "字节数错了", "the wrong number of bytes", "FLOP/B"),
        wrong_rounded(Fraction(flops, width * (m * k + k * n)), "漏了写回 $Y$", "writing $Y$ is missing", "FLOP/B"),
        wrong_rounded(Fraction(flops, width * k * n), "只算了读 $W$", "only $W$ is read", "FLOP/B"),
    )


def _decode_rate(_: Parameters, random: Random) -> Instance:
    size, width = random.choice((1, 3, 7, 8, 13, 30, 70)), random.choice((1, 2))
    bandwidth = random.choice((1, 2, 3, 4, 8)) * 1000
    batch = random.choice((1, 2, 4, 8, 16))
    cache = Fraction(random.choice((1, 2, 5, 10)), 10)
    weights = size * width
    moved = weights + batch * cache
    answer = batch * bandwidth / moved
    unit = "token/s"
    return instance(
        question(
            Text(
                rf"解码受显存带宽限制：${size}\times 10^9$ 参数，每参数 ${width}$ 字节，带宽 ${bandwidth}$ GB/s；"
                rf"批 ${batch}$ 条，每条的 KV 缓存 ${decimal(cache)}$ GB，每步全部读一遍。全批每秒最多多少词元？",
                rf"Decoding is bound by memory bandwidth: ${size}\times 10^9$ parameters at ${width}$ bytes, "
                f"${bandwidth}$ GB/s, batch ${batch}$, a KV cache of ${decimal(cache)}$ GB a sequence; a step reads "
                "all of it once. What is the most tokens per second for the whole batch?",
            ),
            DIGITS,
        ),
        rounded(answer, unit),
        steps(
            rf"${weights}+{batch}\cdot {decimal(cache)}={decimal(moved)}$ GB",
            rf"${bandwidth}/{decimal(moved)}={decimal_text(float(bandwidth / moved), 4)}$",
            rf"$\times {batch}$: ${decimal_text(float(answer), 4)}$",
        ),
        wrong_rounded(Fraction(batch * bandwidth, weights), "漏了 KV 缓存", "the KV cache is missing", unit),
        wrong_rounded(bandwidth / moved, "这是每条序列的速度", "the rate of one sequence", unit),
        wrong_rounded(batch * bandwidth / (size + batch * cache), "每参数只算了 1 字节", "one byte a parameter", unit),
        wrong_rounded(bandwidth / (weights + cache), "批当成了 1", "as if the batch were 1", unit),
        wrong_rounded(
            bandwidth / (batch * (weights + cache)), "每条序列都重读了权重", "weights read for each sequence", unit
        ),
        wrong_rounded(batch * bandwidth / (2 * moved), "读了两遍", "everything read twice", unit),
    )


def _quantised_size(_: Parameters, random: Random) -> Instance:
    size, bits = random.choice((1, 3, 7, 8, 13, 14, 32, 70)), random.choice((3, 4, 8))
    group, scale = random.choice((32, 64, 128)), random.choice((16, 32))
    each = bits + Fraction(scale, group)
    answer = size * each / 8
    unit = "GB"
    return instance(
        question(
            Text(
                rf"${size}\times 10^9$ 个权重量化为 ${bits}$ 位，每 ${group}$ 个一组另存一个 ${scale}$ 位的缩放因子。"
                "共多少 GB？",
                rf"${size}\times 10^9$ weights are quantised to ${bits}$ bits, with one scale of ${scale}$ bits for "
                rf"each group of ${group}$. How many GB is that?",
            ),
            DECIMAL,
        ),
        quantity(answer, unit),
        steps(
            rf"${bits}+{scale}/{group}={decimal(each)}$ bit",
            rf"${size}\cdot {decimal(each)}/8={decimal(answer)}$",
        ),
        wrong_quantity(Fraction(size * bits, 8), "漏了缩放因子", "the scales are missing", unit),
        wrong_quantity(answer * 8, "把位当成了字节", "bits taken for bytes", unit),
        wrong_quantity(
            Fraction(size * (bits + scale), 8), "每个权重都有一个缩放因子", "a scale for every weight", unit
        ),
        wrong_quantity(Fraction(size * 2), "这是量化前的 16 位大小", "the 16-bit size before", unit),
    )


def _moe_active(_: Parameters, random: Random) -> Instance:
    width, hidden = random.choice((100, 200, 256, 512)), random.choice((300, 400, 512, 1024))
    experts, active = random.choice((8, 16, 32, 64)), random.choice((1, 2, 4))
    expert, router = 3 * width * hidden, width * experts
    answer = active * expert + router
    return instance(
        question(
            Text(
                rf"MoE 层：$d={width}$，${experts}$ 个 SwiGLU 专家，隐层宽 $f={hidden}$，每词元选 ${active}$ 个；"
                "路由是一个线性层，都没有偏置。每个词元激活多少参数（含路由）？",
                f"An MoE layer has $d={width}$, ${experts}$ SwiGLU experts of hidden width $f={hidden}$, ${active}$ "
                "of them per token, and a linear router; no biases. How many parameters are active per token, with "
                "the router?",
            ),
            WHOLE,
        ),
        number(answer),
        steps(
            rf"$3df=3\cdot {width}\cdot {hidden}={expert}$",
            Text(rf"路由：${width}\cdot {experts}={router}$", rf"Router: ${width}\cdot {experts}={router}$"),
            rf"${active}\cdot {expert}+{router}={answer}$",
        ),
        wrong_number(experts * expert + router, "这是总参数量", "all parameters, not the active ones"),
        wrong_number(active * expert, "漏了路由", "the router is missing"),
        wrong_number(
            2 * active * width * hidden + router, "SwiGLU 有三个矩阵，不是两个", "SwiGLU has 3 matrices, not 2"
        ),
        wrong_number(active * (expert + width), "只算了选中专家的路由列", "only the chosen columns of the router"),
    )


DRILLS: tuple[Drill, ...] = (
    Drill("lora-parameters", "lt.lora", Text("LoRA 的参数量", "Parameters of LoRA"), {}, _lora),
    Drill("training-memory", "lt.memory-accounting", Text("训练显存", "Training memory"), {}, _training_memory),
    Drill("zero-memory", "lt.zero-fsdp", Text("ZeRO 每卡显存", "Memory per GPU with ZeRO"), {"stage": 0}, _zero),
    Drill("training-time", "iv.estimation", Text("训练时长", "Training time"), {}, _training_time),
    Drill("ring-all-reduce", "lt.data-parallel", Text("环形 all-reduce", "Ring all-reduce"), {}, _all_reduce),
    Drill("pipeline-bubble", "lt.model-parallel", Text("流水线气泡", "The bubble of a pipeline"), {}, _bubble),
    Drill("matmul-intensity", "inf.roofline", Text("矩阵乘法的算术强度", "Arithmetic intensity"), {}, _intensity),
    Drill("decode-rate", "inf.prefill-decode", Text("解码速度上限", "The limit of decoding"), {}, _decode_rate),
    Drill(
        "quantised-size",
        "inf.quantization-basics",
        Text("量化后的大小", "Size after quantisation"),
        {},
        _quantised_size,
    ),
    Drill("moe-active", "lt.moe", Text("MoE 的激活参数", "Active parameters of a MoE"), {}, _moe_active),
    *generation.DRILLS,
    *objectives.DRILLS,
)
