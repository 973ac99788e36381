"""How fast recall is, beside Anki's own engine on the same cards and history: `python -m benchmarks`, `make bench`.

Both are built from one seed, so that two runs do the same work. Figures in seconds depend on the machine and on who
else uses it; the ratios hardly do, and of what Anki does too only they are asserted
(`benchmarks.limits`). Formulas have no counterpart and limits of their own, far above what they take.
"""
