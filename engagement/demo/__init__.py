"""
The demo team: two years of Tideline, a rota tool for small places, with the truth known.

`story` says who and what and how each channel really works, `truth` computes from it what the
hours really caused, `generate` makes hours, responses and conversations of it (both pure: no
database, no clock), `load` writes them. `words/` holds every sentence that somebody says.
"""
