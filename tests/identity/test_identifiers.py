"""Phone numbers, e-mail addresses and cards in one form; references that people write."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnisdk.identity.identifiers import BadReference, normaliser, parse_ref

VIETNAM, THAILAND, NOWHERE = normaliser("VN"), normaliser("TH"), normaliser("")


@pytest.mark.parametrize(
    "written",
    ["0901234567", "090 123 45 67", "(090) 123-4567", " 0901234567 ", "+84901234567", "+84 (0) 901 234 567", "0084901234567",
     "84901234567", 901234567, 901234567.0, 84901234567, "０９０１２３４５６７", "tel:+84-90-123-45-67"],
)  # fmt: skip
def test_one_vietnamese_number_has_one_form_however_it_is_written(written: object) -> None:
    assert VIETNAM("phone", written) == "phone:+84901234567"


@pytest.mark.parametrize("written", ["0812345678", "081-234-5678", "+66 81 234 5678", "๐๘๑๒๓๔๕๖๗๘"])
def test_one_thai_number_has_one_form(written: str) -> None:
    assert THAILAND("phone", written) == "phone:+66812345678"


def test_a_local_number_needs_a_country_and_an_international_one_does_not() -> None:
    assert NOWHERE("phone", "0901234567") is None
    assert NOWHERE("phone", "+84901234567") == THAILAND("phone", "+84901234567") == "phone:+84901234567"
    assert normaliser(" vn ")("phone", "0901234567") == "phone:+84901234567"


@pytest.mark.parametrize(
    "junk", ["", "  ", "abc", "0", "12345", "0000000000", "1111111111", "+84", "+999123456789", "0901234567" * 5, None, True, [],
             {}, float("nan"), float("inf"), 10**5000, -5],
    ids=range(18),
)  # fmt: skip
def test_what_is_no_number_in_use_is_no_identifier(junk: object) -> None:
    assert VIETNAM("phone", junk) is None


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("an@shop.vn", "email:an@shop.vn"),
        ("  An.Nguyen+golf@Shop.VN\n", "email:an.nguyen+golf@shop.vn"),
        ("nguye\u0302\u0303n@ví.vn", "email:nguyễn@ví.vn"),
        ("สมชาย@ร้าน.ไทย", "email:สมชาย@ร้าน.ไทย"),
    ],
)
def test_an_email_is_trimmed_lower_case_and_composed(written: str, form: str) -> None:
    assert VIETNAM("email", written) == form


@pytest.mark.parametrize(
    "junk", ["", "none", "an", "an@", "@shop.vn", "an@shop", "an@shop..vn", "an@.vn", "an@shop.vn.", "a b@shop.vn", "An <an@shop.vn>",
             "an@shop.vn, b@shop.vn", "an@@shop.vn", "a\0n@shop.vn", "a\ud800n@shop.vn", "x" * 250 + "@shop.vn", 7, None, True, ["an@shop.vn"]],
    ids=range(20),
)  # fmt: skip
def test_what_is_plainly_no_address_is_no_identifier(junk: object) -> None:
    assert VIETNAM("email", junk) is None


@pytest.mark.parametrize(("written", "form"), [(" 77 ", "card:77"), (77, "card:77"), ("GOLD-ก1", "card:GOLD-ก1")])
def test_a_card_is_trimmed_text(written: object, form: str) -> None:
    assert VIETNAM("card", written) == form


@pytest.mark.parametrize("junk", ["", "null", "0", 0, None, True, [], "c" * 257])
def test_a_junk_card_is_no_identifier(junk: object) -> None:
    assert VIETNAM("card", junk) is None


def test_another_kind_is_no_identifier() -> None:
    assert VIETNAM("fax", "0901234567") is None


ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60) | st.lists(st.integers())


@given(st.sampled_from(["phone", "email", "card", "x"]), ANY)
def test_normalising_raises_nothing_and_its_form_is_final(kind: str, value: Any) -> None:
    found = VIETNAM(kind, value)

    if found is not None:
        assert found.startswith(f"{kind}:")
        found.encode()
        assert VIETNAM(kind, found.removeprefix(f"{kind}:")) == found
        assert parse_ref(found, "VN") == found


# --- references -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("written", "ref"),
    [
        ("user:u1", "user:u1"),
        ("user: u1 ", "user:u1"),
        ("user:a:b", "user:a:b"),
        ("anonymous:a1", "anonymous:a1"),
        ("User:Khách 7", "user:Khách 7"),
        ("email:An@Shop.VN", "email:an@shop.vn"),
        ("phone:+84901234567", "phone:+84901234567"),
        ("phone:0901 234 567", "phone:+84901234567"),
        ("card:77", "card:77"),
    ],
)
def test_a_reference_is_read_into_its_one_form(written: str, ref: str) -> None:
    assert parse_ref(written, "VN") == ref


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("u1", "'u1' names no person; write user:u1, anonymous:a1, email:…, phone:+84… or card:…"),
        ("usr:u1", "'usr:u1' names no person; did you mean \"user:\"?"),
        ("fax:1", "'fax:1' names no person; write user:u1, anonymous:a1, email:…, phone:+84… or card:…"),
        ("user:null", "'user:null': 'null' is a placeholder, not an id; write user: and a real id"),
        ("user:", "'user:': '' is a placeholder, not an id; write user: and a real id"),
        ("email:an", "'email:an': 'an' is no e-mail address; write it as name@domain.example"),
        (
            "phone:12",
            "'phone:12': '12' is no phone number; write it with its country, +84901234567, or as it is dialled in VN",
        ),
        ("card:0", "'card:0': '0' is no card number; write the number that is on the card"),
    ],
)
def test_a_wrong_reference_is_explained(written: str, message: str) -> None:
    with pytest.raises(BadReference) as caught:
        parse_ref(written, "VN")

    assert str(caught.value) == message


def test_a_local_number_without_a_country_is_explained() -> None:
    with pytest.raises(BadReference, match=r"is no phone number; write it with its country, \+84901234567$"):
        parse_ref("phone:0901234567", "")


def test_phonenumbers_is_loaded_only_when_a_phone_number_comes() -> None:
    code = (
        "import sys; from omnisdk.identity.identifiers import normaliser; n = normaliser('VN')\n"
        "assert n('email', 'an@shop.vn') and 'phonenumbers' not in sys.modules\n"
        "assert n('phone', '0901234567') and 'phonenumbers' in sys.modules"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
