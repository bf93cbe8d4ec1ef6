"""Files that are no files, no text or no table get a clear error; text in any encoding is read."""

import gzip
import os
import zipfile

import pytest

from klankbord.errors import FileError
from klankbord.lake import read

TEXT = "score;reden\n9;Café où naïve €\n3;Größe\n"


def refusal(path):
    with pytest.raises(FileError) as caught:
        read(path)
    return f"{caught.value.message} | {caught.value.hint}"


def test_a_missing_file_names_the_nearest(tmp_path):
    (tmp_path / "answers.csv").write_text(TEXT)
    assert refusal(tmp_path / "answer.csv").endswith("does not exist | did you mean answers.csv?")


def test_a_folder_names_the_files_in_it(tmp_path):
    (tmp_path / "answers.csv").write_text(TEXT)
    assert refusal(tmp_path).endswith("is a folder | name the files in it, such as answers.csv")


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "answers.csv").touch()
    assert "is empty" in refusal(tmp_path / "answers.csv")


@pytest.mark.parametrize("blanks", [b"\n\n  \n", b"\xef\xbb\xbf", b"\xef\xbb\xbf \r\n"])
def test_a_file_of_blanks_is_refused(tmp_path, blanks):
    (tmp_path / "answers.csv").write_bytes(blanks)
    assert "holds nothing but blanks" in refusal(tmp_path / "answers.csv")


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "answers.csv")
    assert "is not a regular file" in refusal(tmp_path / "answers.csv")


def test_a_file_without_permission_is_refused(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text(TEXT)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert "answers.csv cannot be read" in refusal(path)


def test_a_zip_lists_its_members_and_asks_to_unpack(tmp_path):
    with zipfile.ZipFile(tmp_path / "answers.csv", "w") as archive:
        archive.writestr("export/answers.csv", TEXT)
        archive.writestr("readme.txt", "hello")
    told = refusal(tmp_path / "answers.csv")
    assert told == (
        "answers.csv is a zip with 2 members: export/answers.csv, readme.txt | "
        "unpack it and name the file with the answers"
    )


def test_half_a_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "whole.zip", "w") as archive:
        archive.writestr("answers.csv", TEXT * 100)
    (tmp_path / "half.xlsx").write_bytes((tmp_path / "whole.zip").read_bytes()[:60])
    assert "half.xlsx is a broken zip or spreadsheet" in refusal(tmp_path / "half.xlsx")


def test_packed_files_are_refused_by_what_packed_them(tmp_path):
    (tmp_path / "answers.csv").write_bytes(gzip.compress(TEXT.encode()))
    assert refusal(tmp_path / "answers.csv") == "answers.csv is packed with gzip | unpack it first"


def test_a_pdf_is_refused(tmp_path):
    (tmp_path / "answers.csv").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj")
    assert "is a PDF" in refusal(tmp_path / "answers.csv")


@pytest.mark.parametrize("seed", range(5))
def test_binary_noise_is_refused(tmp_path, seed):
    import random

    (tmp_path / "answers.csv").write_bytes(random.Random(seed).randbytes(20_000))
    assert refusal(tmp_path / "answers.csv").startswith("answers.csv is ")


def test_half_a_parquet_file_is_refused_by_name(tmp_path):
    import polars as pl

    pl.DataFrame({"score": [9, 3] * 100}).write_parquet(tmp_path / "whole.parquet")
    (tmp_path / "half.parquet").write_bytes((tmp_path / "whole.parquet").read_bytes()[:-40])
    assert "half.parquet is a Parquet file that was cut off" in refusal(tmp_path / "half.parquet")
    whole = bytearray((tmp_path / "whole.parquet").read_bytes())
    whole[4:60] = b"\xff" * 56
    (tmp_path / "odd.parquet").write_bytes(whole)
    assert "odd.parquet cannot be read" in refusal(tmp_path / "odd.parquet")


@pytest.mark.parametrize("before", [b"score,", b"score,why\n9,a\n3,"])
def test_a_line_without_end_is_refused_after_a_bounded_look(tmp_path, before):
    path = tmp_path / "answers.csv"
    with path.open("wb") as file:
        file.write(before + b"x" * (6 << 20))
        # Two gigabytes that take no room on disk; the zeros in them would be another error.
        file.truncate(2 << 30)
    assert "a line has no end within 4 MB" in refusal(path)


@pytest.mark.parametrize(
    ("encoding", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "windows-1252"),
    ],
)
def test_text_is_read_in_the_encodings_that_tools_write(tmp_path, encoding, named):
    path = tmp_path / "answers.csv"
    path.write_bytes((TEXT * 1).encode(encoding))
    answers = read(path)
    assert [row["comment"] for row in answers.records()] == ["Café où naïve €", "Größe"]
    assert answers.encoding == named
    assert [notice.code for notice in answers.notices] == (["legacy_encoding"] if encoding == "cp1252" else [])


def test_an_accent_far_into_an_old_file_is_found(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(("score;reden\n" + "9;ok\n" * 600_000 + "3;Größe, weit unten\n").encode("cp1252"))
    answers = read(path)
    assert answers.kept == 600_001
    assert answers.query("select comment from responses where score = 3") == [("Größe, weit unten",)]


def test_single_damaged_bytes_leave_the_other_accents_right(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_bytes(TEXT.encode() + b"2;kapot\xff\n")
    answers = read(path)
    assert [row["comment"] for row in answers.records()] == [
        "Café où naïve €",
        "Größe",
        "kapot\N{REPLACEMENT CHARACTER}",
    ]
    assert [notice.code for notice in answers.notices] == ["damaged_text"]


@pytest.mark.parametrize("name", ["answers [1].csv", "what?*.csv", "answers.csv.gz", "it's.csv", "answers.json"])
def test_the_name_of_a_file_says_nothing(tmp_path, name):
    (tmp_path / "answers 1.csv").write_text("score;reden\n1;wrong file\n")
    (tmp_path / name).write_text(TEXT)
    answers = read(tmp_path / name)
    assert (answers.kept, answers.paths) == (2, (name,))


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    private = tmp_path / "private"
    private.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(private))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "answers.csv").write_bytes(TEXT.encode("cp1252"))
    assert read("answers.csv").kept == 2
    assert sorted(item.name for item in tmp_path.rglob("*")) == ["answers.csv", "private"]
