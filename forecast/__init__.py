"""The mathematics of target attainment: numbers in, numbers out.

A `Panel` of `Series` as known on one date and some `Question`s give `Answer`s: probabilities and
quantiles from drawn paths. Nothing here reads a clock, a network or a database, nor any file but the
pretrained coefficients that ship with it.

The names are listed in `__init__.pyi`; each is loaded when it is first used, so that the vocabulary of
target kinds costs nobody the models.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
