from pathlib import Path

import pytest

from functions.settings import DEFAULT_BUNDLE, SettingsError, load_settings

ROOT = Path(__file__).parents[2]


def test_load_settings_defaults_serve() -> None:
    settings = load_settings({})

    assert settings.bundle_uri == str(DEFAULT_BUNDLE)
    assert ROOT / "models" / "sentiment-minilm" / "bundle" == DEFAULT_BUNDLE
    assert settings.threads >= 1
    assert (settings.max_text_chars, settings.max_batch_texts) == (10_000, 100)


def test_load_settings_reads_every_variable() -> None:
    settings = load_settings(
        {
            "WINDVANE_BUNDLE_URI": "/bundles/one",
            "WINDVANE_THREADS": "3",
            "WINDVANE_MAX_TEXT_CHARS": "500",
            "WINDVANE_MAX_BATCH_TEXTS": "7",
        }
    )

    assert settings.bundle_uri == "/bundles/one"
    assert (settings.threads, settings.max_text_chars, settings.max_batch_texts) == (3, 500, 7)


@pytest.mark.parametrize(
    ("memory_mb", "threads"),
    [("128", 1), ("1769", 1), ("2653", 1), ("2654", 2), ("3538", 2), ("10240", 6)],
)
def test_load_settings_takes_threads_from_the_functions_memory(
    memory_mb: str, threads: int
) -> None:
    settings = load_settings({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory_mb})

    assert settings.threads == threads


def test_load_settings_lets_the_variable_win_over_the_memory() -> None:
    environ = {"WINDVANE_THREADS": "4", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}

    assert load_settings(environ).threads == 4


def test_load_settings_takes_empty_for_unset() -> None:
    assert load_settings({"WINDVANE_MAX_TEXT_CHARS": ""}) == load_settings({})


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", " 2", "1_0", "٣", "9" * 5000, "257"])
def test_load_settings_names_variable_value_and_what_is_allowed(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"WINDVANE_THREADS": value})

    message = str(caught.value)
    assert message == f"WINDVANE_THREADS is {value!r}; allowed is a whole number from 1 to 256."


@pytest.mark.parametrize("name", ["WINDVANE_MAX_TEXT_CHARS", "WINDVANE_MAX_BATCH_TEXTS"])
def test_load_settings_refuses_a_limit_of_nothing(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({name: "0"})
