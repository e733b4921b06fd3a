/** Scientists never see where something runs: their views come without environments. */
import type { RunEvent, RunView } from '../contracts/run.js';
import { seesEnvironments, type Identity } from './identity.js';

export function runFor(identity: Identity, run: RunView): RunView {
  if (seesEnvironments(identity)) return run;
  return {
    ...run,
    placements: [],
    steps: run.steps.map((step) => ({ ...step, environment: '' })),
    conclusions: run.conclusions.map((conclusion) => ({ ...conclusion, environment: '' })),
  };
}

const PLACES = new Set(['environment', 'placements', 'impossible']);

export function eventFor(identity: Identity, event: RunEvent): RunEvent {
  if (seesEnvironments(identity)) return event;
  const entries = Object.entries(event.data).filter(([name]) => !PLACES.has(name));
  return { ...event, data: Object.fromEntries(entries) };
}
