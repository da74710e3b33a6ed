import { TEST_CARDS } from '../dev/accounts';

interface Setting {
  /** Whether development tokens are to be had. */
  tries: boolean;
  /** Whether the provider is the simulator. */
  simulated: boolean;
}

/** What every operation shares, in Markdown. */
export const guide = ({ tries, simulated }: Setting): string => `
Bookings, rentals and orders of a city. Ids are TypeIDs (\`bkg_01h…\`), times are RFC 3339 in UTC. Unknown fields and
unknown query parameters are refused.

### Sign in
Send \`Authorization: Bearer <JWT>\` with the claims \`sub\`, \`roles\` and \`locale\`. Browsing needs none.
${tries ? 'In development `POST /v1/dev/tokens`, `npm run token -- minji` and the buttons above make one.' : ''}

### Idempotency
Every POST of somebody who is signed in takes an \`Idempotency-Key\`: 1 to 255 visible characters, one for each act. No
answer came? Send the same request with the same key: the act happens once, and its first answer comes again with
\`Idempotency-Replayed: true\`. The same key with another body is a 422. After a 400, 429 or 503 the same key tries anew.
\`202\` means that the act was accepted and is under way: the same key asks for its end.

### Money
Whole KRW, as integers. A refusal leaves nothing charged; what was charged and came to nothing goes back by itself.

### Errors
\`application/problem+json\` (RFC 9457). \`code\` is stable, \`title\` and \`detail\` are in your language (ko, en), and
[/problems](/problems) explains each code. 429 and 503 carry \`Retry-After\` in seconds.

### Lists
\`{"data":[…],"nextCursor":…}\`. Pass \`nextCursor\` as \`cursor\` until it is null; \`limit\` is 1 to 100. Lists of
customers' things come as a table with \`Accept: text/csv\`.

### Live events
\`GET /v1/me/events\` is a stream of server-sent events. Come back with \`Last-Event-ID\`, and nothing is missed.

### Webhooks
Register an endpoint with \`POST /v1/operations/webhooks\`. Each event is a CloudEvent, signed as
[Standard Webhooks](https://www.standardwebhooks.com) has it, and comes at least once: \`webhook-id\` names it.
${simulated ? cards() : ''}`;

const cards = () => `
### Test cards
| \`payment.token\` | the card |
| --- | --- |
${Object.entries(TEST_CARDS)
  .map(([token, what]) => `| \`${token}\` | ${what.en} |`)
  .join('\n')}
`;
