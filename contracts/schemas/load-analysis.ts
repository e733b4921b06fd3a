/** An analysis folder, read and checked. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { AnalysisManifest, Bundle } from '../analysis.js';
import { analysisDigest } from './bundle.js';
import { sha256 } from './canonical.js';
import { parseManifest } from './manifest.js';
import { ConfigError } from './yaml.js';

export interface Analysis {
  manifest: AnalysisManifest;
  /** JSON Schema 2020-12. */
  parameterSchema: Record<string, unknown>;
  bundle: Bundle;
  digest: string;
}

const MANIFEST = 'analysis.yaml';
const PARAMETERS = 'parameters.schema.json';

/** @throws ConfigError naming file, line and field. */
export function loadAnalysis(folder: string): Analysis {
  const bundle = readBundle(folder);
  return analysisOf(bundle, folder);
}

/**
 * The analysis in a bundle's bytes.
 * @throws RangeError when the bytes do not have the digest; ConfigError when they are no analysis.
 */
export function parseBundle(bytes: Uint8Array, digest: string): Analysis {
  if (sha256(bytes) !== digest)
    throw new RangeError('the bundle does not have the digest that names it');
  const files = JSON.parse(Buffer.from(bytes).toString('utf8')) as Record<string, string>;
  return analysisOf({ files }, 'bundle');
}

function analysisOf(bundle: Bundle, folder: string): Analysis {
  const manifest = parseManifest(fileOf(bundle, MANIFEST, folder), join(folder, MANIFEST));
  for (const op of Object.keys(manifest.ops)) fileOf(bundle, `ops/${op}.py`, folder);
  const parameterSchema = parseParameters(
    fileOf(bundle, PARAMETERS, folder),
    join(folder, PARAMETERS),
  );
  return { manifest, parameterSchema, bundle, digest: analysisDigest(bundle) };
}

function fileOf({ files }: Bundle, path: string, folder: string): string {
  const text = files[path];
  if (typeof text === 'string') return text;
  throw new ConfigError([
    { file: join(folder, path), line: null, field: '', problem: 'the file is missing' },
  ]);
}

function parseParameters(text: string, file: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'not JSON';
    throw new ConfigError([{ file, line: null, field: '', problem }]);
  }
}

/** Manifest, parameter schema and `ops/**.py`; README and tests do not count. */
function readBundle(folder: string): Bundle {
  const paths = [MANIFEST, PARAMETERS, ...listOps(folder)];
  const files: Record<string, string> = {};
  for (const path of paths) {
    try {
      files[path] = readFileSync(join(folder, path), 'utf8');
    } catch {
      throw new ConfigError([
        { file: join(folder, path), line: null, field: '', problem: 'the file is missing' },
      ]);
    }
  }
  return { files };
}

function listOps(folder: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(join(folder, 'ops'), { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
  return entries
    .filter((entry) => entry.endsWith('.py') && !entry.includes('__pycache__'))
    .map((entry) => relative('.', join('ops', entry)).split(sep).join('/'))
    .sort();
}
