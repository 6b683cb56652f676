"""Errors of the inference core.

InferenceError
├── BundleError
│   ├── BundleNotFoundError   a file of the bundle, or its folder, is missing
│   ├── BundleCorruptError    a file differs from the manifest's sha256, or cannot be opened
│   └── ManifestError         manifest.json is not a manifest this version reads
├── ModelRunError             the model could not be run, or its output is no row of finite logits
└── TextRuleError             a value is not a text that can be classified
"""


class InferenceError(Exception):
    """Any failure of the inference core."""


class BundleError(InferenceError):
    """A bundle cannot be used."""


class BundleNotFoundError(BundleError):
    """A file of the bundle, or its folder, is missing."""


class BundleCorruptError(BundleError):
    """A file differs from the manifest's sha256, or cannot be opened."""


class ManifestError(BundleError):
    """``manifest.json`` is not a manifest that this version reads."""


class ModelRunError(InferenceError):
    """The model could not be run, or its output is not a row of finite logits."""


class TextRuleError(InferenceError):
    """A value is not a text that can be classified; the message is the rule, never the text."""
