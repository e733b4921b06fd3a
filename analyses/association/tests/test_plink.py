"""Every row against plink2's regression and plink1.9's meta-analysis, to their printed digits."""

import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from in_process import combine, open_demo, released

from worlds import DATASETS, data_of

without = "off: needs {0} (Debian: apt install {0})"
needs_plink2 = pytest.mark.skipif(shutil.which("plink2") is None, reason=without.format("plink2"))
needs_plink19 = pytest.mark.skipif(
    shutil.which("plink1.9") is None, reason=without.format("plink1.9")
)
COLUMNS = "cols=chrom,pos,ref,alt,a1freq,nobs,beta,se,p,err"


def run(*command: object) -> None:
    subprocess.run([str(part) for part in command], check=True, capture_output=True)


def write_models(folder: Path, dataset: str, gene: str) -> None:
    """Phenotype and covariates as the custodian's table has them, for those whose sex is stated."""
    header, *lines = (data_of(dataset) / "pheno.tsv").read_text().splitlines()
    at = {name: number for number, name in enumerate(header.split("\t"))}
    rows = [line.split("\t") for line in lines]
    known = [row for row in rows if row[at["SEX"]] != "NA"]
    for file, names in (("pheno", [gene]), ("covar", ["SEX", "PC1", "PC2", "PC3"])):
        table = [["#IID", *names], *([row[0], *(row[at[name]] for name in names)] for row in known)]
        (folder / f"{file}.txt").write_text("\n".join("\t".join(row) for row in table) + "\n")


def glm(folder: Path, dataset: str, gene: str) -> list[dict[str, str]]:
    write_models(folder, dataset, gene)
    source = ("--bfile", data_of(dataset) / "geno", "--allow-no-sex")
    model = ("--pheno", folder / "pheno.txt", "--covar", folder / "covar.txt")
    # omit-ref: the tested allele is A1 of the .bim, whatever is rarer.
    options = (
        "--glm",
        "omit-ref",
        "hide-covar",
        "log10",
        COLUMNS,
        "--threads",
        1,
        "--out",
        folder / "x",
    )
    run("plink2", *source, *model, *options)
    header, *lines = (folder / f"x.{gene}.glm.linear").read_text().splitlines()
    return [
        dict(zip(header.lstrip("#").split("\t"), line.split("\t"), strict=True)) for line in lines
    ]


@needs_plink2
@pytest.mark.parametrize(
    ("dataset", "gene"), [(name, "ARSA") for name in DATASETS] + [("utah", "SYNGR1")]
)
def test_every_row_has_the_digits_of_plink2(tmp_path: Path, dataset: str, gene: str) -> None:
    expected = glm(tmp_path, dataset, gene)
    opened = open_demo(dataset, gene)
    rows, evidence = opened.scan()
    is_a1 = opened.dataset.variants.effect_is_a1
    assert len(expected) == rows.num_rows == 10355
    codes: dict[str, int] = {}
    for row, line, counted, a1 in zip(rows.to_pylist(), expected, evidence, is_a1, strict=True):
        assert (row["position"], row["n"]) == (int(line["POS"]), int(line["OBS_CT"]))
        if line["BETA"] == "NA":
            codes[line["ERRCODE"]] = codes.get(line["ERRCODE"], 0) + 1
            assert row["status"] == "not-estimable"
            continue
        assert row["status"] == "ok"
        frequency = int(counted[6]) / int(counted[7])
        assert row["eaf"] == frequency
        assert float(line["A1_FREQ"]) == pytest.approx(frequency if a1 else 1 - frequency, rel=6e-6)
        assert float(line["BETA"]) == pytest.approx(row["beta"] if a1 else -row["beta"], rel=6e-6)
        assert float(line["SE"]) == pytest.approx(row["se"], rel=6e-6)
        assert float(line["LOG10_P"]) == pytest.approx(row["neglog10p"], rel=6e-6)
    assert set(codes) <= {"CONST_ALLELE", "CONST_OMITTED_ALLELE"}
    assert sum(codes.values()) == rows.column("status").to_pylist().count("not-estimable")


# plink1.9 prints four decimals: in millionths they are ten digits.
SCALE = 1e6


def write_rows(path: Path, rows: pa.Table) -> None:
    lines = ["SNP\tCHR\tBP\tA1\tA2\tBETA\tSE"]
    for row in rows.to_pylist():
        name = f"v{row['position']}"
        cells = (row["chromosome"], row["position"], row["effect"], row["other"])
        lines.append("\t".join(map(str, (name, *cells, row["beta"] * SCALE, row["se"] * SCALE))))
    path.write_text("\n".join(lines) + "\n")


@needs_plink19
@pytest.mark.parametrize("gene", ["ARSA", "SYNGR1"])
def test_every_combined_row_has_the_digits_of_plink19(tmp_path: Path, gene: str) -> None:
    tables = {name: released(*open_demo(name, gene).scan()) for name in DATASETS}
    for name, rows in tables.items():
        write_rows(tmp_path / f"{name}.txt", rows)
    files = [tmp_path / f"{name}.txt" for name in sorted(tables)]
    run("plink1.9", "--meta-analysis", *files, "+", "qt", "report-all", "--out", tmp_path / "x")
    found = {row["position"]: row for row in combine(tables)["rows"].to_pylist()}
    header, *lines = (tmp_path / "x.meta").read_text().splitlines()
    names = header.split()
    assert len(lines) == len(found)
    for line in lines:
        theirs = dict(zip(names, line.split(), strict=True))
        ours = found[int(theirs["BP"])]
        sign = 1 if theirs["A1"] == ours["effect"] else -1
        assert int(theirs["N"]) == ours["k"]
        if ours["k"] == 1:
            continue
        assert float(theirs["BETA"]) == pytest.approx(
            sign * ours["beta"] * SCALE, abs=6e-5, rel=1e-9
        )
        assert float(theirs["BETA(R)"]) == pytest.approx(
            sign * ours["beta_re"] * SCALE, abs=6e-5, rel=1e-9
        )
        assert math.isclose(
            float(theirs["P"]), 10 ** -ours["neglog10p_normal"], rel_tol=6e-4, abs_tol=1e-300
        )
        assert float(theirs["Q"]) == pytest.approx(10 ** -ours["neglog10p_q"], abs=6e-5)
        assert float(theirs["I"]) == pytest.approx(100 * ours["i2"], abs=6e-3)


def test_what_leaves_rounded_combines_to_the_same_within_its_digits() -> None:
    """Five digits of beta and se, three decimals of the frequency."""
    tables = {name: released(*open_demo(name, "ARSA").scan()) for name in DATASETS}
    exact = combine(tables)["rows"].to_pydict()
    rounded = combine({name: _rounded(table) for name, table in tables.items()})["rows"].to_pydict()
    for beta, other, se in zip(exact["beta"], rounded["beta"], exact["se"], strict=True):
        assert abs(beta - other) <= max(1e-4 * abs(beta), 4e-4 * se)
    np.testing.assert_allclose(rounded["se"], exact["se"], rtol=1e-4)
    np.testing.assert_allclose(rounded["q"], exact["q"], rtol=5e-4, atol=5e-4)


def _rounded(table: pa.Table) -> pa.Table:
    columns = table.to_pydict()
    for name in ("beta", "se"):
        columns[name] = [float(f"{value:.5g}") for value in columns[name]]
    columns["eaf"] = [round(value, 3) for value in columns["eaf"]]
    return pa.table(columns, schema=table.schema)
