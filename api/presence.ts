import type { Client } from '@temporalio/client';
import type { Service } from '../config';
import { downOf } from '../workflows/services';
import { Problem } from './problems';

/** So long an answer holds: many writes in a row ask once. */
const HOLDS_MS = 500;

/** Whether a service's workers are there. */
export class Presence {
  private readonly answers = new Map<Service, { until: number; answer: Promise<void> }>();

  constructor(
    private readonly client: Client,
    private readonly answerWithinMs: number,
  ) {}

  /** @throws Problem that the service is down */
  async of(service: Service): Promise<void> {
    const known = this.answers.get(service);
    if (known && Date.now() < known.until) return known.answer;
    const answer = this.ask(service);
    this.answers.set(service, { until: Date.now() + HOLDS_MS, answer });
    return answer;
  }

  private async ask(service: Service): Promise<void> {
    const asking = () =>
      this.client.workflow.execute('answer', {
        workflowId: `presence-${service}`,
        taskQueue: service,
        // Asked by many, or left behind while nobody was there: one is enough.
        workflowIdConflictPolicy: 'USE_EXISTING',
      });
    try {
      await this.client.withDeadline(Date.now() + this.answerWithinMs, asking);
    } catch {
      throw new Problem(downOf(service));
    }
  }
}
