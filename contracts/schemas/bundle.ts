/** Analysis folders as bundles: digests of the whole and of each op. */
import type { Bundle } from '../analysis.js';
import { canonicalJson, digestOf, sha256 } from './canonical.js';

/** The bytes that travel: canonical JSON of path -> text. Their sha256 is the analysis digest. */
export function bundleBytes(bundle: Bundle): Buffer {
  return Buffer.from(canonicalJson(bundle.files), 'utf8');
}

export function analysisDigest(bundle: Bundle): string {
  return sha256(bundleBytes(bundle));
}

/** An op's file and all of `ops/shared/`. */
export function opDigest(bundle: Bundle, op: string): string {
  const own = `ops/${op}.py`;
  const entries = Object.entries(bundle.files).filter(
    ([path]) => path === own || path.startsWith('ops/shared/'),
  );
  return digestOf(Object.fromEntries(entries));
}
