"""Gives a challenger the champion's language test, whose weights belong to the tokenizer."""

import shutil

from windvane.cli.messages import print_message
from windvane.cli.retrain.retrain_folder import RetrainFolder
from windvane.inference.bundle import Bundle
from windvane.inference.bundle_files import LANGUAGE_FILE, TOKENIZER_FILE
from windvane.inference.manifest import read_manifest, write_manifest


def copy_language_test(champion: Bundle, folder: RetrainFolder) -> None:
    """Copy the language test, if the champion has one and the tokenizer is the same.

    Raises:
        OSError: The bundle cannot be written.
    """
    manifest = read_manifest(folder.bundle)
    if champion.language_path is None or LANGUAGE_FILE in manifest.files:
        return
    same_tokenizer = manifest.files[TOKENIZER_FILE] == champion.manifest.files[TOKENIZER_FILE]
    if not same_tokenizer or manifest.vocabulary_size != champion.manifest.vocabulary_size:
        print_message(
            "The new bundle has another tokenizer, so it has no language test; `windvane language` "
            "adds one.",
            err=True,
        )
        return
    from windvane.training.language_bundle import describe_language_test

    copied = folder.bundle / LANGUAGE_FILE
    shutil.copyfile(champion.language_path, copied)
    [language] = champion.manifest.languages or [""]
    rates = champion.manifest.evaluation.get("language", {})
    write_manifest(folder.bundle, describe_language_test(manifest, copied, language, rates))
