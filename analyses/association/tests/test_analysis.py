"""The whole analysis through feeder and host: files, conditional results, the same bits."""

import hashlib
import json
from itertools import pairwise
from pathlib import Path

import pytest
from harness import PARAMETERS, Place, Published, run_analysis

from worlds import DATASETS, definition_of


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return run_analysis(tmp_path_factory.mktemp("four"), list(DATASETS), digits=True)


def rows_of(tsv: bytes) -> list[dict[str, str]]:
    header, *lines = tsv.decode().splitlines()
    return [dict(zip(header.split("\t"), line.split("\t"), strict=True)) for line in lines]


def test_the_strongest_hit_over_all_and_in_the_best_single_dataset(published: Published) -> None:
    top = rows_of(published.files.output("hits"))[0]
    assert (top["id"], top["effect"], top["k"], top["n"]) == ("rs6151429", "C", "3", "277")
    assert float(top["neglog10p"]) == pytest.approx(23.2818, abs=3e-3)
    alone = {name: top[f"neglog10p_{name}"] for name in DATASETS}
    assert alone["finland"] == "NA"
    assert max(float(value) for value in alone.values() if value != "NA") == pytest.approx(
        9.77, abs=5e-3
    )


def test_leads_are_apart_and_best_first(published: Published) -> None:
    hits = rows_of(published.files.output("hits"))
    leads = rows_of(published.leads.output("leads"))
    assert published.leads.manifest["counts"] == {"leads": len(leads)}
    assert [lead["position"] for lead in leads] == [hit["position"] for hit in hits]
    assert [*leads[0]] == ["chromosome", "position", "effect", "other"]
    strengths = [float(hit["neglog10p"]) for hit in hits]
    assert strengths == sorted(strengths, reverse=True)
    assert strengths[-1] > 3
    positions = sorted(int(lead["position"]) for lead in leads)
    assert min(b - a for a, b in pairwise(positions)) > 500_000


def test_conditional_results_stand_beside_unconditional_ones(published: Published) -> None:
    hits = rows_of(published.files.output("hits"))
    given = [hit for hit in hits if hit["second_neglog10p"] != "NA"]
    assert given
    for hit in given:
        assert hit["second_position"] != hit["position"]
        assert abs(int(hit["second_position"]) - int(hit["position"])) <= 500_000
        assert hit["second_unconditional_neglog10p"] != ""
    # Nothing of genome-wide strength is left beside ARSA's own signal.
    assert float(hits[0]["second_neglog10p"]) < 7.3


def test_rows_about_a_lead_follow_their_evidence_and_miss_where_it_tells_too_little(
    published: Published,
) -> None:
    for dataset, result in published.refined.items():
        header, *lines = result.output("rows").decode().splitlines()
        assert header.split("\t")[-1] == "lead"
        assert [line.split("\t")[:6] for line in lines] == [line[:6] for line in result.evidence()]
        about_arsa = [line for line in lines if line.endswith("22:51063477:C:T")]
        # Six copies of the rarer allele in Finland.
        assert bool(about_arsa) is (dataset != "finland")


def test_rows_and_evidence_agree_row_by_row(published: Published) -> None:
    for result in published.rows.values():
        rows, evidence = rows_of(result.output("rows")), result.evidence()
        assert [*rows[0]] == [
            "chromosome",
            "position",
            "id",
            "effect",
            "other",
            "n",
            "dof",
            "eaf",
            "beta",
            "se",
            "neglog10p",
            "status",
        ]
        for row, line in zip(rows, evidence, strict=True):
            assert [
                row[name] for name in ("chromosome", "position", "id", "effect", "other", "n")
            ] == line[:6]
            assert float(row["eaf"]) == int(line[6]) / int(line[7])


def test_the_file_is_gwas_ssf(published: Published) -> None:
    data = published.files.output("association")
    rows = rows_of(data)
    assert [*rows[0]][:8] == [
        "chromosome",
        "base_pair_location",
        "effect_allele",
        "other_allele",
        "beta",
        "standard_error",
        "effect_allele_frequency",
        "neg_log_10_p_value",
    ]
    assert len(rows) == 9740
    positions = [int(row["base_pair_location"]) for row in rows]
    assert positions == sorted(positions)
    arsa = next(row for row in rows if row["rsid"] == "rs6151429")
    assert (arsa["variant_id"], arsa["ref_allele"], arsa["direction"]) == (
        "22_51063477_T_C",
        "OA",
        "-?--",
    )
    meta = published.files.output("association-meta").decode()
    assert f"data_file_md5sum: {hashlib.md5(data).hexdigest()}" in meta
    assert 'genome_assembly: "GRCh37"' in meta
    assert "sample_size: 95" in meta


def test_pictures_are_thinned_and_keep_all_that_is_strong(published: Published) -> None:
    manhattan = json.loads(published.files.output("manhattan"))
    rows = rows_of(published.files.output("association"))
    strong = sum(float(row["neg_log_10_p_value"]) > 3 for row in rows)
    values = manhattan["points"]["neglog10p"]
    assert sum(value > 3 for value in values) == strong > 0
    assert len(values) <= len(rows) == manhattan["variants"]
    qq = json.loads(published.files.output("qq"))["series"]
    assert [series["name"] for series in qq] == ["combined", *sorted(DATASETS)]
    assert all(0.7 < series["lambda"] < 1.4 for series in qq)
    assert all(len(series["expected"]) == len(series["observed"]) for series in qq)


def test_files_hold_no_run_and_no_time(published: Published, tmp_path: Path) -> None:
    for name in ("association", "association-meta", "hits", "manhattan", "qq"):
        text = published.files.output(name).decode()
        assert published.files.manifest["run"] not in text
        assert str(tmp_path.parent) not in text


def test_one_dataset_is_as_good_a_request(tmp_path: Path) -> None:
    one = run_analysis(tmp_path, ["tuscany"], leadThreshold=1e-6)
    (hit,) = rows_of(one.files.output("hits"))
    assert (hit["id"], hit["k"], hit["signs"]) == ("rs6151429", "1", "-")
    assert hit["neglog10p"] == hit["neglog10p_tuscany"]
    assert float(hit["neglog10p"]) == pytest.approx(9.77, abs=5e-3)
    assert "one dataset: its rows pass through" in one.files.output("association-meta").decode()


def test_no_lead_at_all_still_publishes(tmp_path: Path) -> None:
    none = run_analysis(tmp_path, ["finland"], leadThreshold=1e-30)
    assert rows_of(none.files.output("hits")) == []
    assert none.refined["finland"].output("rows").decode().count("\n") == 1
    assert len(rows_of(none.files.output("association"))) > 8000


def test_the_same_bits_however_it_is_cut_and_sent(tmp_path: Path) -> None:
    outcomes = set()
    for number, (blocks, batch) in enumerate([(40, 0), (40, 1), (4, 7), (1, 0)]):
        place = Place(
            tmp_path / str(number),
            definition_of("utah"),
            parameters=PARAMETERS | {"windowBlocks": blocks},
        )
        place.admit()
        collected = place.collect(
            "rows", place.for_each("scan", "scan_window", place.cut(), batch), "scan"
        )
        evidence = (collected.directory / "evidence.tsv").read_bytes()
        outcomes.add((collected.manifest["output"]["sha256"], hashlib.sha256(evidence).hexdigest()))
    assert len(outcomes) == 1
