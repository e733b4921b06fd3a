import { builtinModules } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows } from './harness.js';

let code: string;

beforeAll(async () => {
  ({ code } = await bundleWorkflows());
}, 60_000);

/** The modules that the bundle holds, by webpack's own names. */
function modulesIn(bundle: string): string[] {
  return [...bundle.matchAll(/^\/\*\*\*\/ "([^"]+)"/gm)].map(([, name]) => name ?? '');
}

describe('the bundle of the Workflows', () => {
  it('holds them', () => {
    const modules = modulesIn(code);
    for (const name of ['run-analysis', 'run-fan-out', 'run-page'])
      expect(modules).toContain(`./workflows/${name}.ts`);
  });

  it('holds no schema library, no Node builtin and nothing of hub or environment', () => {
    const modules = modulesIn(code);
    const own = modules.filter((name) => !name.includes('node_modules') && name.startsWith('./'));
    const foreign = /^\.\/(contracts\/schemas|activities|hub|gate|api|workers|client|cli)\//;
    expect(own.filter((name) => foreign.test(name))).toEqual([]);
    expect(modules.filter((name) => /node_modules\/(zod|ajv|yaml)\//.test(name))).toEqual([]);
    const builtins = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    // The SDK replaces these two by its own; nothing reaches Node through them.
    const replaced = new Set(['assert', 'url']);
    const found = modules.filter((name) => builtins.has(name) && !replaced.has(name));
    expect(found).toEqual([]);
  });
});
