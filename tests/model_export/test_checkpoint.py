"""A checkpoint is opened, or one sentence says what is wrong with it."""

import io
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer
from transformers.utils import logging

from model_export.checkpoint import Checkpoint, default_name, load_checkpoint, quiet
from model_export.checkpoint_sizes import count_positions
from model_export.errors import CheckpointError
from tests.model_export.exported import LoadTiny
from tests.model_export.tiny_checkpoints import (
    FAMILIES,
    LABELS,
    MAX_TOKENS,
    write_checkpoint_with_cut_weights,
    write_checkpoint_with_slow_tokenizer,
    write_checkpoint_without_tokenizer,
    write_masked_language_model,
    write_tiny_checkpoint,
)

Write = Callable[[Path], Path]


def change_config(folder: Path, **fields: Any) -> Path:
    path = write_tiny_checkpoint("bert", folder) / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))
    return folder


def write_with_file(name: str, content: str) -> Write:
    def write(folder: Path) -> Path:
        (write_tiny_checkpoint("bert", folder) / name).write_text(content)
        return folder

    return write


def write_without_weights(folder: Path) -> Path:
    (write_tiny_checkpoint("bert", folder) / "model.safetensors").unlink()
    return folder


def write_without_head(folder: Path) -> Path:
    path = write_tiny_checkpoint("bert", folder) / "model.safetensors"
    weights = {name: w for name, w in load_file(path).items() if "classifier" not in name}
    save_file(weights, path, metadata={"format": "pt"})
    return folder


def write_not_finite(folder: Path) -> Path:
    path = write_tiny_checkpoint("bert", folder) / "model.safetensors"
    weights = load_file(path)
    weights["classifier.bias"][1] = float("nan")
    save_file(weights, path, metadata={"format": "pt"})
    return folder


def write_with_other_width(folder: Path) -> Path:
    return change_config(folder, hidden_size=64)


def write_multi_label(folder: Path) -> Path:
    return change_config(folder, problem_type="multi_label_classification")


def write_same_label_twice(folder: Path) -> Path:
    return change_config(folder, id2label={"0": "good", "1": "bad", "2": "good"})


def write_config(**fields: Any) -> Write:
    def write(folder: Path) -> Path:
        return change_config(folder, **fields)

    return write


def write_one_output(folder: Path) -> Path:
    return write_tiny_checkpoint("bert", folder, num_labels=1)


def write_unknown_model_type(folder: Path) -> Path:
    return change_config(folder, model_type="unheard-of")


def write_own_code(file: str, entry: dict[str, Any], **fields: str) -> Write:
    """Write a checkpoint whose code says that it ran, by a file."""

    def write(folder: Path) -> Path:
        write_tiny_checkpoint("bert", folder)
        path = folder / file
        path.write_text(json.dumps(json.loads(path.read_text()) | {"auto_map": entry} | fields))
        (folder / "own.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\nclass Own: pass\n")
        return folder

    return write


OWN_CODE: list[Write] = [
    write_own_code("config.json", {"AutoConfig": "own.Own"}, model_type="strange-bert"),
    write_own_code(
        "tokenizer_config.json", {"AutoTokenizer": ["own.Own", "own.Own"]}, tokenizer_class="Own"
    ),
]


@pytest.mark.parametrize("write", OWN_CODE, ids=["config", "tokenizer"])
def test_load_checkpoint_never_runs_the_code_of_a_checkpoint(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n" * 9))
    folder = write(tmp_path / "own")

    with pytest.raises(CheckpointError, match="needs Python code of its own") as raised:
        load_checkpoint(str(folder))

    assert str(folder) in str(raised.value)
    assert not (folder / "ran").exists()


def test_load_checkpoint_uses_its_own_class_where_it_has_one(tmp_path: Path) -> None:
    entry = {"AutoModelForSequenceClassification": "own.Own"}
    folder = write_own_code("config.json", entry)(tmp_path / "own")

    assert load_checkpoint(str(folder)).config.model_type == "bert"
    assert not (folder / "ran").exists()


def change_limit(limit: object) -> Write:
    def write(folder: Path) -> Path:
        path = write_tiny_checkpoint("bert", folder) / "tokenizer_config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"model_max_length": limit}))
        return folder

    return write


def write_added_token(folder: Path) -> Path:
    tokenizer = AutoTokenizer.from_pretrained(write_tiny_checkpoint("bert", folder))
    tokenizer.add_tokens(["@user"])
    tokenizer.save_pretrained(folder)
    return folder


def write_more_positions_than_counted(folder: Path) -> Path:
    """Write a RoBERTa whose type is not known to count positions from its padding on."""
    write_tiny_checkpoint("roberta", folder)
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model_max_length": 200}))
    return folder


def test_checkpoint_reads_a_limit_written_as_a_decimal(tmp_path: Path) -> None:
    limit = load_checkpoint(str(change_limit(64.0)(tmp_path / "decimal"))).max_tokens

    assert (limit, type(limit)) == (64, int)


def test_load_checkpoint_compares_its_limit_with_its_positions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_more_positions_than_counted(tmp_path / "positions")
    monkeypatch.setattr("model_export.checkpoint._POSITIONS_START_AFTER_PADDING", set())

    with pytest.raises(CheckpointError, match="would read 130 tokens, and has 128 positions;"):
        load_checkpoint(str(folder))


@pytest.mark.parametrize(
    ("family", "file"),
    [
        ("xlm-roberta", "sentencepiece.bpe.model"),
        ("albert", "spiece.model"),
        ("deberta-v3", "spm.model"),
    ],
)
def test_load_checkpoint_names_what_converts_a_sentencepiece_tokenizer(
    tmp_path: Path, family: str, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model_export.checkpoint.find_spec", lambda _: None)
    folder = write_tiny_checkpoint(family, tmp_path / family)
    (folder / "tokenizer.json").unlink()
    (folder / file).write_bytes(b"\x0a\x05\x0a\x01a\x15\0")

    with pytest.raises(CheckpointError, match="pip install sentencepiece") as raised:
        load_checkpoint(str(folder))

    assert f"has its tokenizer in {file} only" in str(raised.value)


def write_nothing(folder: Path) -> Path:
    folder.mkdir()
    return folder


BAD_CHECKPOINTS: list[tuple[Write, str]] = [
    (write_masked_language_model, "is no sequence classifier: its config names BertForMaskedLM."),
    (write_checkpoint_with_slow_tokenizer, "has no fast tokenizer (tokenizer.json), which"),
    (write_checkpoint_without_tokenizer, "has no tokenizer (tokenizer.json)."),
    (write_with_file("tokenizer.json", '{"version"'), "The tokenizer of "),
    (write_with_file("tokenizer.json", "{}"), "cannot be loaded: Model missing"),
    (write_checkpoint_with_cut_weights, "cannot be loaded: "),
    (write_without_weights, "no file named pytorch_model.bin, model.safetensors"),
    (write_without_head, "lack classifier.bias, classifier.weight; was it trained to classify?"),
    (write_not_finite, "are damaged: classifier.bias is not finite."),
    (write_with_other_width, "cannot be loaded: Error(s) in loading state_dict"),
    (write_with_file("config.json", "{"), "is not a valid JSON file."),
    (write_with_file("config.json", "[]"), "The config.json of "),
    (write_unknown_model_type, "has model type `unheard-of`"),
    (write_multi_label, "several labels at once (multi-label), which is not supported."),
    (write_same_label_twice, 'names two labels "good", numbers 0 and 2; mend id2label in its'),
    (write_config(problem_type="regression"), "gives numbers instead of labels (regression)"),
    (write_one_output, "has one output, which transformers trains as a number (regression)"),
    (write_config(id2label={"1": "a", "2": "b", "3": "c"}), "numbers its labels 1, 2, 3;"),
    (write_config(id2label={"0": "a", "1": "b", "3": "c"}), "numbers its labels 0, 1, 3;"),
    (write_config(id2label={"0": 1, "1": "1", "2": "c"}), 'two labels "1", numbers 0 and 1;'),
    (write_config(id2label={"0": "a", "1": "", "2": "c"}), "Label 1 of "),
    (
        write_config(id2label={"0": "a", "1": "b", "2": " "}),
        " is empty; mend id2label in its config.",
    ),
    (write_config(id2label={"0": None, "1": "b", "2": "c"}), " is empty; mend"),
    (write_config(id2label={"0": "a ", "1": "b", "2": "c"}), "has a space at an edge; mend"),
    (write_config(id2label={"0": "a\nb", "1": "b", "2": "c"}), "holds a line break or another"),
    (write_config(id2label={"0": "a\x1b[31m", "1": "b", "2": "c"}), "another control character;"),
    (write_config(id2label={"0": "a" * 101, "1": "b", "2": "c"}), "has more than 100 characters;"),
    (write_config(id2label={"0": ["a"], "1": "b", "2": "c"}), " is not a name; mend id2label in"),
    (write_config(architectures="BertForSequenceClassification"), "config names no architecture."),
    (write_config(architectures=[1]), "is no sequence classifier: its config names no arch"),
    (write_with_file("config.json", "[" * 100_000), "The config.json of "),
    (write_config(id2label={"-1": "a", "0": "b", "1": "c"}), "numbers its labels -1, 0, 1;"),
    (
        write_config(id2label={str(i): f"n{i}" for i in range(1001)}),
        "has 1,001 labels; at most 1,000 are allowed.",
    ),
    (write_added_token, "gives tokens up to number "),
    (change_limit("64"), "is not a number of at least 4."),
    (change_limit(-1), "is not a number of at least 4."),
    (change_limit([64]), "is not a number of at least 4."),
    (change_limit(float("nan")), "is not a number of at least 4."),
    (write_nothing, "is no checkpoint: it holds no config.json."),
]


@pytest.mark.parametrize(
    ("write", "fault"), BAD_CHECKPOINTS, ids=[fault for _, fault in BAD_CHECKPOINTS]
)
def test_load_checkpoint_says_in_a_sentence_what_is_wrong(
    tmp_path: Path, write: Write, fault: str
) -> None:
    folder = write(tmp_path / "bad")

    with pytest.raises(CheckpointError) as raised:
        load_checkpoint(str(folder))

    message = str(raised.value)
    assert fault in message
    assert str(folder) in message
    assert "\n" not in message
    assert message.endswith((".", "?"))


@pytest.mark.parametrize("name", ["{}/none", "./none", "../none", "some/where/else"])
def test_load_checkpoint_says_that_there_is_no_such_folder(tmp_path: Path, name: str) -> None:
    name = name.format(tmp_path)

    with pytest.raises(CheckpointError) as raised:
        load_checkpoint(name)

    assert str(raised.value) == f"There is no folder {name}."


def test_load_checkpoint_takes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.touch()

    with pytest.raises(CheckpointError) as raised:
        load_checkpoint(str(path))

    assert str(raised.value) == f"{path} is a file; give the folder of the checkpoint."


@pytest.mark.parametrize("num_labels", LABELS)
def test_checkpoint_names_the_columns_of_its_logits(load_tiny: LoadTiny, num_labels: int) -> None:
    checkpoint = load_tiny("bert", num_labels)

    assert tuple(checkpoint.id2label.values()) == LABELS[num_labels]
    assert list(checkpoint.id2label) == list(range(num_labels))


@pytest.mark.parametrize("family", FAMILIES)
def test_positions_are_those_that_the_limit_is_compared_with(
    load_tiny: LoadTiny, family: str
) -> None:
    has_none = family in {"deberta-v3", "modernbert"}  # their positions are relative

    assert count_positions(load_tiny(family, 3).model) == (None if has_none else MAX_TOKENS)


@pytest.mark.parametrize("family", FAMILIES)
def test_checkpoint_reads_as_many_tokens_as_it_has_positions(
    load_tiny: LoadTiny, family: str
) -> None:
    checkpoint = load_tiny(family, 3)
    unlimited = Checkpoint(
        checkpoint.name,
        None,
        checkpoint.config,
        type(checkpoint.tokenizer).from_pretrained(checkpoint.name, model_max_length=int(1e30)),
        checkpoint.model,
    )

    assert checkpoint.max_tokens == MAX_TOKENS
    # RoBERTa's table has two rows that no token ever gets.
    assert unlimited.max_tokens == MAX_TOKENS


def test_checkpoint_keeps_to_a_shorter_limit_of_its_tokenizer(tmp_path: Path) -> None:
    folder = write_tiny_checkpoint("bert", tmp_path / "short")
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"model_max_length": 40}))

    assert load_checkpoint(str(folder)).max_tokens == 40


def test_checkpoint_orders_its_labels_by_number(tmp_path: Path) -> None:
    labels = {"2": "good", "0": "bad", "1": "so-so"}

    checkpoint = load_checkpoint(str(change_config(tmp_path / "order", id2label=labels)))

    assert list(checkpoint.id2label.items()) == [(0, "bad"), (1, "so-so"), (2, "good")]


def test_load_checkpoint_cuts_texts_where_the_service_does(tmp_path: Path) -> None:
    folder = write_tiny_checkpoint("bert", tmp_path / "left")
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"truncation_side": "left"}))
    tokenizer = load_checkpoint(str(folder)).tokenizer

    [first, *_] = tokenizer(
        "good bad " * 20, truncation=True, max_length=8, return_overflowing_tokens=True
    )["input_ids"]

    assert tokenizer.truncation_side == "right"
    assert first == [*tokenizer("good bad " * 20)["input_ids"][:7], tokenizer.sep_token_id]


def test_load_checkpoint_is_ready_to_answer(bert: Checkpoint) -> None:
    assert not bert.model.training
    assert {str(weight.dtype) for weight in bert.model.parameters()} == {"torch.float32"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("org/some-model", "some-model"),
        ("some-model", "some-model"),
        ("/folders/checkpoint/", "checkpoint"),
    ],
)
def test_default_name_is_the_last_part(name: str, expected: str) -> None:
    assert default_name(name) == expected


def test_default_name_of_the_folder_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert default_name(".") == tmp_path.name


def test_quiet_silences_warnings_and_puts_logging_back() -> None:
    before = logging.get_verbosity()

    with quiet():
        warnings.warn("advice", DeprecationWarning, stacklevel=1)
        within = logging.get_verbosity()

    assert within == logging.ERROR
    assert logging.get_verbosity() == before
