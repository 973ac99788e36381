"""Drills on serving a language model: bandwidth, memory, active parameters."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Instance, drill, instance
from recall.core.drills.exact import decimal, number, quantity, rounded
from recall.core.drills.tex import decimal_text
from recall.core.drills.wording import DECIMAL, DIGITS, WHOLE, question, steps, wrong
from recall.core.model import Text


@drill("matmul-intensity", "inf.roofline", "矩阵乘法的算术强度", "Arithmetic intensity")
def _intensity(random: Random) -> Instance:
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
        wrong(rounded(answer / 2, "FLOP/B"), "一次乘加只算了 1 FLOP", "one FLOP a multiply-add"),
        wrong(rounded(answer * width * (2 if width == 1 else 1), "FLOP/B"), "字节数错了", "the wrong number of bytes"),
        wrong(rounded(Fraction(flops, width * (m * k + k * n)), "FLOP/B"), "漏了写回 $Y$", "writing $Y$ is missing"),
        wrong(rounded(Fraction(flops, width * k * n), "FLOP/B"), "只算了读 $W$", "only $W$ is read"),
    )


@drill("decode-rate", "inf.prefill-decode", "解码速度上限", "The limit of decoding")
def _decode_rate(random: Random) -> Instance:
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
        wrong(rounded(Fraction(batch * bandwidth, weights), unit), "漏了 KV 缓存", "the KV cache is missing"),
        wrong(rounded(bandwidth / moved, unit), "这是每条序列的速度", "the rate of one sequence"),
        wrong(rounded(batch * bandwidth / (size + batch * cache), unit), "每参数只算了 1 字节", "one byte a parameter"),
        wrong(rounded(bandwidth / (weights + cache), unit), "批当成了 1", "as if the batch were 1"),
        wrong(
            rounded(bandwidth / (batch * (weights + cache)), unit),
            "每条序列都重读了权重",
            "weights read for each sequence",
        ),
        wrong(rounded(batch * bandwidth / (2 * moved), unit), "读了两遍", "everything read twice"),
    )


@drill("quantised-size", "inf.quantization-basics", "量化后的大小", "Size after quantisation")
def _quantised_size(random: Random) -> Instance:
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
        wrong(quantity(Fraction(size * bits, 8), unit), "漏了缩放因子", "the scales are missing"),
        wrong(quantity(answer * 8, unit), "把位当成了字节", "bits taken for bytes"),
        wrong(
            quantity(Fraction(size * (bits + scale), 8), unit), "每个权重都有一个缩放因子", "a scale for every weight"
        ),
        wrong(quantity(Fraction(size * 2), unit), "这是量化前的 16 位大小", "the 16-bit size before"),
    )


@drill("moe-active", "lt.moe", "MoE 的激活参数", "Active parameters of a MoE")
def _moe_active(random: Random) -> Instance:
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
        wrong(number(experts * expert + router), "这是总参数量", "all parameters, not the active ones"),
        wrong(number(active * expert), "漏了路由", "the router is missing"),
        wrong(
            number(2 * active * width * hidden + router), "SwiGLU 有三个矩阵，不是两个", "SwiGLU has 3 matrices, not 2"
        ),
        wrong(number(active * (expert + width)), "只算了选中专家的路由列", "only the chosen columns of the router"),
    )
