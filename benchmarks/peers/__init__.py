"""The peers, one module each: ``prepare`` makes the model folder, ``build`` opens it."""
