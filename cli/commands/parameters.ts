/** `--param name=value`, typed by the parameter schema of the analysis. */
import { CliError, EXIT } from '../failure.js';

interface PropertySchema {
  type?: string | string[];
  items?: { type?: string };
}

/**
 * A list is written with commas; a number, true or false as such; everything else is text. A name that the schema
 * does not know is passed on as text: the hub answers with the nearest names.
 * @param texts `name=value` each
 */
export function parseParameters(
  texts: readonly string[],
  schema: Record<string, unknown>,
): Record<string, unknown> {
  const properties = (schema['properties'] ?? {}) as Record<string, PropertySchema>;
  const entries = texts.map((text) => {
    const equals = text.indexOf('=');
    if (equals < 1) throw new CliError(`--param ${text}: write name=value.`, EXIT.usage);
    const name = text.slice(0, equals);
    return [name, parseValue(text.slice(equals + 1), properties[name])] as const;
  });
  return Object.fromEntries(entries);
}

function parseValue(text: string, schema: PropertySchema | undefined): unknown {
  const types = [schema?.type ?? 'string'].flat();
  if (types.includes('array')) {
    const items = text.split(',').filter((item) => item !== '');
    return items.map((item) => parseScalar(item, [schema?.items?.type ?? 'string']));
  }
  return parseScalar(text, types);
}

function parseScalar(text: string, types: readonly string[]): unknown {
  const isNumber = types.includes('number') || types.includes('integer');
  if (isNumber && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (types.includes('boolean') && /^(true|false)$/.test(text)) return text === 'true';
  if (types.includes('null') && text === 'null') return null;
  return text;
}
