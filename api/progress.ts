import { z } from 'zod';
import type { Service } from '../config';
import { downOf } from '../workflows/services';
import { STEP_STATES } from '../workflows/progress';
import type { Caller } from './caller';
import { endpoint, type Api } from './endpoint';
import { Instant, typeId } from './schemas';

const ProgressView = z
  .strictObject({
    workflowId: z.string(),
    status: z.string(),
    steps: z.array(z.strictObject({ name: z.string(), state: z.enum(STEP_STATES), at: Instant })),
  })
  .meta({ id: 'Progress' });

interface Followed {
  /** Such as "bookings": `/v1/bookings/{id}/progress`. */
  things: string;
  /** Of their ids. */
  prefix: string;
  tag: string;
  service: Service;
  /** @throws Problem not-found when the caller may not know of it */
  find: (id: string, caller: Caller) => Promise<{ id: string; status: string }>;
}

/** What a thing of a customer's has been through, asked of its workflow. */
export function progressRoute(api: Api, { things, prefix, tag, service, find }: Followed): void {
  endpoint(
    api,
    {
      method: 'get',
      path: `/v1/${things}/{id}/progress`,
      summary: 'What it has been through, step by step',
      tag,
      who: ['customer', 'admin'],
      params: z.strictObject({ id: typeId(prefix) }),
      answers: { 200: ProgressView },
      problems: ['history-expired', downOf(service)],
    },
    async ({ caller, params }) => {
      const { id, status } = await find(params.id, caller);
      return {
        status: 200,
        body: { workflowId: id, status, steps: await api.deps.sagas.progress(service, id) },
      };
    },
  );
}
