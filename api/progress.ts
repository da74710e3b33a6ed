import { z } from 'zod';
import { STEP_STATES } from '../workflows/progress';
import { Instant } from './schemas';

export const ProgressView = z
  .strictObject({
    workflowId: z.string(),
    status: z.string(),
    steps: z.array(z.strictObject({ name: z.string(), state: z.enum(STEP_STATES), at: Instant })),
  })
  .meta({ id: 'Progress' });
