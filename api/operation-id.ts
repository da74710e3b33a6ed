/** Where the rule gives no name that a reader would choose, or one that another operation has. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'get /healthz': 'getHealth',
  'get /readyz': 'getReadiness',
  'get /metrics': 'getMetrics',
  'get /openapi.json': 'getOpenApi',
  'post /v1/dev/tokens': 'createDevToken',
  'post /v1/deposits/top-ups': 'topUpDeposit',
  'get /v1/deposits/top-ups/{id}': 'getTopUp',
  'get /v1/managers/me': 'getMyPoints',
  'get /v1/managers/me/entries': 'listMyPointEntries',
  'post /v1/managers/me/conversions': 'convertMyPoints',
  'get /v1/managers/me/conversions/{id}': 'getMyConversion',
  'put /v1/couriers/me/duty': 'goOnDuty',
  'delete /v1/couriers/me/duty': 'goOffDuty',
  'put /v1/courses/{id}/like': 'likeCourse',
  'delete /v1/courses/{id}/like': 'unlikeCourse',
  'put /v1/courses/{id}/bookmark': 'bookmarkCourse',
  'delete /v1/courses/{id}/bookmark': 'unbookmarkCourse',
  'get /v1/me/events': 'followMyEvents',
  'post /v1/me/contact/codes': 'sendMyContactCode',
  'post /v1/me/contact/confirmations': 'confirmMyContact',
  'get /v1/operations/parked': 'listParked',
  'get /v1/operations/deliveries': 'listSentMessages',
  'post /v1/operations/deliveries/{id}/resend': 'resendMessage',
  'post /v1/operations/webhooks/{id}/rotate': 'rotateWebhookSecret',
  'post /v1/operations/bookings/{id}/cancel': 'cancelBookingForCustomer',
  'post /v1/operations/orders/{id}/cancel': 'cancelOrderForCustomer',
  'post /v1/operations/parked/decisions': 'decideOnParked',
  'get /v1/operations/search': 'search',
  'get /v1/operations/log': 'listOperatorsLog',
};

/** What a POST to a collection, and the other methods to a thing, are called by. */
const VERBS = { get: 'get', post: 'create', put: 'set', patch: 'update', delete: 'delete' };

/**
 * The name that a generated client gives an operation: a verb, then the nouns of its path in the singular. A GET of a
 * collection is a list, a word below a thing that is no plural is an act, and "me" makes it mine.
 * ("get", "/v1/bookings") → "listBookings", ("post", "/v1/bookings/{id}/cancel") → "cancelBooking"
 */
export function operationId(method: keyof typeof VERBS, path: string): string {
  const exception = EXCEPTIONS[`${method} ${path}`];
  if (exception !== undefined) return exception;
  const [, feed] = /^\/gbfs\/[^/]+\/(\w+)\.json$/.exec(path) ?? [];
  if (feed !== undefined) return `getGbfs${capital(feed)}`;
  const steps = path.split('/').filter((step) => !['', 'v1', 'operations'].includes(step));
  const nouns = steps.filter((step) => !step.startsWith('{') && step !== 'me');
  const owner = steps.includes('me') ? (nouns.length === 0 ? 'Me' : 'My') : '';
  const last = steps.at(-1) ?? '';
  const isOfThing = last.startsWith('{') || steps.at(-2)?.startsWith('{') === true;
  const isPlural = /[^s]s$/.test(last);
  if (method === 'post' && isOfThing && !isPlural) {
    const thing = nouns.slice(0, -1).map(singular).map(capital).join('');
    return camel(last) + owner + thing;
  }
  if (method === 'get' && isPlural) {
    const owners = nouns.slice(0, -1).map(singular).map(capital).join('');
    return `list${owner}${owners}${capital(last)}`;
  }
  return VERBS[method] + owner + nouns.map(singular).map(capital).join('');
}

/** "deliveries" → "delivery", "passes" → "pass", "bikes" → "bike" */
const singular = (noun: string): string =>
  noun
    .replace(/ies$/, 'y')
    .replace(/sses$/, 'ss')
    .replace(/([^s])s$/, '$1');

/** "write-off" → "writeOff" */
const camel = (word: string): string =>
  word.replace(/[^a-z0-9]+([a-z0-9])/g, (_, first: string) => first.toUpperCase());

const capital = (word: string): string => camel(word).replace(/^./, (first) => first.toUpperCase());
