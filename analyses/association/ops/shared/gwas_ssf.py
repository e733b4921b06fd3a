"""GWAS-SSF v1.0 (EBISPOT/gwas-summary-statistics-standard): the table and its metadata file."""

import hashlib
import json
import math
from typing import Any

import pyarrow as pa

MISSING = "#NA"
FILE_NAME = "association.tsv"


def to_ssf(
    combined: pa.Table, reference: dict[tuple[str, int, frozenset[str]], tuple[str, str]]
) -> bytes:
    """`reference`: (chromosome, position, alleles) -> REF, ALT. Columns beyond the standard's come
    last."""
    columns = _columns(combined.to_pydict(), reference)
    lines = ["\t".join(columns)]
    lines += ["\t".join(map(_cell, row)) for row in zip(*columns.values(), strict=True)]
    return ("\n".join(lines) + "\n").encode()


def _columns(
    rows: dict[str, list[Any]], reference: dict[tuple[str, int, frozenset[str]], tuple[str, str]]
) -> dict[str, list[Any]]:
    alleles = list(zip(rows["effect"], rows["other"], strict=True))
    places = list(zip(rows["chromosome"], rows["position"], strict=True))
    listed = [
        reference.get((chromosome, position, frozenset(pair)))
        for (chromosome, position), pair in zip(places, alleles, strict=True)
    ]
    return {
        "chromosome": rows["chromosome"],
        "base_pair_location": rows["position"],
        "effect_allele": rows["effect"],
        "other_allele": rows["other"],
        "beta": rows["beta"],
        "standard_error": rows["se"],
        "effect_allele_frequency": rows["eaf"],
        "neg_log_10_p_value": rows["neglog10p"],
        "variant_id": [
            "_".join((chromosome, str(position), *(pair or (other, effect))))
            for (chromosome, position), pair, (effect, other) in zip(
                places, listed, alleles, strict=True
            )
        ],
        "rsid": [name if name.startswith("rs") else None for name in rows["id"]],
        "n": rows["n"],
        "ref_allele": [
            None if pair is None else ("EA" if pair[0] == effect else "OA")
            for pair, (effect, _) in zip(listed, alleles, strict=True)
        ],
        "datasets": rows["k"],
        "direction": rows["signs"],
        "degrees_of_freedom": rows["dof"],
        "neg_log_10_p_value_normal": rows["neglog10p_normal"],
        "beta_random": rows["beta_re"],
        "standard_error_random": rows["se_re"],
        "het_q": rows["q"],
        "neg_log_10_p_value_het": rows["neglog10p_q"],
        "het_i2": rows["i2"],
        "het_tau2": rows["tau2"],
        "frequency_flag": [int(flag) for flag in rows["far_frequency"]],
    }


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return MISSING
    return repr(value) if isinstance(value, float) else str(value)


def to_metadata(
    data: bytes, *, parameters: dict[str, Any], build: str | None, summary: list[dict[str, Any]]
) -> str:
    """YAML; every scalar is written as JSON, which YAML reads alike."""
    lines = [
        f"data_file_name: {FILE_NAME}",
        f"data_file_md5sum: {hashlib.md5(data, usedforsecurity=False).hexdigest()}",
        "file_type: GWAS-SSF v1.0",
        f"genome_assembly: {_scalar(build)}",
        "coordinate_system: 1-based",
        f"trait_description: [{_scalar(parameters['phenotype'])}]",
        f"adjusted_covariates: {_scalar(parameters['covariates'])}",
        "effect_statistic: beta",
        f"analysis_software: {_scalar('cloister association 1.0.0')}",
        "genotyping_technology: [NR]",
        "is_harmonised: false",
        "is_sorted: true",
        "sex: NR",
        "samples:",
    ]
    for entry in summary:
        if entry["dataset"] != "combined":
            lines += [
                f"  - sample_size: {entry['people']}",
                "    sample_ancestry_category: [NR]",
                "    ancestry_method: [NR]",
                "    case_control_study: false",
                f"    cohort: {_scalar(entry['dataset'])}",
            ]
    lines.append(f"author_notes: {_scalar(_notes(parameters, summary))}")
    return "\n".join(lines) + "\n"


def _scalar(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _notes(parameters: dict[str, Any], summary: list[dict[str, Any]]) -> str:
    datasets = len(summary) - 1
    how = (
        "one dataset: its rows pass through"
        if datasets == 1
        else f"inverse-variance fixed effect over {datasets} datasets"
    )
    inflation = ", ".join(
        f"{entry['dataset']} {entry['lambda']:.3f}"
        for entry in summary
        if entry["lambda"] is not None
    )
    return (
        f"Linear regression in each dataset ({parameters['missing']}, phenotype transform "
        f"{parameters['transform']}, people {parameters['frame']}); {how}; p by Student's t on the "
        "summed degrees of freedom; rows that a dataset's gate dropped are absent from it; pooled "
        f"frequencies from rounded ones; no term for relatedness. Lambda: {inflation}."
    )
