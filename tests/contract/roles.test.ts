import { ROLES } from '../../api/caller';
import { token } from '../api/gateway';
import { Cinema } from '../cinema';
import { Courses } from '../courses';
import { Fleet } from '../fleet';
import { Kitchen } from '../kitchen';
import { startStack, type TestStack } from '../test-stack';
import { type Operation, operationsOf, prefixOf } from './document';
import { ask, requestOf, stored, storedAtRest } from './requests';

/** As the contract has it, /v1 left out. */
const WHO_MAY = `
any GET /healthz /metrics /openapi.json /readyz /bikes/{id} /bikes /courses/{id} /courses /events/catalogue
any GET /courses/{id}/comments /courses/{id}/comments/{commentId} /courses/{id}/reviews
any GET /courses/{id}/reviews/{reviewId} /menus/{id}
any GET /kickboards/{id} /kickboards /menus /screenings/{id} /screenings /stations/{id} /stations
any GET /gbfs/3.0/gbfs.json /gbfs/3.0/manifest.json /gbfs/3.0/station_information.json /gbfs/3.0/station_status.json
any GET /gbfs/3.0/system_information.json /gbfs/3.0/system_pricing_plans.json /gbfs/3.0/vehicle_status.json
any GET /gbfs/3.0/vehicle_types.json
any POST /dev/tokens
signed-in GET /me/contact /me/events /me/messages /me
signed-in POST /me/contact/codes /me/contact/confirmations
signed-in PUT /me/contact
customer DELETE /courses/{id}/bookmark /courses/{id}/like
customer GET /deposits/top-ups/{id} /deposits/me/entries /deposits/me /passes
customer POST /bookings/{id}/cancel /bookings /courses/{id}/comments /courses/{id}/reviews /deposits/top-ups
customer POST /orders/{id}/cancel /orders /passes /rentals /rides
customer PUT /courses/{id}/bookmark /courses/{id}/like
customer|admin GET /bookings/{id}/progress /orders/{id}/progress /orders/{id} /orders /passes/{id}/progress
customer|admin GET /passes/{id} /rentals/{id}/progress /rentals/{id} /rentals /rides/{id}/progress
customer|admin GET /rides/{id} /rides
customer|admin POST /rentals/{id}/return /rides/{id}/return
customer|admin GET /orders/{id}/explanation /passes/{id}/explanation /payments/{id}/explanation
customer|admin GET /rentals/{id}/explanation /rides/{id}/explanation
customer|staff|admin GET /bookings/{id} /bookings /bookings/{id}/explanation
staff POST /bookings/{id}/collect
courier DELETE /couriers/me/duty
courier POST /deliveries/{id}/accept /deliveries/{id}/complete /deliveries/{id}/decline
courier PUT /couriers/me/duty
courier|admin GET /deliveries/{id} /deliveries
host DELETE /courses/{id}
host PATCH /courses/{id}
host POST /courses
manager GET /bikes/{id}/reports/{reportId} /managers/me/conversions/{id}
manager GET /managers/me/entries /managers/me
manager POST /bikes/{id}/reports /managers/me/conversions
admin DELETE /bikes/{id} /kickboards/{id} /menus/{id} /operations/webhooks/{id} /screenings/{id}
admin DELETE /stations/{id}
admin GET /managers/{id} /operations/deliveries /operations/parked-events /operations/parked /operations/webhooks/{id}
admin GET /operations/webhooks /operations/audits/{id} /operations/customers/{user} /operations/ledger/accounts
admin GET /operations/ledger/reconciliations /operations/ledger/transfers /operations/log /operations/overview
admin GET /operations/sagas /operations/search
admin PATCH /operations/webhooks/{id} /stations/{id}
admin POST /operations/webhooks/{id}/rotate /operations/webhooks/{id}/test
admin POST /operations/bookings/{id}/cancel /operations/orders/{id}/cancel
admin POST /operations/audits /operations/parked/decisions
admin POST /bikes /kickboards /managers /menus /operations/deliveries/{id}/resend
admin POST /operations/parked-events/{id}/retry /operations/parked/{id}/retry /operations/parked/{id}/settle
admin POST /operations/parked/{id}/write-off /operations/webhooks /screenings /stations
`;

/** Prefixes of ids in paths, by the role of their owners. */
const OWNED = {
  customer: ['bkg', 'pas', 'rid', 'rnt', 'ord', 'top', 'pay'],
  courier: ['dlv'],
  host: ['crs'],
  manager: ['cnv'],
};
const UNOWNED = [
  'scr',
  'kbd',
  'bik',
  'whk',
  'prk',
  'pev',
  'mnu',
  'mgr',
  'sta',
  'aud',
  'GET /v1/operations/customers/{user}',
];

let stack: TestStack;
let operations: Operation[];
let things: Record<string, string>;
/** By role; of nobody who owns one of the things. */
let tokens: [role: string, token: string][];
beforeAll(async () => {
  stack = await startStack({ only: ['movie', 'payment', 'kickboard', 'bike', 'food', 'delivery'] });
  operations = await operationsOf(stack.url);
  tokens = await Promise.all(ROLES.map(async (role) => [role, await tokenOf(role)] as [string, string]));
  things = await makeThings();
});
afterAll(() => stack.stop());

const tokenOf = async (...roles: string[]) => (await stack.signIn({ roles })).token;

/** Makes one of each kind. @returns their ids, by prefix */
async function makeThings(): Promise<Record<string, string>> {
  const minji = await stack.signIn();
  const [cinema, fleet, kitchen, courses] = await Promise.all([
    Cinema.open(stack),
    Fleet.open(stack),
    Kitchen.open(stack),
    Courses.open(stack),
  ]);
  const [bkg, kbd, pas, bik, sta, { id: ord, delivery }, crs] = await Promise.all([
    cinema.booked(minji, ['1A']),
    fleet.kickboard(),
    fleet.pass(minji),
    fleet.bike(),
    fleet.station(),
    kitchen.delivering(minji),
    courses.register(),
  ]);
  const [rid, rnt, accepted] = await Promise.all([
    fleet.ride(minji, kbd, pas),
    fleet.rent(minji, bik),
    kitchen.courier.post(`/v1/deliveries/${delivery.id}/accept`),
  ]);
  expect(accepted.status).toBe(200);
  await storedAtRest(stack);
  const { payment } = (await minji.get(`/v1/bookings/${bkg}`)).body;
  const things = { pay: payment.id, scr: cinema.screeningId, bkg, kbd, pas, rid, bik, sta, rnt, ord, crs };
  return { ...things, dlv: delivery.id };
}

interface Case {
  who: string;
  token: string | undefined;
  /** Undefined: any documented answer but 400, 401, 403 and 5xx. */
  expected: [status: number, code: string] | undefined;
}

/** Sends what the document calls valid. @returns the answers that are not as expected, or not documented */
async function send(operation: Operation, cases: Case[], ids?: Record<string, string>): Promise<string[]> {
  const request = requestOf(operation, ids);
  const answers = await ask(
    stack,
    operation,
    cases.map(({ token }) => ({ ...request, token })),
  );
  return cases.flatMap(({ who, expected }, i) => {
    const { status, body, undocumented } = answers[i]!;
    const isRight = expected
      ? status === expected[0] && body?.code === expected[1]
      : ![400, 401, 403].includes(status) && status < 500;
    if (isRight && !undocumented) return [];
    return [`${operation.name} ${who}: ${status} ${body?.code} ${undocumented ?? ''}`];
  });
}

test('each operation is for the roles that the contract gives it', () => {
  const documented = operations.map(({ method, path, token: read, roles }) => {
    const who = roles?.join('|') ?? (read === 'needed' ? 'signed-in' : 'any');
    return `${who} ${method} ${path.replace('/v1', '')}`;
  });
  const lines = WHO_MAY.trim().split('\n');
  const contract = lines.flatMap((line) => {
    const [who, method, ...paths] = line.split(' ');
    return paths.map((path) => `${who} ${method} ${path}`);
  });
  expect(documented.sort()).toEqual(contract.sort());
});

test('a missing or bad token is a 401, one of other roles a 403, and nothing is started or stored', async () => {
  const roles = { roles: ROLES };
  const anonymous: Case = { who: 'without a token', token: undefined, expected: [401, 'unauthenticated'] };
  const bad = Object.entries({
    expired: await token({ ...roles, exp: Math.floor(Date.now() / 1_000) - 60 }),
    'of another issuer': await token({ ...roles, iss: 'someone' }),
    'for another audience': await token({ ...roles, aud: 'others' }),
    'by another secret': await token(roles, { secret: 'another-secret-of-length' }),
    'by another algorithm': await token(roles, { alg: 'HS512' }),
  }).map(([who, token]): Case => ({ who, token, expected: [401, 'unauthenticated'] }));
  const known = [...tokens, ['of no role', await tokenOf()] as const];

  const before = await stored(stack);
  const wrong: string[] = [];
  for (const operation of operations) {
    const { token: read, roles } = operation;
    const others = roles ? known.filter(([role]) => !roles.includes(role)) : [];
    const cases = others.map(([who, token]): Case => ({ who, token, expected: [403, 'forbidden'] }));
    if (read === 'needed') cases.push(anonymous);
    if (read !== 'ignored') cases.push(...bad);
    // Nothing but the caller is wrong: the things exist.
    wrong.push(...(await send(operation, cases, things)));
  }
  expect(wrong).toEqual([]);
  expect(await stored(stack)).toEqual(before);
});

test('what is another’s can neither be read nor changed', async () => {
  const before = await stored(stack);
  const wrong: string[] = [];
  const prefixes = new Set<string>();
  for (const operation of operations) {
    const { name, method, parameters, roles } = operation;
    const id = parameters.find((parameter) => parameter.in === 'path');
    const prefix = id && (prefixOf(id.schema) ?? name);
    if (prefix) prefixes.add(prefix);
    for (const [who, token] of tokens.filter(([role]) => role in OWNED && roles?.includes(role))) {
      const owned = OWNED[who as keyof typeof OWNED];
      const expected: Case['expected'] = who === 'host' ? [403, 'forbidden'] : [404, 'not-found'];
      if (prefix && owned.includes(prefix))
        wrong.push(...(await send(operation, [{ who, token, expected }], things)));
      if (prefix || method !== 'GET') continue;
      const [list] = await ask(stack, operation, [{ ...requestOf(operation), token }]);
      if (list?.body.data?.length > 0) wrong.push(`${name} lists another’s`);
    }
  }
  expect([...prefixes].sort()).toEqual([...Object.values(OWNED).flat(), ...UNOWNED].sort());
  expect(wrong).toEqual([]);
  expect(await stored(stack)).toEqual(before);
});

test('one of an allowed role is let in, and what the document calls valid is not refused as invalid', async () => {
  const wrong: string[] = [];
  for (const operation of operations) {
    const { method, token: read, roles } = operation;
    const allowed = tokens.filter(([role]) => roles?.includes(role) ?? true);
    const cases = allowed.map(([who, token]): Case => ({ who, token, expected: undefined }));
    if (read !== 'needed') cases.push({ who: 'without a token', token: undefined, expected: undefined });
    // Changes are sent for things that do not exist, so that none is used up.
    wrong.push(...(await send(operation, cases, method === 'GET' ? things : {})));
  }
  expect(wrong).toEqual([]);
});
