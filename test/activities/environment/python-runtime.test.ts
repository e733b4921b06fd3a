import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { absoluteDefinitions } from '../../../activities/environment/job-spec.js';
import { checkDefinitions } from '../../../activities/environment/python-runtime.js';
import { projectFile } from '../../../activities/providers/project-file.js';
import { readEnvironment } from '../../../contracts/schemas/environment.js';
import { parseEnvironmentConfig } from '../../../workers/environment-config.js';

const python = projectFile('.venv/bin/python');
const runtime = projectFile('runtime');
const folder = projectFile('worlds/demo/environments/finland');

describe('the check of definitions at start', () => {
  const { datasets } = readEnvironment(folder);
  const definitions = [...absoluteDefinitions(folder, datasets).values()];

  it('passes the demo’s definitions', async () => {
    await checkDefinitions({ definitions, python, runtime });
  });

  it('names dataset, field and problem of a column that does not exist', async () => {
    const broken = definitions.map((definition) => ({ ...definition, baseCohort: ['SHOE_SIZE'] }));
    await expect(checkDefinitions({ definitions: broken, python, runtime })).rejects.toThrow(
      /finland: baseCohort: .*SHOE_SIZE/,
    );
  });

  it('says so when the runtime cannot be started', async () => {
    const check = checkDefinitions({ definitions, python, runtime: '/nowhere' });
    await expect(check).rejects.toThrow('did not run');
  });
});

describe('the configuration of the environment worker', () => {
  const variables = {
    CLOISTER_ENVIRONMENT_FOLDER: 'worlds/demo/environments/finland',
    TEMPORAL_ADDRESS: '127.0.0.1:7300',
    CLOISTER_GATE_URL: 'http://127.0.0.1:7301/',
    CLOISTER_PYTHON: python,
    CLOISTER_RUNTIME: runtime,
  };

  it('is made absolute', () => {
    expect(parseEnvironmentConfig(variables)).toMatchObject({
      folder: resolve('worlds/demo/environments/finland'),
      gateUrl: 'http://127.0.0.1:7301',
      namespace: 'default',
    });
  });

  it('names every variable that is missing or wrong', () => {
    const parse = (): unknown =>
      parseEnvironmentConfig({
        ...variables,
        TEMPORAL_ADDRESS: 'here',
        CLOISTER_PYTHON: undefined,
      });
    expect(parse).toThrow(/TEMPORAL_ADDRESS: write host:port(.|\n)*CLOISTER_PYTHON/);
  });
});
