"""What every symbol command stands for: names and characters as pairs, grouped by class.

The names are those of LaTeX, amssymb, gensymb, upgreek and mathtools as MathJax 3.2.2 knows them. Where a
terminal shows another character better than TeX's own (`\\mid`, `\\cdot`), the table has that one.
"""

from __future__ import annotations

from recall.tex.tree import Cls, Symbol

# Letters and ordinary signs.
_ORDINARY = """
alpha α beta β gamma γ delta δ epsilon ϵ zeta ζ eta η theta θ iota ι kappa κ lambda λ mu μ nu ν xi ξ
omicron ο pi π rho ρ sigma σ tau τ upsilon υ phi ϕ chi χ psi ψ omega ω varepsilon ε vartheta ϑ varpi ϖ
varrho ϱ varsigma ς varphi φ S § aleph ℵ hbar ℏ imath ı jmath ȷ ell ℓ wp ℘ Re ℜ Im ℑ partial ∂ infty ∞
prime ′ emptyset ∅ nabla ∇ top ⊤ bot ⊥ angle ∠ triangle △ backslash ∖ forall ∀ exists ∃ neg ¬ lnot ¬
flat ♭ natural ♮ sharp ♯ clubsuit ♣ diamondsuit ♢ heartsuit ♡ spadesuit ♠ vdots ⋮ Gamma Γ Delta Δ Theta
Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Phi Φ Psi Ψ Omega Ω digamma ϝ varkappa ϰ varGamma Γ varDelta Δ varTheta Θ
varLambda Λ varXi Ξ varPi Π varSigma Σ varUpsilon Υ varPhi Φ varPsi Ψ varOmega Ω beth ℶ gimel ℷ daleth ℸ
backprime ‵ hslash ℏ varnothing ∅ blacktriangle ▴ triangledown ▽ blacktriangledown ▾ square ◻ Box ◻
blacksquare ◼ lozenge ◊ Diamond ◊ blacklozenge ⧫ circledS Ⓢ bigstar ★ sphericalangle ∢ measuredangle ∡
nexists ∄ complement ∁ mho ℧ eth ð Finv Ⅎ diagup ╱ Game ⅁ diagdown ╲ Bbbk k yen ¥ circledR ® checkmark ✓
maltese ✠ ohm Ω degree ° celsius ℃ perthousand ‰ micro µ
"""

# upgreek: the same letters, because italics are plain letters here.
_UPRIGHT = """
Upsilon Υ upalpha α upbeta β upgamma γ updelta δ upepsilon ϵ upzeta ζ upeta η uptheta θ upiota ι upkappa
κ uplambda λ upmu μ upnu ν upxi ξ upomicron ο uppi π uprho ρ upsigma σ uptau τ upupsilon υ upphi ϕ upchi
χ uppsi ψ upomega ω upvarepsilon ε upvartheta ϑ upvarpi ϖ upvarrho ϱ upvarsigma ς upvarphi φ Upgamma Γ
Updelta Δ Uptheta Θ Uplambda Λ Upxi Ξ Uppi Π Upsigma Σ Upupsilon Υ Upphi Φ Uppsi Ψ Upomega Ω
"""

# Binary operators.
_BINARY = """
triangleleft ◃ triangleright ▹ bigtriangleup △ bigtriangledown ▽ wedge ∧ land ∧ vee ∨ lor ∨ cap ∩ cup ∪
ddagger ‡ dagger † sqcap ⊓ sqcup ⊔ uplus ⊎ amalg ⨿ diamond ⋄ bullet • wr ≀ div ÷ divsymbol ÷ odot ⊙
oslash ⊘ otimes ⊗ ominus ⊖ oplus ⊕ mp ∓ pm ± circ ∘ bigcirc ◯ setminus ∖ cdot · ast ∗ times × star ⋆
dotplus ∔ ltimes ⋉ smallsetminus ∖ rtimes ⋊ Cap ⋒ doublecap ⋒ leftthreetimes ⋋ Cup ⋓ doublecup ⋓
rightthreetimes ⋌ barwedge ⊼ curlywedge ⋏ veebar ⊻ curlyvee ⋎ doublebarwedge ⩞ boxminus ⊟ circleddash ⊝
boxtimes ⊠ circledast ⊛ boxdot ⊡ circledcirc ⊚ boxplus ⊞ centerdot · divideontimes ⋇ intercal ⊺
blacktriangleleft ◂ blacktriangleright ▸ vartriangle △
"""

# Relations and arrows.
_RELATION = """
propto ∝ sqsubseteq ⊑ sqsupseteq ⊒ parallel ∥ mid | dashv ⊣ vdash ⊢ leq ≤ le ≤ geq ≥ ge ≥ lt < gt > succ
≻ prec ≺ approx ≈ succeq ⪰ preceq ⪯ supset ⊃ subset ⊂ supseteq ⊇ subseteq ⊆ in ∈ ni ∋ notin ∉ owns ∋ gg
≫ ll ≪ sim ∼ simeq ≃ perp ⊥ equiv ≡ asymp ≍ smile ⌣ frown ⌢ ne ≠ neq ≠ cong ≅ doteq ≐ bowtie ⋈ models ⊨
Leftrightarrow ⇔ Leftarrow ⇐ Rightarrow ⇒ leftrightarrow ↔ leftarrow ← gets ← rightarrow → to → mapsto ↦
leftharpoonup ↼ leftharpoondown ↽ rightharpoonup ⇀ rightharpoondown ⇁ nearrow ↗ searrow ↘ nwarrow ↖
swarrow ↙ rightleftharpoons ⇌ hookrightarrow ↪ hookleftarrow ↩ longleftarrow ⟵ Longleftarrow ⟸
longrightarrow ⟶ Longrightarrow ⟹ Longleftrightarrow ⟺ longleftrightarrow ⟷ longmapsto ⟼ leqq ≦ geqq ≧
leqslant ⩽ geqslant ⩾ eqslantless ⪕ eqslantgtr ⪖ lesssim ≲ gtrsim ≳ lessapprox ⪅ gtrapprox ⪆ approxeq ≊
lessdot ⋖ gtrdot ⋗ lll ⋘ llless ⋘ ggg ⋙ gggtr ⋙ lessgtr ≶ gtrless ≷ lesseqgtr ⋚ gtreqless ⋛ lesseqqgtr ⪋
gtreqqless ⪌ doteqdot ≑ Doteq ≑ eqcirc ≖ risingdotseq ≓ circeq ≗ fallingdotseq ≒ triangleq ≜ backsim ∽
thicksim ∼ backsimeq ⋍ thickapprox ≈ subseteqq ⫅ supseteqq ⫆ Subset ⋐ Supset ⋑ sqsubset ⊏ sqsupset ⊐
preccurlyeq ≼ succcurlyeq ≽ curlyeqprec ⋞ curlyeqsucc ⋟ precsim ≾ succsim ≿ precapprox ⪷ succapprox ⪸
vartriangleleft ⊲ lhd ⊲ vartriangleright ⊳ rhd ⊳ trianglelefteq ⊴ unlhd ⊴ trianglerighteq ⊵ unrhd ⊵
vDash ⊨ Vdash ⊩ Vvdash ⊪ smallsmile ⌣ shortmid | smallfrown ⌢ shortparallel ∥ bumpeq ≏ between ≬ Bumpeq
≎ pitchfork ⋔ varpropto ∝ backepsilon ∍ therefore ∴ because ∵ eqsim ≂ Join ⋈ nless ≮ ngtr ≯ nleq ≰ ngeq
≱ nleqslant ⪇ ngeqslant ⪈ nleqq ≰ ngeqq ≱ lneq ⪇ gneq ⪈ lneqq ≨ gneqq ≩ lvertneqq ≨ gvertneqq ≩ lnsim ⋦
gnsim ⋧ lnapprox ⪉ gnapprox ⪊ nprec ⊀ nsucc ⊁ npreceq ⋠ nsucceq ⋡ precneqq ⪵ succneqq ⪶ precnsim ⋨
succnsim ⋩ precnapprox ⪹ succnapprox ⪺ nsim ≁ ncong ≇ nshortmid ∤ nshortparallel ∦ nmid ∤ nparallel ∦
nvdash ⊬ nvDash ⊭ nVdash ⊮ nVDash ⊯ ntriangleleft ⋪ ntriangleright ⋫ ntrianglelefteq ⋬ ntrianglerighteq
⋭ nsubseteq ⊈ nsupseteq ⊉ nsubseteqq ⊈ nsupseteqq ⊉ subsetneq ⊊ supsetneq ⊋ varsubsetneq ⊊ varsupsetneq
⊋ subsetneqq ⫋ supsetneqq ⫌ varsubsetneqq ⫋ varsupsetneqq ⫌ leftleftarrows ⇇ rightrightarrows ⇉
leftrightarrows ⇆ rightleftarrows ⇄ Lleftarrow ⇚ Rrightarrow ⇛ twoheadleftarrow ↞ twoheadrightarrow ↠
leftarrowtail ↢ rightarrowtail ↣ looparrowleft ↫ looparrowright ↬ leftrightharpoons ⇋ curvearrowleft ↶
curvearrowright ↷ circlearrowleft ↺ circlearrowright ↻ Lsh ↰ Rsh ↱ upuparrows ⇈ downdownarrows ⇊
upharpoonleft ↿ upharpoonright ↾ downharpoonleft ⇃ restriction ↾ multimap ⊸ downharpoonright ⇂
leftrightsquigarrow ↭ rightsquigarrow ⇝ leadsto ⇝ dashrightarrow ⇢ dashleftarrow ⇠ nleftarrow ↚
nrightarrow ↛ nLeftarrow ⇍ nRightarrow ⇏ nleftrightarrow ↮ nLeftrightarrow ⇎
"""

# Dots.
_INNER = """
ldots … cdots ⋯ ddots ⋱ dotsc … dotsb ⋯ dotsm ⋯ dotsi ⋯ dotso …
"""

# Punctuation.
_PUNCT = """
ldotp . cdotp · colon :
"""

# Signs for text, most used ones of textcomp.
_TEXT_SIGNS = """
textasciicircum ^ textasciitilde ~ textasteriskcentered * textbar | textbraceleft { textbraceright }
textbullet • textdagger † textdaggerdbl ‡ textellipsis … textemdash — textendash – textgreater > textless <
textperiodcentered · textquotedblleft “ textquotedblright ” textquoteleft ‘ textquoteright ’ textsection §
textparagraph ¶ textunderscore _ textcent ¢ textdollar $ texteuro € textsterling £ textyen ¥ textcopyright ©
textregistered ® texttrademark ™ textcelsius ℃ textdegree ° textdiv ÷ textlnot ¬ textminus − textmu µ
textohm Ω
textonehalf ½ textonequarter ¼ textthreequarters ¾ textpm ± texttimes × textrightarrow → textleftarrow ←
textuparrow ↑ textdownarrow ↓ textsurd √ textperthousand ‰ textlangle ⟨ textrangle ⟩
textbackslash \\ textexclamdown ¡ textquestiondown ¿ textordfeminine ª textordmasculine º textvisiblespace ␣
textbaht ฿ textcolonmonetary ₡ textcurrency ¤ textdong ₫ textflorin ƒ textguarani ₲ textlira ₤ textnaira ₦
textpeso ₱ textwon ₩ textcircledP ℗ textservicemark ℠ textbardbl ‖ textbigcircle ◯ textblank ␢ textbrokenbar ¦
textdiscount ⁒ textestimated ℮ textinterrobang ‽ textmusicalnote ♪ textnumero № textopenbullet ◦
textpertenthousand ‱ textrecipe ℞ textreferencemark ※ textlbrackdbl ⟦ textrbrackdbl ⟧ textlquill ⁅
textrquill ⁆ textfractionsolidus ⁄ textmho ℧ textonesuperior ¹ textthreesuperior ³ texttwosuperior ²
textborn * textdied † textmarried ⚭ textdivorced ⚮ nuparrow ⇞ ndownarrow ⇟ textasciiacute ´ textasciibreve ˘
textasciicaron ˇ textasciidieresis ¨ textasciimacron ¯ textacutedbl ˝ textgravedbl ˵ texttildelow ˷
"""

# Characters typed as such, where the class is not ordinary or another character is shown.
_CHARACTERS: dict[Cls, str] = {
    Cls.BIN: "+ + - − − − * * ± ± ∓ ∓ × × ÷ ÷ · · ⋅ · ∘ ∘ ∗ ∗ ⊕ ⊕ ⊖ ⊖ ⊗ ⊗ ⊙ ⊙ ∩ ∩ ∪ ∪ ∧ ∧ ∨ ∨ ∖ ∖ † † ‡ ‡",
    Cls.REL: (
        "= = < < > > : : ≤ ≤ ≥ ≥ ≠ ≠ ≈ ≈ ≡ ≡ ∼ ∼ ≃ ≃ ≅ ≅ ∝ ∝ ≪ ≪ ≫ ≫ ≺ ≺ ≻ ≻ ⪯ ⪯ ⪰ ⪰ ∈ ∈ ∉ ∉ ∋ ∋ ⊂ ⊂ ⊃ ⊃ ⊆ ⊆"
        " ⊇ ⊇ ⊥ ⊥ ∥ ∥ ∣ | ⊢ ⊢ ⊨ ⊨ ≜ ≜ ≔ ≔ → → ← ← ↔ ↔ ⇒ ⇒ ⇐ ⇐ ⇔ ⇔ ↦ ↦ ⟶ ⟶ ⟵ ⟵ ⟹ ⟹ ⟸ ⟸ ⟺ ⟺"
        " ⟼ ⟼ ↑ ↑ ↓ ↓ ↪ ↪ ⇝ ⇝ ∴ ∴ ∵ ∵ ⇌ ⇌"
    ),
    Cls.OPEN: "( ( [ [ ⟨ ⟨ ⌈ ⌈ ⌊ ⌊ { {",
    Cls.CLOSE: ") ) ] ] ⟩ ⟩ ⌉ ⌉ ⌋ ⌋ } } ! ! ? ?",
    Cls.PUNCT: ", , ; ;",
    Cls.INNER: "… … ⋯ ⋯ ⋱ ⋱",
    Cls.ORD: "` ‘",
}


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return dict(zip(words[::2], words[1::2], strict=True))


def _symbols(table: str, cls: Cls) -> dict[str, Symbol]:
    return {name: Symbol(char, cls) for name, char in _pairs(table).items()}


SYMBOLS: dict[str, Symbol] = {
    **_symbols(_ORDINARY, Cls.ORD),
    **_symbols(_UPRIGHT, Cls.ORD),
    **_symbols(_BINARY, Cls.BIN),
    **_symbols(_RELATION, Cls.REL),
    **_symbols(_INNER, Cls.INNER),
    **_symbols(_PUNCT, Cls.PUNCT),
    **_symbols(_TEXT_SIGNS, Cls.ORD),
    **{char: Symbol(char) for char in "_#$%&"},
    "And": Symbol("&"),
    "surd": Symbol("√"),
    "notChar": Symbol("⧸", Cls.BIN),
    "coloneqq": Symbol("≔", Cls.REL),
    "Coloneqq": Symbol("⩴", Cls.REL),
    "eqqcolon": Symbol("≕", Cls.REL),
    "coloneq": Symbol(":−", Cls.REL),
    "eqcolon": Symbol("∹", Cls.REL),
    "Coloneq": Symbol("∷−", Cls.REL),
    "Eqqcolon": Symbol("=∷", Cls.REL),
    "Eqcolon": Symbol("−∷", Cls.REL),
    "Colonapprox": Symbol("∷≈", Cls.REL),
    "Colonsim": Symbol("∷∼", Cls.REL),
    "dblcolon": Symbol("∷", Cls.REL),
    "colonapprox": Symbol(":≈", Cls.REL),
    "colonsim": Symbol(":∼", Cls.REL),
    "centercolon": Symbol(":", Cls.REL),
    "ordinarycolon": Symbol(":"),
    "bmod": Symbol("mod", Cls.BIN),
}
"""Symbol commands by name, without the backslash."""

CHARACTERS: dict[str, Symbol] = {
    char: Symbol(shown, cls) for cls, table in _CHARACTERS.items() for char, shown in _pairs(table).items()
}
"""Characters typed as such that are not ordinary letters."""

NEGATED: dict[str, str] = _pairs(
    "← ↚ → ↛ ↔ ↮ ⇐ ⇍ ⇒ ⇏ ⇔ ⇎ ∈ ∉ ∋ ∌ | ∤ ∥ ∦ ∼ ≁ ≃ ≄ ≅ ≇ ≈ ≉ ≍ ≭ = ≠ ≡ ≢ < ≮ > ≯ ≤ ≰ ≥ ≱ ≲ ≴ ≳ ≵ ≶ ≸ ≷ ≹"
    " ≺ ⊀ ≻ ⊁ ⊂ ⊄ ⊃ ⊅ ⊆ ⊈ ⊇ ⊉ ⊢ ⊬ ⊨ ⊭ ⊩ ⊮ ⊫ ⊯ ≼ ⋠ ≽ ⋡ ⊑ ⋢ ⊒ ⋣ ⊲ ⋪ ⊳ ⋫ ⊴ ⋬ ⊵ ⋭ ∃ ∄"
)
"""What `\\not` makes of a relation; any other character gets a combining stroke."""
