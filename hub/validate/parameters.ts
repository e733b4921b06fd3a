/** Parameters against the analysis' own schema, which also gives the defaults. */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Analysis } from '../../contracts/schemas/load-analysis.js';
import { nearestNames } from '../catalog/search.js';
import { pointerTo, type Fault } from '../refusal.js';

export interface CheckedParameters {
  /** With defaults. */
  parameters: Record<string, unknown>;
  faults: Fault[];
}

const compiled = new WeakMap<Analysis, ValidateFunction>();

function validatorOf(analysis: Analysis): ValidateFunction {
  const known = compiled.get(analysis);
  if (known) return known;
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false });
  const validator = ajv.compile(analysis.parameterSchema);
  compiled.set(analysis, validator);
  return validator;
}

export function checkParameters(
  analysis: Analysis,
  given: Record<string, unknown>,
): CheckedParameters {
  const parameters = structuredClone(given);
  const known = parameterNames(analysis);
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const validate = validatorOf(analysis);
  const errors = validate(parameters) ? [] : (validate.errors ?? []);
  const faults = [
    ...unknown.map((name) => unknownParameter(name, known)),
    ...errors
      .filter(
        ({ keyword }) => keyword !== 'additionalProperties' && keyword !== 'unevaluatedProperties',
      )
      .map((error) => faultOf(error, parameters)),
  ];
  return { parameters, faults };
}

export function parameterNames({ parameterSchema }: Analysis): string[] {
  const { properties } = parameterSchema;
  return typeof properties === 'object' && properties !== null ? Object.keys(properties) : [];
}

function unknownParameter(name: string, known: string[]): Fault {
  return {
    code: 'unknown-parameter',
    pointer: pointerTo('parameters', name),
    detail: `the analysis has no parameter ${name}`,
    nearest: nearestNames(known, name),
  };
}

function faultOf(error: ErrorObject, parameters: unknown): Fault {
  const { instancePath, keyword, message = 'does not fit' } = error;
  const params = error.params as Record<string, unknown>;
  const missing = keyword === 'required' ? pointerTo(String(params['missingProperty'])) : '';
  const pointer = `/parameters${instancePath}${missing}`;
  if (keyword !== 'enum')
    return { code: 'invalid-parameter', pointer, detail: message, nearest: [] };
  const allowed = (params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value));
  const value = valueAt(parameters, instancePath);
  return {
    code: 'invalid-parameter',
    pointer,
    detail: `${message}: ${allowed.join(', ')}`,
    nearest:
      typeof value === 'string' ? nearestNames(stringsOf(params['allowedValues']), value) : [],
  };
}

function stringsOf(values: unknown): string[] {
  return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
}

function valueAt(root: unknown, pointer: string): unknown {
  const parts = pointer.split('/').slice(1);
  return parts.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null
        ? (value as Record<string, unknown>)[part.replaceAll('~1', '/').replaceAll('~0', '~')]
        : undefined,
    root,
  );
}
