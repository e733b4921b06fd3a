import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { policySchema } from '../../contracts/schemas/environment.js';
import { parseYaml } from '../../contracts/schemas/yaml.js';

const schema = z.strictObject({ count: z.number() });
const POLICY = 'wall: walled\ngrants: { project: [data] }\n';

describe('a file that a person writes', () => {
  it('is read when it fits', () => {
    expect(parseYaml('count: 3', 'f.yaml', schema)).toEqual({ count: 3 });
  });

  it.each([
    ['a duplicate key', 'count: 1\ncount: 2', /f\.yaml:2: /],
    ['an anchor', 'count: &a 1', /anchors and aliases are not allowed/],
    ['an unknown key', 'count: 1\ncuont: 2', /f\.yaml:2: cuont: unknown key/],
    ['a value of the wrong kind', 'count: many', /f\.yaml:1: count: /],
    ['NaN', 'count: .nan', /count: /],
    ['no YAML at all', 'count: [', /f\.yaml:/],
  ])('is refused for %s, naming file and line', (_name, text, message) => {
    expect(() => parseYaml(text, 'f.yaml', schema)).toThrow(message);
  });
});

describe('a policy', () => {
  it('takes the published defaults for what it does not say', () => {
    const policy = parseYaml(POLICY, 'policy.yaml', policySchema);
    expect(policy).toMatchObject({
      minPeople: 50,
      minMAC: 20,
      minCarriers: 10,
      minCount: 10,
      combines: false,
    });
    expect(policy.summaryStatistics).toBe('review');
  });

  it('does not open summary statistics without a written reason', () => {
    expect(() =>
      parseYaml(`${POLICY}summaryStatistics: open\n`, 'policy.yaml', policySchema),
    ).toThrow(/reason: summaryStatistics: open needs a written reason/);
    const open = parseYaml(
      `${POLICY}summaryStatistics: open\nreason: public donors\n`,
      'policy.yaml',
      policySchema,
    );
    expect(open.summaryStatistics).toBe('open');
  });

  it('is refused when it is empty', () => {
    expect(() => parseYaml('', 'policy.yaml', policySchema)).toThrow(/policy\.yaml/);
  });
});
