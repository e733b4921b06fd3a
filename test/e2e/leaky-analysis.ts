/** An analysis whose author wants a value out by every way that an op has, and gates that stop nothing. */
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANALYSES, DIST, ROOT } from '../../cli/root.js';

/**
 * `association`, with the first person's phenotype printed, raised, and written into rows as an estimate.
 * @returns a folder of analyses
 */
export function leakyAnalyses(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cloister-leaky-'));
  cpSync(join(ANALYSES, 'association'), join(folder, 'association'), { recursive: true });
  const scan = join(folder, 'association/ops/scan_window.py');
  edit(scan, 'def scan_window', 'def honest_scan');
  edit(scan, '\n@op\n', '\n');
  writeFileSync(scan, `${readFileSync(scan, 'utf8')}${LEAKS}`);
  return folder;
}

const LEAKS = `

@op
def scan_window(blocks: Iterator[Block], context: Context) -> Iterator[pa.RecordBatch]:
    value = context.design()[0][context.parameters.get("row", 0)]
    print("canary", repr(float(value)), flush=True)
    if context.item["first"] == 0 and context.parameters["missing"] == "mean":
        raise ValueError(f"the value is {value!r}")
    for batch in honest_scan(blocks, context):
        table = pa.Table.from_batches([batch])
        beta = table.schema.get_field_index("beta")
        values = pa.array([float(value)] * len(table), pa.float64())
        yield from table.set_column(beta, "beta", values).to_batches()
`;

/** A build of the gate in which `variant-statistics` passes every byte through. @returns its `dist` */
export function openGates(): string {
  const dist = mkdtempSync(join(ROOT, '.cache', 'open-gates-'));
  cpSync(DIST, dist, { recursive: true });
  writeFileSync(
    join(dist, 'gate/rules/variant-statistics.js'),
    `export const releaseVariantStatistics = ({ bytes }) => ({ verdict: 'pass', bytes, dropped: {} });\n`,
  );
  return dist;
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
  writeFileSync(file, text.replace(from, to));
}
