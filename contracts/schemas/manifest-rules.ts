/** What a manifest must satisfy beyond its shape. One function a rule; each returns the faults that it finds. */
import type { AnalysisManifest, Step } from '../analysis.js';

export interface ManifestFault {
  step: string;
  problem: string;
}

export function findManifestFaults(manifest: AnalysisManifest): ManifestFault[] {
  return manifest.steps.flatMap((step, index) => {
    const earlier = new Map(manifest.steps.slice(0, index).map((other) => [other.id, other]));
    return [
      ...findIdFaults(step, earlier),
      ...findKindFaults(step, manifest),
      ...findReadFaults(step, earlier),
      ...findCrossingFaults(step, earlier),
      ...findConclusionFaults(step),
    ];
  });
}

function fault(step: Step, problem: string): ManifestFault {
  return { step: step.id, problem };
}

function findIdFaults(step: Step, earlier: Map<string, Step>): ManifestFault[] {
  const faults: ManifestFault[] = [];
  if (earlier.has(step.id)) faults.push(fault(step, 'two steps have this id'));
  if (step.id === 'admit') faults.push(fault(step, 'the id admit is reserved'));
  return faults;
}

function findKindFaults(step: Step, { ops }: AnalysisManifest): ManifestFault[] {
  if ((step.cut === null) === (step.op === null)) {
    return [fault(step, 'a step is either a cut or an op: name one of them')];
  }
  if (step.op !== null && ops[step.op] === undefined) {
    return [
      fault(step, `there is no op ${step.op} under ops; allowed: ${Object.keys(ops).join(', ')}`),
    ];
  }
  if (step.cut !== null && (step.at !== 'datasets' || step.blocks === null)) {
    return [fault(step, 'a cut runs at: datasets and names its blocks: parameters.<name>')];
  }
  return findReadsPlaceFaults(step, ops);
}

function findReadsPlaceFaults(step: Step, ops: AnalysisManifest['ops']): ManifestFault[] {
  const reads = step.op === null ? [] : (ops[step.op]?.reads ?? []);
  const personal = reads.filter((readable) => readable !== 'reference');
  if (step.at === 'datasets' || personal.length === 0) return [];
  return [fault(step, `a step at: anywhere reads conclusions alone, not ${personal.join(', ')}`)];
}

function findReadFaults(step: Step, earlier: Map<string, Step>): ManifestFault[] {
  const faults: ManifestFault[] = [];
  for (const id of readsOf(step)) {
    if (!earlier.has(id))
      faults.push(
        fault(
          step,
          `reads ${id}, which is no earlier step; earlier: ${[...earlier.keys()].join(', ') || 'none'}`,
        ),
      );
  }
  const source = step.forEach === null ? undefined : earlier.get(step.forEach);
  if (source && source.fansOut === null)
    faults.push(fault(step, `runs for each item of ${source.id}, which does not fan out`));
  return faults;
}

/** What is read outside the environment that wrote it must be concluded. */
function findCrossingFaults(step: Step, earlier: Map<string, Step>): ManifestFault[] {
  return readsOf(step).flatMap((id) => {
    const source = earlier.get(id);
    if (source === undefined || source.at === step.at || Object.keys(source.concludes).length > 0)
      return [];
    return [
      fault(
        step,
        `reads ${id} across a wall (${source.at} to ${step.at}), so ${id} must conclude it`,
      ),
    ];
  });
}

function findConclusionFaults(step: Step): ManifestFault[] {
  const faults: ManifestFault[] = [];
  if (step.forEach !== null && Object.keys(step.concludes).length > 0) {
    faults.push(fault(step, 'a for-each step concludes nothing: collect it first'));
  }
  if (step.at === 'datasets' && Object.values(step.concludes).includes('file')) {
    faults.push(fault(step, 'the rule file is for steps at: anywhere only'));
  }
  return faults;
}

function readsOf(step: Step): string[] {
  return step.forEach === null ? step.inputs : [...step.inputs, step.forEach];
}
