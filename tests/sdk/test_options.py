"""Where the options come from, and what a wrong one says."""

from __future__ import annotations

import pytest

from omnisdk import ConfigurationError, Omni
from omnisdk.options import DEFAULT_URL, Options, read_options


def read(environment: dict[str, str] | None = None, **arguments: object) -> Options:
    return read_options(environment=environment or {}, **arguments)  # type: ignore[arg-type] # wrong ones on purpose


def test_arguments_go_before_the_environment_and_that_before_the_default() -> None:
    environment = {"OMNI_URL": "https://a.example", "OMNI_SECRET_KEY": "sk_env", "OMNI_IDENTITY_KEY": "ik_env"}
    assert read({"OMNI_SECRET_KEY": "sk"}).url == DEFAULT_URL
    from_environment = read(environment)
    assert (from_environment.url, from_environment.secret_key) == ("https://a.example", "sk_env")
    assert from_environment.identity_key == "ik_env"
    given = read(environment, url="http://b:1/omni/", secret_key="sk_arg", identity_key="ik_arg")
    assert (given.url, given.secret_key, given.identity_key) == ("http://b:1/omni", "sk_arg", "ik_arg")


def test_the_client_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("OMNI_SECRET_KEY", "sk_env")
    with Omni() as omni:
        assert omni._options.url == "http://127.0.0.1:9"


def test_without_a_key_the_client_says_where_to_find_one() -> None:
    with pytest.raises(ConfigurationError, match=r"OMNI_SECRET_KEY.*sk_"):
        read()


def test_a_write_key_is_named_for_what_it_is() -> None:
    with pytest.raises(ConfigurationError, match="write key"):
        read(secret_key="wk_1")


@pytest.mark.parametrize(
    "url", ["shop.example", "ftp://a", "http://", "http://a?x=1", "http://a#x", "http://a:99999", "http://[::1"]
)
def test_an_unreadable_url_is_named(url: str) -> None:
    with pytest.raises(ConfigurationError, match="url"):
        read(url=url, secret_key="sk")


@pytest.mark.parametrize("key", ["sk_é", "sk_\n1", "sk_\x00"])
def test_a_key_that_fits_no_header_is_refused_without_being_repeated(key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(secret_key=key)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "option", ["timeout_seconds", "queue_limit", "queue_limit_bytes", "send_interval_seconds", "exit_timeout_seconds"]
)
@pytest.mark.parametrize("value", [0, -1, "1", None, True, float("inf"), float("nan")], ids=repr)
def test_a_number_out_of_range_names_its_option(option: str, value: object) -> None:
    with pytest.raises(ConfigurationError, match=option):
        read(secret_key="sk", **{option: value})


def test_an_unknown_option_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="timeout_ms"):
        Omni(secret_key="sk", timeout_ms=250)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("http://[::1]:8000", True),
        ("http://127.3.2.1", True),
        ("http://10.0.0.1", False),
        ("https://omni.shop.example", False),
    ],
)
def test_this_machine_is_told_from_others(url: str, loopback: bool) -> None:
    assert read(url=url, secret_key="sk").is_loopback is loopback
