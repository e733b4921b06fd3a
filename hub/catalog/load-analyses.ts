import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadAnalysis, type Analysis } from '../../contracts/schemas/load-analysis.js';
import { ConfigError } from '../../contracts/schemas/yaml.js';

/**
 * Every folder below `folder` that holds an `analysis.yaml`, by the name that its manifest gives.
 * @throws ConfigError naming file, line and field
 */
export function loadAnalyses(folder: string): Map<string, Analysis> {
  const analyses = new Map<string, Analysis>();
  for (const entry of readdirSync(folder).sort()) {
    const file = join(folder, entry, 'analysis.yaml');
    if (!existsSync(file)) continue;
    const analysis = loadAnalysis(join(folder, entry));
    const { name } = analysis.manifest;
    if (analyses.has(name)) {
      const problem = `another folder holds an analysis of the name ${name}`;
      throw new ConfigError([{ file, line: null, field: 'name', problem }]);
    }
    analyses.set(name, analysis);
  }
  return analyses;
}
