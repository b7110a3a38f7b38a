"""Several files as one ruleset; what is missing, circular or outside is a fault at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from omnisdk.rules.model import Compare
from omnisdk.rules.reading import Loaded, Source, read_file, read_source
from tests.rules.helpers import read, rules


def write(folder: Path, **files: str) -> Loaded:
    for name, text in files.items():
        path = folder / name.replace("__", "/")
        path = path.with_name(path.name + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_file(folder / "omni.yaml")


def test_the_including_file_wins_name_by_name() -> None:
    main = "include: [a.yaml]\nsite: {locale: vi}\nsegments: {one: {orders.count: 1}}\n"
    included = (
        "site: {locale: th, country: TH}\nsegments: {one: {orders.count: 9}, two: {orders.count: 2}}\ntrust: [x]\n"
    )
    ruleset = rules(main, a=included)
    assert ruleset.site.locale == "vi"
    assert ruleset.site.country == "TH"
    assert ruleset.segments == {"one": Compare("orders.count", "is", 1), "two": Compare("orders.count", "is", 2)}
    assert ruleset.trust == {"x"}


def test_lists_are_taken_whole_from_the_including_file() -> None:
    assert rules("include: [a.yaml]\ntrust: [y]\n", a="trust: [x]\n").trust == {"y"}


def test_the_later_of_two_included_files_wins() -> None:
    main = "include: [a.yaml, b.yaml]\n"
    ruleset = rules(main, a="segments: {s: {orders.count: 1}}", b="segments: {s: {orders.count: 2}}")
    assert ruleset.segments["s"] == Compare("orders.count", "is", 2)


def test_faults_in_an_included_file_stand_in_that_file(tmp_path: Path) -> None:
    loaded = write(
        tmp_path,
        omni="include: [more/a.yaml]\ncampaigns: {x: {audience: nobody}}\n",
        more__a="segments:\n  s: {orders.cont: 1}\n",
    )
    assert [(fault.file, fault.line, fault.column) for fault in loaded.faults] == [
        (str(tmp_path / "omni.yaml"), 2, 27),
        (str(tmp_path / "more" / "a.yaml"), 2, 7),
    ]


def test_paths_are_relative_to_the_file_that_includes(tmp_path: Path) -> None:
    loaded = write(
        tmp_path,
        omni="include: [more/a.yaml]\n",
        more__a="include: [b.yaml, ../c.yaml]\n",
        more__b="segments: {b: {orders.count: 1}}",
        c="segments: {c: {orders.count: 1}}",
    )
    assert loaded.ruleset is not None
    assert set(loaded.ruleset.segments) == {"b", "c"}
    assert [name for name, _ in loaded.source.files] == ["omni.yaml", "more/a.yaml", "more/b.yaml", "c.yaml"]


def test_a_missing_file_is_a_fault_at_its_line() -> None:
    loaded = read("include:\n  - a.yaml\n  - bb.yaml\n", a="segments: {}", b="segments: {}")
    (fault,) = loaded.faults
    assert (fault.line, fault.column, fault.what) == (3, 5, "an included file is missing")
    assert "bb.yaml" in fault.found
    assert "b.yaml" in fault.hint


def test_a_missing_file_is_said_to_be_missing_beside_the_file_that_asks_for_it() -> None:
    (fault,) = read("include: [nope.yaml]\n").faults
    assert fault.found == 'no file "nope.yaml" beside omni.yaml'
    (fault,) = read("include: [a.yaml]\n", a="include: [gone.yaml]").faults
    assert (fault.file, fault.found) == ("a.yaml", 'no file "gone.yaml" beside a.yaml')


@pytest.mark.parametrize("path", ["../secret.yaml", "/etc/passwd", "a/../../b.yaml", "C:\\x.yaml", "..", "x\\y.yaml"])
def test_a_path_out_of_the_folder_is_a_fault_and_is_not_read(path: str, tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("segments: {leak: {orders.count: 1}}", encoding="utf-8")
    folder = tmp_path / "shop"
    folder.mkdir()
    loaded = write(folder, omni=f"include: ['{path}']\n")
    (fault,) = loaded.faults
    assert (fault.line, fault.column, fault.what) == (1, 11, "a file outside the folder")
    assert len(loaded.source.files) == 1


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.yaml").write_text("segments: {leak: {orders.count: 1}}", encoding="utf-8")
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    loaded = write(folder, omni="include: [link.yaml]\n")
    assert [fault.what for fault in loaded.faults] == ["an included file is missing"]


def test_files_that_include_each_other_are_a_fault_at_the_closing_include() -> None:
    loaded = read("include: [a.yaml]\n", a="include: [b.yaml]", b="segments: {}\ninclude: [a.yaml]")
    (fault,) = loaded.faults
    assert (fault.file, fault.line, fault.column) == ("b.yaml", 2, 11)
    assert fault.found == "a.yaml → b.yaml → a.yaml"


def test_a_file_that_includes_itself_is_a_fault() -> None:
    (fault,) = read("include: [omni.yaml]\n").faults
    assert fault.what == "files include each other in a circle"


def test_two_files_may_include_the_same_third() -> None:
    ruleset = rules(
        "include: [a.yaml, b.yaml]", a="include: [c.yaml]", b="include: [c.yaml]", c="segments: {c: {orders.count: 1}}"
    )
    assert set(ruleset.segments) == {"c"}


def test_groups_that_come_with_omnisdk_are_found_last(tmp_path: Path) -> None:
    packaged = write(tmp_path, omni="include: [groups/retail.yaml]\n")
    assert packaged.faults == ()
    assert packaged.ruleset is not None
    assert packaged.ruleset.segments
    own = write(tmp_path, omni="include: [groups/retail.yaml]\n", groups__retail="segments: {own: {orders.count: 1}}")
    assert own.ruleset is not None
    assert set(own.ruleset.segments) == {"own"}


def test_a_source_travels_as_json_and_reads_the_same(tmp_path: Path) -> None:
    loaded = write(tmp_path, omni="include: [a.yaml]\n", a="segments: {ลูกค้า: {orders.count: 1}}")
    again = Source.from_json(loaded.source.to_json())
    assert again == loaded.source
    assert read_source(again).ruleset == loaded.ruleset


@pytest.mark.parametrize("text", ["{}", "[1]", '[["a"]]', '[["a", 1]]', "nonsense"])
def test_json_that_is_no_source_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Source.from_json(text)


def test_the_hash_is_of_the_contents() -> None:
    source = Source((("omni.yaml", "a: 1"), ("b.yaml", "c: 2")))
    assert len(source.hash) == 64
    assert Source((("rules.yaml", "a: 1"), ("b.yaml", "c: 2"))).hash == source.hash
    assert Source((("omni.yaml", "a: 2"), ("b.yaml", "c: 2"))).hash != source.hash
    assert Source((("omni.yaml", "a: 1"), ("c.yaml", "c: 2"))).hash != source.hash
    assert Source((("omni.yaml", "a: 1b.yaml"), ("", "c: 2"))).hash != source.hash


def test_a_rule_file_that_is_not_there_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    loaded = read_file(tmp_path / "omni.yaml")
    assert loaded.ruleset is None
    (fault,) = loaded.faults
    assert str(fault).startswith(f"{tmp_path / 'omni.yaml'}:1:1: the rule file cannot be read; ")
    assert "omnisdk init" in fault.hint
    assert read_file(tmp_path).faults[0].what == "the rule file cannot be read"


def test_a_file_that_is_not_utf_8_is_a_fault_at_its_first_such_byte(tmp_path: Path) -> None:
    path = tmp_path / "omni.yaml"
    path.write_bytes("site:\n  name: Tiệm ".encode() + "ạ".encode("cp1258", "replace") + b"\xff\n")
    loaded = read_file(path)
    assert [(fault.line, fault.what) for fault in loaded.faults] == [(2, "a character that is not UTF-8")]
    assert read_source(loaded.source).faults[0].what == "a character that is not UTF-8"


def test_messages_name_files_as_the_caller_did(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("conf").mkdir()
    Path("conf/omni.yaml").write_text("sit: 1", encoding="utf-8")
    loaded = read_file("conf/omni.yaml")
    assert loaded.faults[0].file == str(Path("conf/omni.yaml"))
    assert read_source(loaded.source, folder="conf").faults == loaded.faults
    assert read_source(loaded.source).faults[0].file == "omni.yaml"


def test_no_source_at_all_is_a_fault() -> None:
    assert read_source(Source(())).faults[0].what == "there is no rule file"
