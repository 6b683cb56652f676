"""The peers, one module each: ``prepare`` makes its model folder, ``build`` opens it."""
