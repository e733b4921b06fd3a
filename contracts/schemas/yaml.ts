/** YAML files with errors that say file, line, field and what is allowed. */
import { readFileSync } from 'node:fs';
import { LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { z } from 'zod';

/** A fault in a file that a person wrote. */
export interface ConfigFault {
  file: string;
  line: number | null;
  /** Dotted path of the field; empty for the whole file. */
  field: string;
  problem: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: ConfigFault[];

  constructor(faults: ConfigFault[]) {
    super(faults.map(formatFault).join('\n'));
    this.faults = faults;
  }
}

function formatFault({ file, line, field, problem }: ConfigFault): string {
  return `${file}${line === null ? '' : `:${line}`}: ${field === '' ? '' : `${field}: `}${problem}`;
}

/** @throws ConfigError when the file is missing, no YAML 1.2 core, or does not fit the schema. */
export function readYaml<T>(path: string, schema: z.ZodType<T>): T {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError([
      { file: path, line: null, field: '', problem: 'the file is missing or cannot be read' },
    ]);
  }
  return parseYaml(text, path, schema);
}

/**
 * Duplicate keys, anchors, merge keys and tags are refused: two readers must not read two policies out of one
 * file.
 */
export function parseYaml<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    uniqueKeys: true,
    merge: false,
    version: '1.2',
    schema: 'core',
  });
  const syntax = [...document.errors, ...document.warnings].map((error) => ({
    file,
    line: lines.linePos(error.pos[0]).line,
    field: '',
    problem: error.message.split('\n')[0] ?? 'not YAML',
  }));
  if (syntax.length > 0) throw new ConfigError(syntax);
  if (hasAnchor(document)) {
    throw new ConfigError([
      { file, line: null, field: '', problem: 'anchors and aliases are not allowed' },
    ]);
  }
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    parsed.error.issues.flatMap((issue) =>
      faultsOf(issue).map(({ path, problem }) => ({
        file,
        line: lineOf(document, lines, path),
        field: path.join('.'),
        problem,
      })),
    ),
  );
}

function faultsOf(issue: z.core.$ZodIssue): { path: PropertyKey[]; problem: string }[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, problem: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], problem: 'unknown key' }));
}

function hasAnchor(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
    Node: (_key, node) => {
      if ('anchor' in node && node.anchor !== undefined) found = true;
    },
  });
  return found;
}

function lineOf(document: Document, lines: LineCounter, path: PropertyKey[]): number | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    const offset = (node as { range?: [number, number, number] } | null | undefined)?.range?.[0];
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return null;
}
