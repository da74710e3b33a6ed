import { defineQuery, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { utc } from './wording';

export const STEP_STATES = ['DONE', 'RUNNING', 'WAITING', 'UNDONE', 'FAILED'] as const;
export type StepState = (typeof STEP_STATES)[number];

export interface StepView {
  name: string;
  state: StepState;
  /** RFC 3339: when the step came into this state. */
  at: string;
}

/** Asked of any saga: what it has done, does and waits for, in order. */
export const progress = defineQuery<StepView[]>('progress');

const MARKS: Record<StepState, string> = {
  DONE: '✅',
  RUNNING: '⏳',
  WAITING: '⏸️',
  UNDONE: '↩️',
  FAILED: '❌',
};
const WORDS: Record<StepState, string> = {
  DONE: 'done',
  RUNNING: 'under way since',
  WAITING: 'waiting since',
  UNDONE: 'undone',
  FAILED: 'failed',
};
/** So many of the last steps are shown in the Web UI. */
const SHOWN = 30;

/** The running account of a saga's steps: answered to whoever asks, and shown in the Web UI. */
export class Journal {
  private headline: string | undefined;

  constructor(private readonly steps: StepView[] = []) {
    setHandler(progress, () => this.steps);
    this.show();
  }

  begin(name: string, state: 'RUNNING' | 'WAITING' = 'RUNNING'): Entry {
    const step = { name, state, at: now() };
    this.steps.push(step);
    this.show();
    return this.entryOf(step);
  }

  /** The wait of that name that is still open, or a new one. */
  waiting(name: string): Entry {
    const open = this.steps.findLast((step) => step.name === name && step.state === 'WAITING');
    return open ? this.entryOf(open) : this.begin(name, 'WAITING');
  }

  /** Tells of a step while it runs. */
  async during<T>(name: string, act: () => Promise<T>): Promise<T> {
    const entry = this.begin(name);
    try {
      const result = await act();
      entry.became('DONE');
      return result;
    } catch (error) {
      entry.became('FAILED');
      throw error;
    }
  }

  /** The line above the steps: what the saga has come to. */
  headlined(headline: string): void {
    this.headline = headline;
    this.show();
  }

  view(): StepView[] {
    return this.steps;
  }

  private entryOf(step: StepView): Entry {
    return new Entry(step, () => this.show());
  }

  private show(): void {
    const lines = this.steps
      .slice(-SHOWN)
      .map(({ name, state, at }) => `- ${MARKS[state]} **${name}**: ${WORDS[state]} ${utc(Date.parse(at))}`);
    setCurrentDetails([...(this.headline === undefined ? [] : [this.headline, '']), ...lines].join('\n'));
  }
}

export class Entry {
  constructor(
    private readonly step: StepView,
    private readonly show: () => void,
  ) {}

  became(state: StepState): void {
    this.step.state = state;
    this.step.at = now();
    this.show();
  }
}

const now = () => new Date().toISOString();
