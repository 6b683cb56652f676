"""Naive Bayes on words and bigrams, the baseline beside the transformer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from windvane.rows.labelled_set import LabelledSet
from windvane.training.errors import TrainingError

_WORDS_AND_SIGNS = r"\w+|[^\w\s]+"
_MIN_TEXTS = 2
"""Words that occur in fewer texts are left out."""


@dataclass(frozen=True)
class NaiveBayes:
    """A fitted baseline.

    Attributes:
        labels: Names in the order of its probabilities.
    """

    labels: tuple[str, ...]
    vectorizer: CountVectorizer
    model: MultinomialNB

    def predict(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Predict probabilities: float64, shape (texts, num_labels)."""
        return np.asarray(self.model.predict_proba(self.vectorizer.transform(texts)))


def fit_naive_bayes(sources: Sequence[LabelledSet], labels: Sequence[str]) -> NaiveBayes:
    """Fit multinomial Naive Bayes (Wang and Manning 2012, https://aclanthology.org/P12-2018).

    Args:
        sources: Labelled texts; the weight of a file applies to each of its texts.
        labels: Names in the order of the probabilities; one that no text has is never predicted.

    Raises:
        TrainingError: No word occurs in two texts.
    """
    texts = [text for source in sources for text in source.texts]
    truths = np.array([labels.index(label) for source in sources for label in source.labels])
    weights = np.concatenate([np.full(len(source.texts), source.weight) for source in sources])
    vectorizer = _build_vectorizer()
    try:
        counts = vectorizer.fit_transform(texts)
    except ValueError as error:
        raise TrainingError("The texts hold no two words alike to learn from.") from error
    model = MultinomialNB()
    model.partial_fit(counts, truths, classes=np.arange(len(labels)), sample_weight=weights)
    return NaiveBayes(tuple(labels), vectorizer, model)


def save_naive_bayes(fitted: NaiveBayes, path: Path) -> None:
    """Write the words and their probabilities as arrays: unlike a pickle, they cannot hold code."""
    vocabulary = fitted.vectorizer.vocabulary_
    words = sorted(vocabulary, key=vocabulary.__getitem__)
    np.savez_compressed(
        path,
        labels=np.array(fitted.labels),
        words=np.array("\n".join(words)),
        log_priors=fitted.model.class_log_prior_.astype(np.float32),
        log_likelihoods=fitted.model.feature_log_prob_.astype(np.float16),
    )


def load_naive_bayes(path: Path) -> NaiveBayes:
    """Load a file of `save_naive_bayes`.

    Raises:
        TrainingError: The file is not one of these.
        OSError: It cannot be read.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        words = str(arrays["words"]).split("\n")
        labels = tuple(map(str, arrays["labels"]))
    except (ValueError, KeyError, TypeError, AttributeError, EOFError, BadZipFile) as error:
        raise TrainingError(f"{path} is no baseline that `windvane train` wrote.") from error
    vectorizer = _build_vectorizer(vocabulary={word: i for i, word in enumerate(words)})
    model = MultinomialNB()
    model.classes_ = np.arange(len(labels))
    model.class_log_prior_ = arrays["log_priors"].astype(np.float64)
    model.feature_log_prob_ = arrays["log_likelihoods"].astype(np.float64)
    model.n_features_in_ = len(words)
    return NaiveBayes(labels, vectorizer, model)


def _build_vectorizer(vocabulary: dict[str, int] | None = None) -> CountVectorizer:
    # Single letters and punctuation are tokens too: "!" and ":(" carry sentiment.
    return CountVectorizer(
        ngram_range=(1, 2),
        token_pattern=_WORDS_AND_SIGNS,
        min_df=1 if vocabulary else _MIN_TEXTS,
        binary=True,
        vocabulary=vocabulary,
    )
