import { z } from 'zod';
import { endpoint, type Api } from '../endpoint';

const MePage = z.strictObject({ customer: z.string() }).meta({ id: 'MePage' });

export function meRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: 'get',
      path: '/v1/me',
      summary: "The customer's page",
      tag: 'Me',
      who: 'signed-in',
      answers: { 200: MePage },
    },
    async ({ caller }) => ({ status: 200, body: { customer: caller.user } }),
  );
}
