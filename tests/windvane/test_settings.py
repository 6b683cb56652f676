from pathlib import Path

import pytest

from windvane import settings as settings_module
from windvane.facts import DEFAULT_BUNDLE
from windvane.settings import IGNORED_NAMES, STORE_TEXT, Settings, load_settings
from windvane.settings_values import SettingsError

SUBJECT_KEY = "xyzzy-key-of-more-than-32-characters"
ROOT = Path(__file__).parents[2]


def test_load_settings_defaults_serve() -> None:
    settings = load_settings({})

    assert settings.bundle_uri == str(DEFAULT_BUNDLE)
    assert ROOT / "models" / "sentiment-minilm" / "bundle" == DEFAULT_BUNDLE
    assert settings.threads >= 1
    assert (settings.max_text_chars, settings.max_batch_texts) == (10_000, 100)
    assert (settings.result_log_uri, settings.store_text) == ("none:", "none")
    assert settings.retention_days == 30


@pytest.mark.parametrize(
    ("limit", "threads"),
    [
        ("max 100000\n", 8),
        ("200000 100000\n", 2),
        ("150000 100000\n", 2),
        ("1000 100000\n", 1),
        ("6400000 100000\n", 8),
        ("", 8),
        (None, 8),
    ],
    ids=["none", "two", "one and a half", "a hundredth", "more than there are", "empty", "no file"],
)
def test_load_settings_takes_threads_from_the_containers_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str | None, threads: int
) -> None:
    path = tmp_path / "cpu.max"
    if limit is not None:
        path.write_text(limit, encoding="ascii")
    monkeypatch.setattr(settings_module, "CPU_LIMIT_FILE", path)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(8)), raising=False)

    assert load_settings({}).threads == threads


def test_load_settings_reads_every_variable() -> None:
    settings = load_settings(
        {
            "WINDVANE_BUNDLE_URI": "/bundles/one",
            "WINDVANE_THREADS": "3",
            "WINDVANE_MAX_TEXT_CHARS": "500",
            "WINDVANE_MAX_BATCH_TEXTS": "7",
            "WINDVANE_MAX_WAITING_REQUESTS": "9",
            "WINDVANE_RESULT_LOG_URI": "dynamodb://results",
            "WINDVANE_STORE_TEXT": "hash",
            "WINDVANE_RETENTION_DAYS": "365",
            "WINDVANE_SUBJECT_KEY": SUBJECT_KEY,
        }
    )

    assert settings == Settings(
        bundle_uri="/bundles/one",
        threads=3,
        max_text_chars=500,
        max_batch_texts=7,
        max_waiting_requests=9,
        result_log_uri="dynamodb://results",
        store_text="hash",
        retention_days=365,
        subject_key=SUBJECT_KEY,
    )


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


@pytest.mark.parametrize(
    "name",
    [
        "WINDVANE_BUNDLE_URI",
        "WINDVANE_MAX_TEXT_CHARS",
        "WINDVANE_RESULT_LOG_URI",
        "WINDVANE_STORE_TEXT",
        "WINDVANE_RETENTION_DAYS",
    ],
)
def test_load_settings_takes_empty_for_unset(name: str) -> None:
    assert load_settings({name: ""}) == load_settings({})


@pytest.mark.parametrize("value", STORE_TEXT)
def test_load_settings_reads_what_is_kept_of_a_text(value: str) -> None:
    assert load_settings({"WINDVANE_STORE_TEXT": value}).store_text == value


@pytest.mark.parametrize("value", ["FULL", "all", " none", "True"])
def test_load_settings_names_the_words_that_are_allowed(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"WINDVANE_STORE_TEXT": value})

    assert str(caught.value) == (
        f"WINDVANE_STORE_TEXT is {value!r}; allowed is one of none, hash, full."
    )


def test_load_settings_keeps_no_result_for_ever() -> None:
    with pytest.raises(SettingsError, match="WINDVANE_RETENTION_DAYS is '3651'"):
        load_settings({"WINDVANE_RETENTION_DAYS": "3651"})


@pytest.mark.parametrize("value", ["0", "-1", "1.5", "many", " 2", "1_0", "٣", "9" * 5000, "257"])
def test_load_settings_names_variable_value_and_what_is_allowed(value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({"WINDVANE_THREADS": value})

    message = str(caught.value)
    assert message == f"WINDVANE_THREADS is {value!r}; allowed is a whole number from 1 to 256."


@pytest.mark.parametrize(
    "name", ["WINDVANE_MAX_TEXT_CHARS", "WINDVANE_MAX_BATCH_TEXTS", "WINDVANE_RETENTION_DAYS"]
)
def test_load_settings_refuses_a_limit_of_nothing(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({name: "0"})


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("WINDVANE_STORE_TEXTS", "did you mean WINDVANE_STORE_TEXT?"),
        ("WINDVANE_RESULTLOG_URI", "did you mean WINDVANE_RESULT_LOG_URI?"),
        ("WINDVANE_QQQQ", "docs/configuration.md lists them."),
    ],
)
@pytest.mark.parametrize("value", ["", "full"])
def test_load_settings_refuses_an_unknown_name(name: str, near: str, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings({name: value, "PATH": "/bin"})

    assert str(caught.value) == f"{name} is no setting; {near}"


@pytest.mark.parametrize("name", sorted(IGNORED_NAMES))
def test_load_settings_passes_over_names_that_are_not_settings(name: str) -> None:
    assert load_settings({f"WINDVANE_{name}": "/clone"}) == load_settings({})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WINDVANE_ALLOWED_HOSTS", "one.test:80"),
        ("WINDVANE_ALLOWED_HOSTS", "one.test,"),
        ("WINDVANE_ALLOWED_HOSTS", "*"),
        ("WINDVANE_ALLOWED_ORIGINS", "one.test"),
        ("WINDVANE_ALLOWED_ORIGINS", "https://one.test/"),
        ("WINDVANE_ALLOWED_ORIGINS", "*"),
        ("WINDVANE_API_KEYS", "too-short-a-secret"),
        ("WINDVANE_API_KEYS", "a secret with spaces in it"),
        ("WINDVANE_CLIENT_KEYS", "partner=too-short-a-secret"),
        ("WINDVANE_CLIENT_KEYS", "a-secret-key-without-a-name"),
        ("WINDVANE_CLIENT_KEYS", "=a-secret-key-without-a-name"),
        ("WINDVANE_CLIENT_KEYS", "a b=a-secret-key-of-a-bad-name"),
        ("WINDVANE_CLIENT_KEYS", "key:a=a-secret-key-of-a-bad-name"),
        ("WINDVANE_CLIENT_KEYS", f"{'a' * 42}=a-secret-key-of-a-long-name"),
        ("WINDVANE_CLIENT_KEYS", "partner=the-same-secret-of-two,shop=the-same-secret-of-two"),
        ("WINDVANE_CLIENT_KEYS", "partner=the-same-secret-of-two,partner=the-same-secret-of-two"),
        ("WINDVANE_OWN_RESULTS_ONLY", "secret"),
    ],
)
def test_load_settings_refuses_lists_without_showing_them(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        load_settings({name: value})

    assert "secret" not in str(caught.value)


def test_settings_do_not_show_the_api_keys() -> None:
    key = "a-key-of-twenty-characters"
    settings = load_settings({"WINDVANE_API_KEYS": key})

    assert settings.api_keys == (key,)
    assert key not in repr(settings)


@pytest.mark.parametrize("value", ["a//b", "a b", "a" * 51, "a/b/c/d/e/f", "../a", "v1", "docs/a"])
def test_load_settings_refuses_a_base_path_that_is_no_path_or_one_of_the_api(value: str) -> None:
    with pytest.raises(SettingsError, match="WINDVANE_BASE_PATH"):
        load_settings({"WINDVANE_BASE_PATH": value})


@pytest.mark.parametrize("value", ["ml/text", "/ml/text", "/ml/text/"])
def test_load_settings_reads_a_base_path_with_or_without_slashes(value: str) -> None:
    assert load_settings({"WINDVANE_BASE_PATH": value}).base_path == "ml/text"


@pytest.mark.parametrize(("given", "missing"), [("CERT", "KEY"), ("KEY", "CERT")])
def test_load_settings_refuses_half_of_the_tls_files(given: str, missing: str) -> None:
    with pytest.raises(SettingsError, match=f"WINDVANE_TLS_{missing} "):
        load_settings({f"WINDVANE_TLS_{given}": "file.pem"})


@pytest.mark.parametrize("value", ["*", "proxy", "10.0.0.0/40", "10.0.0.1/8"])
def test_load_settings_refuses_proxies_that_are_no_networks(value: str) -> None:
    with pytest.raises(SettingsError, match="WINDVANE_FORWARDED_ALLOW_IPS"):
        load_settings({"WINDVANE_FORWARDED_ALLOW_IPS": value})


def test_load_settings_reads_networks_of_proxies() -> None:
    settings = load_settings({"WINDVANE_FORWARDED_ALLOW_IPS": "::1, 10.0.0.0/8"})

    assert settings.forwarded_allow_ips == ("::1", "10.0.0.0/8")


def test_load_settings_reads_the_keys_of_clients() -> None:
    keys = ["key-of-twenty-chars=", "another-of-twenty-ch", "third-key-of-twenty="]
    environ = {
        "WINDVANE_CLIENT_KEYS": f"partner={keys[0]}, shop={keys[1]},partner={keys[2]}",
        "WINDVANE_OWN_RESULTS_ONLY": "partner",
    }

    settings = load_settings(environ)

    assert settings.client_keys == (("partner", keys[0]), ("shop", keys[1]), ("partner", keys[2]))
    assert settings.own_results_only == ("partner",)
    assert not [key for key in keys if key in repr(settings)]


@pytest.mark.parametrize("name", ["partne", "Partner", "partner-2"])
def test_load_settings_refuses_a_limit_of_a_client_without_a_key(name: str) -> None:
    environ = {
        "WINDVANE_CLIENT_KEYS": "partner=a-key-of-twenty-characters",
        "WINDVANE_OWN_RESULTS_ONLY": f"partner,{name}",
    }

    with pytest.raises(SettingsError, match="that have a key in WINDVANE_CLIENT_KEYS"):
        load_settings(environ)


def test_load_settings_refuses_an_operators_key_that_is_a_clients_too() -> None:
    key = "a-key-of-twenty-characters"
    environ = {"WINDVANE_API_KEYS": key, "WINDVANE_CLIENT_KEYS": f"partner={key}"}

    with pytest.raises(SettingsError, match="WINDVANE_API_KEYS too") as caught:
        load_settings(environ)

    assert key not in str(caught.value)


def test_load_settings_reads_where_jobs_run_and_what_they_may_use() -> None:
    arn = "arn:aws:states:eu-west-1:123456789012:stateMachine:windvane-dev-jobs"

    settings = load_settings(
        {
            "WINDVANE_JOBS_ARN": arn,
            "WINDVANE_JOB_INPUTS": "s3://texts/new/, s3://archive/",
            "WINDVANE_JOB_OUTPUTS": "s3://results/",
        }
    )

    assert settings.jobs_arn == arn
    assert settings.job_inputs == ("s3://texts/new/", "s3://archive/")
    assert settings.job_outputs == ("s3://results/",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WINDVANE_JOBS_ARN", "windvane-dev-jobs"),
        ("WINDVANE_JOBS_ARN", "arn:aws:states:eu-west-1:123456789012:execution:jobs:one"),
        ("WINDVANE_JOB_INPUTS", "s3://texts"),
        ("WINDVANE_JOB_INPUTS", "s3://texts/a/../"),
        ("WINDVANE_JOB_OUTPUTS", "https://results/"),
        ("WINDVANE_JOB_OUTPUTS", "s3://results/,"),
    ],
)
def test_load_settings_refuses_what_is_no_state_machine_or_location(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({name: value})


def test_settings_read_the_challengers_function_and_share() -> None:
    settings = load_settings(
        {"WINDVANE_SHADOW_FUNCTION": "windvane-dev-shadow", "WINDVANE_SHADOW_SHARE": "0.25"}
    )

    assert (settings.shadow_function, settings.shadow_share) == ("windvane-dev-shadow", 0.25)
    assert load_settings({"WINDVANE_SHADOW_SHARE": ""}).shadow_share == 0.05


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("WINDVANE_SHADOW_SHARE", share) for share in ("0", "0.0", "1.1", "5%", "-1", "nan")),
        ("WINDVANE_SHADOW_SHARE", "1e-3"),
        ("WINDVANE_SHADOW_FUNCTION", "../other"),
        ("WINDVANE_SHADOW_FUNCTION", "a" * 65),
    ],
)
def test_settings_refuse_a_wrong_challenger(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} is "):
        load_settings({name: value})


@pytest.mark.parametrize(
    "value",
    ["xyzzy" * 6, "xyzzy" * 26, "xyzzy key with spaces, long enough", "xyzzy-schlüssel" * 3],
)
def test_load_settings_refuses_a_key_for_subjects_without_showing_it(value: str) -> None:
    with pytest.raises(SettingsError, match="WINDVANE_SUBJECT_KEY") as refusal:
        load_settings({"WINDVANE_SUBJECT_KEY": value})

    assert "xyzzy" not in str(refusal.value)


def test_settings_do_not_show_the_key_for_subjects() -> None:
    assert SUBJECT_KEY not in repr(load_settings({"WINDVANE_SUBJECT_KEY": SUBJECT_KEY}))
