"""Reading what custodians have: PLINK files, tables of people, alleles against the reference."""

from pathlib import Path

import numpy as np
import pytest
from cloister_runtime.alleles import align, is_palindromic
from cloister_runtime.counts import count_calls, pack_mask
from cloister_runtime.people import read_people
from cloister_runtime.plink import Bed, read_fam
from cloister_runtime.reference import ReferenceVariant, parse_reference
from cloister_runtime.refusal import Refusal
from cloister_runtime.variants import read_variants

from worlds import write_people, write_plink

RANDOM = np.random.default_rng(3)
COPIES = np.array([2, -1, 1, 0])


def unpack(calls: np.ndarray, people: int) -> np.ndarray:
    codes = (calls[:, :, None] >> np.array([0, 2, 4, 6], np.uint8)) & 3
    return COPIES[codes.reshape(len(calls), -1)[:, :people]]


def made(folder: Path, people: int, variants: int = 10) -> np.ndarray:
    copies = RANDOM.integers(-1, 3, (variants, people))
    write_plink(
        folder / "geno", [("1", f"v{k}", str(k + 1), "A", "G") for k in range(variants)], copies
    )
    return copies


@pytest.mark.parametrize("people", [1, 3, 4, 5, 95])
def test_calls_of_everybody_and_of_a_cohort(tmp_path: Path, people: int) -> None:
    copies = made(tmp_path, people)
    for cohort in (np.arange(people), np.arange(0, people, 2)):
        bed = Bed(tmp_path / "geno.bed", variants=10, people=people, cohort=cohort)
        calls = bed.read(2, 9)
        assert calls.shape == (7, -(-len(cohort) // 4))
        np.testing.assert_array_equal(unpack(calls, len(cohort)), copies[2:9, cohort])


def test_bits_that_pad_the_last_byte_are_cleared(tmp_path: Path) -> None:
    copies = made(tmp_path, 5)
    path = tmp_path / "geno.bed"
    raw = bytearray(path.read_bytes())
    raw[4::2] = bytes(byte | 0b11111100 for byte in raw[4::2])
    path.write_bytes(bytes(raw))
    calls = Bed(path, variants=10, people=5, cohort=np.arange(5)).read(0, 10)
    assert (calls[:, 1] < 4).all()
    np.testing.assert_array_equal(unpack(calls, 5), copies)


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: b"\x6c\x1b\x00" + raw[3:],
        lambda raw: raw[:-1],
        lambda raw: raw + b"\x00",
        lambda raw: b"",
        lambda raw: b"PK" + raw[2:],
    ],
)
def test_a_damaged_bed_is_refused(tmp_path: Path, damage) -> None:
    made(tmp_path, 5)
    path = tmp_path / "geno.bed"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(Refusal) as refusal:
        Bed(path, variants=10, people=5, cohort=np.arange(5))
    assert refusal.value.code == "dataset-unreadable"


def test_counts_of_packed_calls(tmp_path: Path) -> None:
    copies = made(tmp_path, 37, 60)
    calls = Bed(tmp_path / "geno.bed", variants=60, people=37, cohort=np.arange(37)).read(0, 60)
    chosen = RANDOM.random(37) < 0.4
    for mask in (np.ones(37, bool), chosen):
        counts = count_calls(calls, pack_mask(mask))
        part = copies[:, mask]
        known = part >= 0
        np.testing.assert_array_equal(counts.observed, known.sum(axis=1))
        np.testing.assert_array_equal(counts.a1, np.where(known, part, 0).sum(axis=1))
        np.testing.assert_array_equal(counts.has_a1, (part > 0).sum(axis=1))
        np.testing.assert_array_equal(counts.has_a2, (known & (part < 2)).sum(axis=1))
        flipped = counts.copies(np.zeros(60, bool))
        np.testing.assert_array_equal(flipped, 2 * known.sum(axis=1) - counts.a1)


def test_carriers_are_those_of_the_rarer_allele() -> None:
    # Two of A1 in one person and one in another, seven with none; then the alleles turned.
    codes = np.array([[0, 2, 3, 3, 3, 3, 3, 3], [3, 2, 0, 0, 0, 0, 0, 0]], np.uint8)
    quads = codes.reshape(2, 2, 4) << np.array([0, 2, 4, 6], np.uint8)
    calls = np.bitwise_or.reduce(quads, axis=2)
    assert count_calls(calls, pack_mask(np.ones(8, bool))).carriers().tolist() == [2, 2]


def test_missing_and_odd_cells_of_the_table_of_people(tmp_path: Path) -> None:
    write_people(
        tmp_path / "people.tsv",
        {"Y": ["1", "NA", "", "nan", "-9"], "T": list("abcde"), "I": ["inf", *"1234"]},
    )
    table = read_people(tmp_path / "people.tsv")
    values = table.column("Y", [4, 3, 2, 1, 0, None])
    np.testing.assert_array_equal(values, [-9, np.nan, np.nan, np.nan, 1, np.nan])
    for column, code in (("T", "definition-invalid"), ("I", "dataset-unreadable")):
        with pytest.raises(Refusal) as refusal:
            table.column(column, [0, 1])
        assert refusal.value.code == code


@pytest.mark.parametrize(
    "text", ["", "#IID\tA\nP1\t1\t2\n", "#IID\tA\nP1\t1\nP1\t2\n", "#IID\tA\tA\nP1\t1\t2\n"]
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "people.tsv").write_text(text)
    with pytest.raises(Refusal) as refusal:
        read_people(tmp_path / "people.tsv")
    assert refusal.value.code == "dataset-unreadable"


def test_the_same_person_twice_in_the_fam_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.fam").write_text("0 P1 0 0 0 -9\n1 P1 0 0 0 -9\n")
    with pytest.raises(Refusal):
        read_fam(tmp_path / "x.fam")


AC = ReferenceVariant("rs1", "A", "C")
AT = ReferenceVariant("rs2", "A", "T")


@pytest.mark.parametrize(
    ("pair", "candidate", "expected"),
    [
        (("C", "A"), AC, ("C", "A", True, False)),
        (("A", "C"), AC, ("C", "A", False, False)),
        (("G", "T"), AC, ("C", "A", True, True)),
        (("T", "G"), AC, ("C", "A", False, True)),
        (("T", "A"), AT, ("T", "A", True, False)),
        (("A", "T"), AT, ("T", "A", False, False)),
        (("0", "A"), AC, ("C", "A", True, False)),
        (("0", "C"), AC, ("C", "A", False, False)),
    ],
)
def test_the_effect_is_the_references_alt(pair, candidate, expected) -> None:
    found = align(*pair, [candidate])
    assert (found.effect, found.other, found.effect_is_a1, found.flip) == expected
    assert found.id == candidate.id


@pytest.mark.parametrize(
    ("pair", "candidates"), [(("A", "G"), [AC]), (("C", "G"), [AC, AT]), (("A", "C"), [])]
)
def test_without_a_match_the_effect_is_a1(pair, candidates) -> None:
    found = align(*pair, candidates)
    assert (found.id, found.effect, found.other, found.effect_is_a1) == (None, *pair, True)


def test_palindromic_pairs() -> None:
    assert is_palindromic("A", "T")
    assert is_palindromic("AC", "GT")
    assert not is_palindromic("A", "A")
    assert not is_palindromic("A", "C")
    assert not is_palindromic("<DEL>", "A")


def bim(folder: Path, *lines: str) -> Path:
    path = folder / "x.bim"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


REFERENCE = parse_reference(
    "#CHROM\tPOS\tID\tREF\tALT\n" + "".join(f"22\t{p}\trs{p}\tA\tC\n" for p in range(1, 401))
)


def test_few_variants_on_the_other_strand_are_taken_as_unknown_and_many_refuse_the_file(
    tmp_path: Path,
) -> None:
    lines = [f"22\tv{p}\t0\t{p}\tC\tA" for p in range(1, 400)]
    few = read_variants(
        bim(tmp_path, *lines, "22\tv400\t0\t400\tG\tT"), strand="plus", reference=REFERENCE
    )
    assert (few.ids[-1], few.effects[-1], few.ids[0]) == ("v400", "G", "rs1")
    turned = [line.replace("C\tA", "G\tT") for line in lines[:4]] + lines[4:]
    with pytest.raises(Refusal) as refusal:
        read_variants(bim(tmp_path, *turned), strand="plus", reference=REFERENCE)
    assert refusal.value.code == "strand-mismatch"
    undeclared = read_variants(bim(tmp_path, *turned), strand=None, reference=REFERENCE)
    assert set(undeclared.effects) == {"C"}


@pytest.mark.parametrize(
    "second", ["22\tb\t0\t5\tA\tC", "22\tb\t0\t5\tC\tA", "chr22\tb\t0\t5\tA\tC"]
)
def test_a_variant_that_stands_twice_is_refused(tmp_path: Path, second: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_variants(bim(tmp_path, "22\ta\t0\t5\tA\tC", second), strand=None, reference=None)
    assert refusal.value.code == "duplicate-variants"


def test_several_alleles_at_a_place_and_unplaced_twins_are_no_duplicates(tmp_path: Path) -> None:
    lines = ["22\ta\t0\t5\tA\tC", "22\tb\t0\t5\tA\tG", "0\tc\t0\t0\tA\tC", "0\td\t0\t0\tA\tC"]
    index = read_variants(bim(tmp_path, *lines), strand=None, reference=None)
    assert index.use.tolist() == [True, True, False, False]


def test_an_id_that_is_more_than_an_id_does_not_leave(tmp_path: Path) -> None:
    index = read_variants(bim(tmp_path, "22\tP17=secret\t0\t5\tA\tC"), strand=None, reference=None)
    assert index.ids == ["."]


@pytest.mark.parametrize("line", ["22\ta\t0\tfive\tA\tC", "22\ta\t0\t5\tA", "\x00"])
def test_a_bim_that_is_none_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(Refusal) as refusal:
        read_variants(bim(tmp_path, line), strand=None, reference=None)
    assert refusal.value.code == "dataset-unreadable"
