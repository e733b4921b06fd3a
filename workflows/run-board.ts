/** What a run is doing: the one place that its state, its read model and Temporal UI are told from. */
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { RecordRunInput } from '../contracts/activities.js';
import type { Code } from '../contracts/codes.js';
import type { Placement } from '../contracts/placement.js';
import type { RunState, StepState } from '../contracts/run.js';
import { SEARCH_ATTRIBUTES } from '../contracts/search-attributes.js';
import { hub } from './activities.js';
import { detailsOf } from './details.js';
import { Recorder } from './recorder.js';
import type { StepNode } from './step-node.js';
import { waitingFor } from './waiting.js';

export type RunCode = RecordRunInput['codes'][number];

export class RunBoard {
  readonly run: string;
  state: RunState = 'accepted';
  codes: RunCode[] = [];
  placements: Placement[] = [];
  nodes: StepNode[] = [];
  /** Environments that take no work of this run until a person lifts it, with the code. */
  readonly holds = new Map<string, Code>();
  /** What answers slowly, in words. */
  readonly slow = new Set<string>();
  /** No decision is taken any more. */
  isEnding = false;
  #recorder: Recorder | null = null;
  /** The state, where the steps do not decide it. */
  #fixed: RunState | null = 'accepted';

  constructor(run: string) {
    this.run = run;
  }

  node(step: string, dataset: string): StepNode | undefined {
    return this.nodes.find((node) => node.step.id === step && node.dataset === dataset);
  }

  /** From here on the run's state follows from its steps, and the read model from its state. */
  start(): void {
    this.#fixed = null;
    this.#recorder = new Recorder(() => hub.recordRun(this.#row()));
    this.refresh();
  }

  /** A cancel was asked for: what the steps do no longer decides the state. */
  cancelling(): void {
    if (this.isEnding) return;
    this.#fixed = 'cancelling';
    this.refresh();
  }

  /** Tells Temporal UI and the read model what changed. */
  refresh(): void {
    const state = this.#fixed ?? this.#stateOfSteps();
    if (state !== this.state)
      upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.state, value: state }]);
    this.state = state;
    setCurrentDetails(detailsOf(this));
    this.#recorder?.touch();
  }

  /** Records the change of a step before anything follows from it. */
  async setStep(node: StepNode, state: StepState, code: Code | null = null): Promise<void> {
    node.state = state;
    node.code = code;
    this.refresh();
    await hub.recordStep({
      run: this.run,
      step: node.step.id,
      dataset: node.dataset,
      environment: node.placement.environment,
      state,
      books: node.sums.books,
      codes: node.sums.codes,
    });
  }

  /** The last word. Call it in a scope that is not cancelled. */
  async end(state: RunState, codes: RunCode[]): Promise<void> {
    await this.#recorder?.close();
    this.#recorder = null;
    this.isEnding = true;
    this.#fixed = state;
    this.codes = codes;
    this.refresh();
    await hub.recordRun(this.#row());
  }

  #stateOfSteps(): RunState {
    const states = this.nodes.map((node) => node.state);
    if (states.includes('needs-attention')) return 'needs-attention';
    return states.includes('held') ? 'held' : 'running';
  }

  #row(): RecordRunInput {
    return {
      run: this.run,
      state: this.state,
      codes: [...this.codes, ...this.#stepCodes()],
      waitingFor: waitingFor(this),
    };
  }

  #stepCodes(): RunCode[] {
    if (this.isEnding) return [];
    const held = [...this.holds].map(([about, code]) => ({ code, about, dataset: null }));
    const waiting = this.nodes.flatMap(({ state, code, step, dataset }) =>
      state === 'needs-attention' && code ? [{ code, about: step.id, dataset }] : [],
    );
    return [...held, ...waiting];
  }
}
