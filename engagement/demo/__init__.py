"""
The demo team: two years of Tideline, a rota tool for small places, with the truth known.

Pure, without a database or a clock: `story` says who and what happened, `channels` how each
channel really works, `truth` what hours cause by that, `plan` and `words/` what people wrote
and said; `generate` makes two years of it. `load` writes them down, with `founding`, `planning`
and `records`.
"""
