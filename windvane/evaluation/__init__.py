"""How good a model is: labelled texts, figures, calibration, behaviour and bias."""
