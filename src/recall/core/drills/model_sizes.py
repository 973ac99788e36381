"""Drills on a Transformer's sizes: shapes, parameters, FLOPs, caches."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from recall.core.drills.drill import Instance, Redraw, drill, instance
from recall.core.drills.exact import decimal, number, quantity, vector
from recall.core.drills.wording import DECIMAL, SHAPE, WHOLE, question, steps, wrong
from recall.core.model import Text

GIB = 2**30


@drill("head-shapes", "am.multi-head", "多头注意力的形状", "Shapes in multi-head attention")
def _head_shapes(random: Random) -> Instance:
    batch, tokens = random.choice((2, 3, 4, 8)), random.choice((6, 10, 12, 128))
    heads, size = random.choice((4, 8, 16)), random.choice((32, 64, 128))
    width = heads * size
    shapes = {
        "query": ((batch, heads, tokens, size), Text("分头后 $Q$ 的形状", "$Q$ after the split into heads")),
        "scores": ((batch, heads, tokens, tokens), Text("打分 $QK^\\top$ 的形状", "the scores $QK^\\top$")),
        "output": ((batch, tokens, width), Text("各头拼接后输出的形状", "the output after the heads are concatenated")),
    }
    shape, name = shapes[random.choice(list(shapes))]
    sizes = rf"$B={batch},\ n={tokens},\ d={width},\ h={heads}$"
    return instance(
        question(
            Text(
                f"多头自注意力，批 $B$，词元数 $n$，模型宽 $d$，头数 $h$：{sizes}；轴的顺序为批、头、词元、分量。"
                f"求{name.zh}。",
                f"Multi-head self-attention with batch $B$, tokens $n$, width $d$, heads $h$: {sizes}; the axes come "
                f"in the order batch, head, token, component. What is the shape of {name.en}?",
            ),
            SHAPE,
        ),
        vector(shape),
        steps(
            rf"$d_h=d/h={width}/{heads}={size}$",
            rf"$({', '.join(map(str, shape))})$",
        ),
        wrong(vector((batch, tokens, tokens)), "打分少了头这一轴", "scores without the head axis"),
        wrong(vector((batch, heads, tokens, width)), "每头用了整个 $d$", "every head with the full $d$"),
        wrong(vector((batch, tokens, size)), "只有一个头的宽度", "the width of one head"),
        wrong(vector((batch, heads, size, size)), "打分是词元乘词元，不是分量乘分量", "components by components"),
        wrong(vector((batch, tokens, heads, size)), "头的轴没有换到词元之前", "the head axis is not moved forward"),
    )


@drill("gqa-shape", "am.mqa-gqa", "GQA 中 K 的形状", "The shape of K in GQA")
def _gqa_shape(random: Random) -> Instance:
    batch, tokens = random.choice((2, 4, 8)), random.choice((16, 100, 512))
    groups, per_group = random.choice((2, 4, 8)), random.choice((2, 4, 8))
    heads, size = groups * per_group, random.choice((64, 128))
    width = heads * size
    return instance(
        question(
            Text(
                rf"GQA：批 ${batch}$，词元 ${tokens}$，模型宽 $d={width}$，查询头 ${heads}$，KV 头 ${groups}$。"
                "分头后的 $K$（轴：批、头、词元、分量；未复制）是什么形状？",
                rf"GQA with batch ${batch}$, ${tokens}$ tokens, width $d={width}$, ${heads}$ query heads and "
                rf"${groups}$ KV heads. What is the shape of $K$ after the split into heads "
                "(axes batch, head, token, component; not repeated)?",
            ),
            SHAPE,
        ),
        vector((batch, groups, tokens, size)),
        steps(rf"$d_h={width}/{heads}={size}$", rf"$({batch}, {groups}, {tokens}, {size})$"),
        wrong(vector((batch, heads, tokens, size)), "用了查询头的个数", "the number of query heads"),
        wrong(vector((batch, groups, tokens, width // groups)), "头维用 KV 头数去除", "width divided by the KV heads"),
        wrong(vector((batch, per_group, tokens, size)), "用了每组的查询头数", "the query heads of one group"),
        wrong(vector((batch, groups, tokens, width)), "每头用了整个 $d$", "every head with the full $d$"),
    )


@drill("block-parameters", "am.param-flops", "块的参数量", "Parameters of a block")
def _block_parameters(random: Random) -> Instance:
    width = random.choice((100, 200, 256, 300, 512))
    hidden = width * random.choice((2, 3, 4))
    gated, biased = random.choice(((True, False), (False, True), (False, False)))
    attention = 4 * width * width
    matrices = (3 if gated else 2) * width * hidden
    biases = 4 * width + hidden + width if biased else 0
    total = attention + matrices + biases
    kind = ("SwiGLU", "SwiGLU") if gated else ("ReLU 两层", "two-layer ReLU")
    bias = ("每个线性层都有偏置", "every linear layer has a bias") if biased else ("没有偏置", "there are no biases")
    return instance(
        question(
            Text(
                rf"Transformer 块：$d={width}$，多头注意力的 $W_Q,W_K,W_V,W_O$ 都是 $d\times d$；前馈层为 {kind[0]}，"
                rf"隐层宽 $f={hidden}$；{bias[0]}，不计归一化层。共多少参数？",
                rf"A Transformer block has $d={width}$; $W_Q,W_K,W_V,W_O$ of its attention are $d\times d$; "
                rf"the feed-forward layer is {kind[1]} with hidden width $f={hidden}$; {bias[1]}. "
                "How many parameters, without the norms?",
            ),
            WHOLE,
        ),
        number(total),
        steps(
            rf"$4d^2={attention}$",
            rf"${3 if gated else 2}df={matrices}$",
            *([rf"$4d+f+d={biases}$"] if biased else []),
            rf"${total}$",
        ),
        wrong(
            number(total + (-1 if gated else 1) * width * hidden),
            "前馈层的矩阵个数错了",
            "wrong number of FFN matrices",
        ),
        wrong(number(total - width * width), "漏了 $W_O$", "$W_O$ is missing"),
        wrong(number(matrices + biases), "漏了注意力", "the attention is missing"),
        wrong(number(total - biases if biased else total + 5 * width + hidden), "偏置算错了", "the biases are wrong"),
    )


@drill("gqa-parameters", "am.mqa-gqa", "GQA 的参数量", "Parameters of GQA")
def _gqa_parameters(random: Random) -> Instance:
    groups, per_group = random.choice((2, 4, 8)), random.choice((2, 4, 8))
    heads, size = groups * per_group, random.choice((10, 20, 50, 64))
    width = heads * size
    full, narrow = width * width, width * groups * size
    return instance(
        question(
            Text(
                rf"GQA 层：$d={width}$，查询头 ${heads}$，KV 头 ${groups}$，头维 $d_h={size}$，没有偏置。"
                "$W_Q,W_K,W_V,W_O$ 共多少参数？",
                rf"A GQA layer has $d={width}$, ${heads}$ query heads, ${groups}$ KV heads of size $d_h={size}$ and no "
                "biases. How many parameters have $W_Q,W_K,W_V,W_O$ together?",
            ),
            WHOLE,
        ),
        number(2 * full + 2 * narrow),
        steps(
            rf"$W_Q,W_O$: $2d^2={2 * full}$",
            rf"$W_K,W_V$: $2d\cdot {groups}\cdot {size}={2 * narrow}$",
            rf"${2 * full + 2 * narrow}$",
        ),
        wrong(number(4 * full), "当成了多头注意力", "taken for multi-head attention"),
        wrong(number(full + 3 * narrow), "$W_O$ 也按 KV 头缩小了", "$W_O$ shrunk like the KV matrices"),
        wrong(number(2 * full + narrow), "K 与 V 只算了一个", "only one of K and V"),
        wrong(number(2 * full + 2 * width * size), "KV 头只算了一个", "only one KV head"),
    )


@drill("attention-flops", "am.complexity", "注意力的 FLOPs", "FLOPs of attention")
def _attention_flops(random: Random) -> Instance:
    tokens = random.choice((1000, 2000, 4000, 5000))
    heads, size = random.choice((8, 10, 16, 20)), random.choice((50, 64, 100, 128))
    width = heads * size
    flops = 4 * tokens**2 * width
    unit = "GFLOP"

    def giga(value: int) -> Fraction:
        return Fraction(value, 10**9)

    return instance(
        question(
            Text(
                rf"一层注意力，$n={tokens}$ 个词元，${heads}$ 个头，头维 ${size}$。"
                r"$QK^\top$ 与 $AV$ 两个乘法（不利用因果性）共多少 GFLOP？",
                rf"One attention layer has $n={tokens}$ tokens and ${heads}$ heads of size ${size}$. "
                r"How many GFLOP are the products $QK^\top$ and $AV$ together (causality not exploited)?",
            ),
            DECIMAL,
        ),
        quantity(giga(flops), unit),
        steps(
            rf"$2n^2d_h={decimal(2 * tokens**2 * size)}$",
            Text(rf"每头两个乘法，${heads}$ 个头。", rf"Two products a head, ${heads}$ heads."),
            rf"$4n^2d={decimal(giga(flops))}\times 10^9$",
        ),
        wrong(quantity(giga(flops // 2), unit), "一次乘加只算了 1 FLOP", "one FLOP a multiply-add"),
        wrong(quantity(giga(flops // heads), unit), "只算了一个头", "one head only"),
        wrong(quantity(giga(flops * heads), unit), "每头用了整个 $d$", "every head with the full $d$"),
        wrong(
            quantity(giga(4 * tokens * width**2), unit), "$n$ 与 $d$ 的次数反了", "the powers of $n$ and $d$ swapped"
        ),
    )


@drill("forward-flops", "am.param-flops", "前向的 FLOPs", "FLOPs of a forward pass")
def _forward_flops(random: Random) -> Instance:
    size, tokens = random.choice((1, 2, 3, 7, 8, 13, 14, 32, 70)), random.choice((100, 500, 1000, 2000, 4000))
    answer = Fraction(2 * size * tokens, 1000)
    unit = "TFLOP"
    return instance(
        question(
            Text(
                rf"稠密模型有 ${size}\times 10^9$ 个参数，前向处理 ${tokens}$ 个词元，忽略打分的二次项。约多少 TFLOP？",
                rf"A dense model has ${size}\times 10^9$ parameters. About how many TFLOP is the forward pass over "
                rf"${tokens}$ tokens, without the quadratic term of the scores?",
            ),
            DECIMAL,
        ),
        quantity(answer, unit),
        steps(
            Text("每个参数每个词元一次乘加，2 FLOPs。", "One multiply-add, 2 FLOPs, a parameter and token."),
            rf"$2ND=2\cdot {size}\times 10^9\cdot {tokens}={decimal(answer)}\times 10^{{12}}$",
        ),
        wrong(quantity(answer * 3, unit), "6ND 是训练（前向加反向）", "6ND is training: forward and backward"),
        wrong(quantity(answer / 2, unit), "一次乘加只算了 1 FLOP", "one FLOP a multiply-add"),
        wrong(quantity(answer * 2, unit), "4ND 是反向", "4ND is the backward pass"),
        wrong(quantity(Fraction(2 * size, 1000), unit), "只算了一个词元", "one token only"),
    )


@drill("kv-cache", "am.kv-cache", "KV 缓存的大小", "Size of the KV cache")
def _kv_cache(random: Random) -> Instance:
    layers, size = random.choice((16, 24, 32, 40, 48, 64, 80)), random.choice((64, 128))
    heads = random.choice((16, 32, 64))
    kv_heads = random.choice((4, 8, heads))
    tokens, batch, width = random.choice((2048, 4096, 8192, 16384)), random.choice((1, 2, 4, 8, 16)), 2
    count = 2 * layers * kv_heads * size * tokens * batch * width
    answer = Fraction(count, GIB)
    if answer.denominator > 4 or answer > 400:
        raise Redraw
    unit = "GiB"
    other_heads = heads if kv_heads < heads else 1
    return instance(
        question(
            Text(
                rf"模型有 ${layers}$ 层，${heads}$ 个查询头，${kv_heads}$ 个 KV 头，头维 ${size}$。"
                rf"批 ${batch}$ 条、每条 ${tokens}$ 词元、每个数 ${width}$ 字节，KV 缓存占多少 GiB？",
                rf"A model has ${layers}$ layers, ${heads}$ query heads and ${kv_heads}$ KV heads of size ${size}$. "
                rf"How many GiB is the KV cache of ${batch}$ sequences of ${tokens}$ tokens at "
                rf"${width}$ bytes a number?",
            ),
            DECIMAL,
        ),
        quantity(answer, unit),
        steps(
            rf"$2\cdot {layers}\cdot {kv_heads}\cdot {size}\cdot {width}={2 * layers * kv_heads * size * width}$",
            rf"$\times {tokens}\cdot {batch}={count}$",
            rf"$/2^{{30}}={decimal(answer)}$",
        ),
        wrong(quantity(answer / 2, unit), "K 与 V 只算了一个", "only one of K and V"),
        wrong(quantity(answer * other_heads / kv_heads, unit), "KV 头的个数错了", "the wrong number of KV heads"),
        wrong(quantity(answer / layers, unit), "只算了一层", "one layer only"),
        wrong(quantity(Fraction(count, 10**9), unit), "除以了 $10^9$，那是 GB", "divided by $10^9$: those are GB"),
        wrong(quantity(answer / width, unit), "一个数只算了 1 字节", "one byte a number"),
    )


@drill("embedding-parameters", "am.output-head", "嵌入与输出头的参数量", "Parameters of embedding and head")
def _embedding_parameters(random: Random) -> Instance:
    vocabulary, width = (
        random.choice((32000, 50000, 64000, 100000, 128000)),
        random.choice((512, 768, 1024, 2048, 4096)),
    )
    tied = random.choice((True, False))
    one = vocabulary * width
    answer = one if tied else 2 * one
    sharing = ("共享权重", "share their weights") if tied else ("不共享权重", "do not share weights")
    return instance(
        question(
            Text(
                rf"词表 ${vocabulary}$，模型宽 ${width}$，没有偏置。输入嵌入与输出头{sharing[0]}，两者共多少参数？",
                rf"The vocabulary is ${vocabulary}$, the width ${width}$, without biases. "
                rf"Input embedding and output head {sharing[1]}. How many parameters have both together?",
            ),
            WHOLE,
        ),
        number(answer),
        steps(rf"${vocabulary}\cdot {width}={one}$", rf"$\times {1 if tied else 2}$: ${answer}$"),
        wrong(number(3 * one - answer), "共享与否弄反了", "tied and untied confused"),
        wrong(number(answer + vocabulary), "多算了偏置", "a bias is counted"),
        wrong(number(vocabulary + width), "相加而不是相乘", "added instead of multiplied"),
        wrong(number(width * width), "当成了 $d\\times d$ 矩阵", "taken for a $d\\times d$ matrix"),
    )


@drill("score-memory", "am.flash-attention", "打分矩阵的显存", "Memory of the scores")
def _score_memory(random: Random) -> Instance:
    tokens, heads = random.choice((2048, 4096, 8192, 16384)), random.choice((8, 16, 32))
    batch, width = random.choice((1, 2, 4)), random.choice((2, 4))
    count = batch * heads * tokens**2 * width
    answer = Fraction(count, GIB)
    unit = "GiB"
    return instance(
        question(
            Text(
                rf"一层注意力显式存下打分矩阵：批 ${batch}$，${heads}$ 个头，${tokens}$ 个词元，"
                rf"每个数 ${width}$ 字节。占多少 GiB？",
                f"An attention layer stores its matrix of scores: batch ${batch}$, ${heads}$ heads, ${tokens}$ "
                rf"tokens, ${width}$ bytes a number. How many GiB is it?",
            ),
            DECIMAL,
        ),
        quantity(answer, unit),
        steps(
            rf"$n^2={tokens**2}$",
            rf"${batch}\cdot {heads}\cdot {tokens**2}\cdot {width}={count}$",
            rf"$/2^{{30}}={decimal(answer)}$",
        ),
        wrong(quantity(answer / heads, unit), "只算了一个头", "one head only"),
        wrong(quantity(answer / tokens, unit), "词元数没有平方", "the tokens are not squared"),
        wrong(quantity(answer / width, unit), "一个数只算了 1 字节", "one byte a number"),
        wrong(quantity(answer * 2, unit), "算成了 K 与 V 两份", "two copies, as for K and V"),
    )
