/** A small analysis of ops that count, crash, sleep and attack, and the orders that a gate would write for it. */
import type { JobManifest, JobOrder } from '../../../contracts/job.js';
import type { Bundle } from '../../../contracts/analysis.js';
import { bundleBytes, opDigest } from '../../../contracts/schemas/bundle.js';
import { questionOf } from '../../../contracts/schemas/question.js';
import type { Bench } from './bench.js';

export const MODEL = {
  phenotype: 'arsa',
  covariates: ['sex'],
  frame: 'everyone',
  transform: 'none',
} as const;
export const PARAMETERS = { ...MODEL, covariates: ['sex'], blocks: 40, pause: 0 };

const MANIFEST = `
language: 1
name: probe
version: 1.0.0
title: Ops for tests
model: { phenotype: parameters.phenotype, covariates: parameters.covariates, frame: parameters.frame, transform: parameters.transform }
steps:
  - { id: windows, cut: variants, blocks: parameters.blocks, at: datasets }
  - { id: scan, op: count, at: datasets, for-each: windows }
  - { id: rows, op: collect, at: datasets, inputs: [scan], concludes: { rows: variant-statistics@1 } }
  - { id: refine, op: count, at: datasets, for-each: windows }
ops:
  count: { reads: [people, genotypes], parameters: [pause], technologies: [python] }
  collect: { technologies: [python] }
`;

/** Counts variants; crashes on the second window if told to, and waits before it starts. */
const COUNT = `
import os
import time

import pyarrow as pa
from cloister_runtime.op import op


@op
def count(blocks, context):
    pause = context.parameters["pause"]
    if pause < 0 and context.item["first"] == 40:
        os._exit(9)
    time.sleep(max(pause, 0))
    for block in blocks:
        yield pa.record_batch({"block": [block.block], "variants": [len(block.id)]})
`;

const COLLECT = `
import pyarrow as pa
from cloister_runtime.op import op


@op
def collect(context):
    return pa.concat_tables([entry.value for entry in context.inputs])
`;

const analysis: Bundle = {
  files: {
    'analysis.yaml': MANIFEST,
    'parameters.schema.json': '{"type":"object"}',
    'ops/count.py': COUNT,
    'ops/collect.py': COLLECT,
  },
};
export const bundle = bundleBytes(analysis);

/** Orders as the gate writes them after an admission, whose manifest states runtime, data and cohort. */
export class Orders {
  readonly #bench: Bench;
  readonly #admission: JobManifest;

  constructor(bench: Bench, admission: JobManifest) {
    this.#bench = bench;
    this.#admission = admission;
  }

  windows(): JobOrder {
    return this.#complete({
      op: null,
      parameters: { blocks: PARAMETERS.blocks },
      reads: ['variants'],
      reference: this.#bench.reference,
      fansOut: { list: 'windows', most: null },
    });
  }

  scan(pause = 0): JobOrder {
    const { question } = this.windows();
    return this.#complete({
      op: { name: 'count', digest: opDigest(analysis, 'count') },
      parameters: { pause },
      reads: ['people', 'genotypes'],
      reference: this.#bench.reference,
      model: { ...MODEL, covariates: ['sex'] },
      cohort: this.#admission.data?.cohort ?? null,
      forEach: { kind: 'output', step: 'windows', list: 'windows', question },
    });
  }

  rows(): JobOrder {
    return this.#complete({
      op: { name: 'collect', digest: opDigest(analysis, 'collect') },
      inputs: [{ step: 'scan', question: this.scan().question }],
      concludes: { rows: 'variant-statistics@1' },
    });
  }

  #complete(part: Partial<JobOrder> & Pick<JobOrder, 'op'>): JobOrder {
    const { runtime, data } = this.#admission;
    const order: Omit<JobOrder, 'question'> = {
      analysis: this.#bench.analysis,
      plan: this.#bench.planDigest,
      parameters: {},
      reads: [],
      model: null,
      cohort: null,
      dataset: data && { id: data.dataset, version: data.version, digest: data.digest },
      reference: null,
      forEach: null,
      inputs: [],
      conclusions: [],
      waived: {},
      concludes: {},
      fansOut: null,
      limits: { seconds: 120, memoryBytes: 2 ** 30, cpus: 1 },
      ...part,
    };
    return { ...order, question: questionOf(order, runtime) };
  }
}
