import { LISTENERS, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import { card } from '../cinema';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { Mailbox } from './mailbox';
import { become, deliveriesOf, failedTries, hasten, tell } from './post';

const PER_HOUR = 3;

const mail = new Mailbox();
let port: number;
let stack: TestStack;
let admin: TestClient;
beforeAll(async () => {
  port = await mail.open();
  stack = await startStack({
    listeners: LISTENERS,
    without: [...SERVICES.filter((service) => service !== 'payment'), 'views'],
    env: {
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      MAIL_FROM: '하루 <haru@example.com>',
      MESSAGES_PER_HOUR: String(PER_HOUR),
    },
  });
  admin = await stack.signIn({ roles: ['admin'] });
});
afterEach(() => (mail.mood = 'takes'));
afterAll(async () => {
  await stack.stop();
  await mail.close();
});

const contact = (who: TestClient, body: object) => who.call('PUT', '/v1/me/contact', body);
const askForCode = (who: TestClient, of = 'email') => who.post('/v1/me/contact/codes', { contact: of });
const confirm = (who: TestClient, code: string) =>
  who.post('/v1/me/contact/confirmations', { contact: 'email', code });

/** Somebody who has said where to write to, and not confirmed it, at an address that nobody else has. */
async function newcomer(locale?: 'ko' | 'en'): Promise<{ who: TestClient; address: string }> {
  const who = await stack.signIn();
  const address = `${who.user}@example.com`;
  expect((await contact(who, { email: address, ...(locale && { locale }) })).status).toBe(200);
  return { who, address };
}

/** Asks for a code. @returns what the letter says, which is thrown away */
async function codeSentTo(who: TestClient, address: string): Promise<string> {
  expect((await askForCode(who)).status).toBe(200);
  expect(await until(() => mail.to(address).length > 0, { withinMs: 20_000, everyMs: 50 })).toBe(true);
  const [letter] = mail.to(address);
  mail.forget(address);
  return /\d{6}/.exec(letter!.text)![0];
}

/** Somebody who wants letters. */
async function reader(locale?: 'ko' | 'en'): Promise<{ who: TestClient; address: string }> {
  const { who, address } = await newcomer(locale);
  expect((await confirm(who, await codeSentTo(who, address))).status).toBe(200);
  return { who, address };
}

const wrong = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

async function toppedUp({ user }: TestClient): Promise<string> {
  const [id] = await tell(stack, { type: 'payment.topped-up', customer: user });
  return id!;
}

const messages = async (who: TestClient): Promise<number> =>
  (await who.get('/v1/me/messages')).body.data.length;
const told = (who: TestClient) => until(async () => (await messages(who)) === 1, { withinMs: 10_000 });

test('a contact is what was last said: what is null or left out is removed', async () => {
  const who = await stack.signIn();
  const unconfirmed = { emailConfirmed: false, phoneConfirmed: false };
  const none = { email: null, phone: null, locale: 'ko', ...unconfirmed };
  expect((await who.get('/v1/me/contact')).body).toEqual(none);
  const said = { email: 'minji@example.com', phone: '+82 10-1234-5678', locale: 'en' };
  const full = { ...said, phone: '01012345678', ...unconfirmed };
  const { status, body } = await contact(who, said);
  expect([status, body]).toEqual([200, full]);
  expect((await who.get('/v1/me/contact')).body).toEqual(full);
  const rest = { ...none, phone: '01012345678' };
  expect((await contact(who, { email: null, phone: '010-1234-5678' })).body).toEqual(rest);
  expect((await who.get('/v1/me/contact')).body).toEqual(rest);
  expect((await (await stack.signIn()).get('/v1/me/contact')).body.phone).toBeNull();
});

test('a top-up is told in a letter, once, in Korean; in English to whoever wants it; to nobody without contact', async () => {
  const ko = await reader();
  const en = await reader('en');
  const silent = await stack.signIn();
  for (const who of [ko.who, en.who, silent]) {
    const { status } = await who.post('/v1/deposits/top-ups', { amount: 30_000, payment: card() });
    expect(status).toBe(201);
  }
  expect(await until(() => mail.letters.length >= 2, { withinMs: 20_000 })).toBe(true);
  expect(await told(silent)).toBe(true);

  const { rows } = await stack.db.raw<{ rows: any[] }>(
    `SELECT * FROM notification.deliveries WHERE event = 'payment.topped-up' ORDER BY number`,
  );
  expect(rows.map(({ channel, recipient }) => [channel, recipient])).toEqual([
    ['EMAIL', ko.address],
    ['EMAIL', en.address],
  ]);
  expect(mail.to(ko.address)).toEqual([
    {
      to: [ko.address],
      subject: '[하루] 예치금 30,000원이 충전되었습니다',
      messageId: `<${rows[0].id}@haru>`,
      text: '예치금 30,000원이 충전되었습니다.',
    },
  ]);
  expect(mail.to(en.address)).toMatchObject([
    {
      subject: '[Haru] Your deposit was topped up by KRW 30,000',
      text: 'Your deposit was topped up by KRW 30,000.',
    },
  ]);
});

test('the subject leaves out what the text goes on to say', async () => {
  const { who, address } = await reader();
  const data = { movieName: '기생충: 흑백판', seats: ['1A', '2B'], totalPrice: 20_000 };
  const [id] = await tell(stack, { type: 'movie.booked', subject: 'bkg_1', customer: who.user, data });
  await become(stack, id!, 'SENT');
  expect(mail.to(address)).toMatchObject([
    {
      subject: '[하루] 예매가 완료되었습니다',
      text: '예매가 완료되었습니다: 기생충: 흑백판, 좌석 1A, 2B, 20,000원.',
    },
  ]);
});

test('a mail server that refuses, hangs up and is away: the inbox goes on, the letter comes once afterwards', async () => {
  const { who, address } = await reader();
  mail.mood = 'refuses';
  const id = await toppedUp(who);
  expect(await told(who)).toBe(true);
  expect(await failedTries(stack, id, 1)).toBe(true);

  mail.mood = 'hangs up';
  await hasten(stack);
  expect(await failedTries(stack, id, 2)).toBe(true);

  await mail.close();
  await hasten(stack);
  expect(await failedTries(stack, id, 3)).toBe(true);
  const other = await stack.signIn();
  await toppedUp(other);
  expect(await told(other)).toBe(true);
  expect(mail.to(address)).toEqual([]);

  mail.mood = 'takes';
  await mail.open(port);
  await hasten(stack);
  expect(await become(stack, id, 'SENT')).toMatchObject([{ attempts: 4, last_error: null }]);
  expect(mail.to(address)).toHaveLength(1);
});

test('after the last try it has failed, for all operators to see, and can be sent again', async () => {
  const { who, address } = await reader();
  mail.mood = 'refuses';
  const id = await toppedUp(who);
  expect(await failedTries(stack, id, 1)).toBe(true);
  const [first] = await deliveriesOf(stack, id);
  const again = () => admin.post(`/v1/operations/deliveries/${first!.id}/resend`);
  expect((await again()).body).toMatchObject({ status: 409, code: 'not-failed' });

  await hasten(stack, 12);
  expect(await failedTries(stack, id, 2)).toBe(true);
  expect(await deliveriesOf(stack, id)).toMatchObject([{ status: 'PENDING' }]);
  await hasten(stack, 13);
  await become(stack, id, 'FAILED');
  const { body } = await admin.get('/v1/operations/deliveries?status=FAILED&channel=EMAIL');
  expect(body.data).toMatchObject([
    { id: first!.id, eventId: id, to: address, attempts: 3, status: 'FAILED' },
  ]);
  expect(body.data[0].lastError).toContain('come back later');

  mail.mood = 'takes';
  const { status, body: resent } = await again();
  expect([status, resent.status]).toEqual([200, 'PENDING']);
  await become(stack, id, 'SENT');
  expect(mail.to(address)).toMatchObject([{ messageId: `<${first!.id}@haru>` }]);
  expect((await again()).status).toBe(409);
});

test('what is on its way to an address that was removed does not go out', async () => {
  const { who, address } = await reader();
  mail.mood = 'refuses';
  const id = await toppedUp(who);
  expect(await failedTries(stack, id, 1)).toBe(true);
  mail.mood = 'takes';
  await contact(who, {});
  await hasten(stack);
  expect(await become(stack, id, 'FAILED')).toMatchObject([
    { last_error: 'the customer has removed this email' },
  ]);
  expect(mail.to(address)).toEqual([]);
});

test('nothing but a code goes to an address before it is confirmed; a new address is to be confirmed again', async () => {
  const { who, address } = await newcomer('en');
  const unheard = await toppedUp(who);
  expect(await told(who)).toBe(true);
  expect(await deliveriesOf(stack, unheard)).toEqual([]);

  const { status, body } = await askForCode(who);
  expect([status, body]).toEqual([200, { contact: 'email', sentTo: address, expiresAt: body.expiresAt }]);
  const validFor = Date.parse(body.expiresAt) - Date.now();
  expect(validFor).toBeGreaterThan(8 * 60_000);
  expect(validFor).toBeLessThanOrEqual(10 * 60_000);
  expect(await until(() => mail.to(address).length > 0, { withinMs: 20_000 })).toBe(true);
  const [letter] = mail.to(address);
  const code = /\d{6}/.exec(letter!.text)![0];
  expect(letter).toMatchObject({
    subject: '[Haru] Your confirmation code',
    text: `Your confirmation code: ${code}. Please enter it within 10 minutes.`,
  });
  mail.forget(address);

  expect((await confirm(who, wrong(code))).body).toMatchObject({ status: 422, code: 'wrong-code' });
  expect((await confirm(await stack.signIn(), code)).body).toMatchObject({ status: 409, code: 'no-code' });
  expect((await who.get('/v1/me/contact')).body.emailConfirmed).toBe(false);
  expect((await confirm(who, code)).body).toMatchObject({ email: address, emailConfirmed: true });
  expect((await askForCode(who)).body).toMatchObject({ status: 409, code: 'already-confirmed' });
  await become(stack, await toppedUp(who), 'SENT');
  expect(mail.to(address)).toHaveLength(1);

  expect((await contact(who, { email: address, locale: 'ko' })).body.emailConfirmed).toBe(true);
  expect((await contact(who, { email: `new-${address}` })).body.emailConfirmed).toBe(false);
  expect((await confirm(who, code)).body).toMatchObject({ status: 409, code: 'no-code' });
  expect((await contact(who, { email: address })).body.emailConfirmed).toBe(false);
});

test('a code is good for five tries and ten minutes, and only until there is a newer one', async () => {
  const { who, address } = await newcomer();
  const first = await codeSentTo(who, address);
  for (let tries = 0; tries < 5; tries++) expect((await confirm(who, wrong(first))).status).toBe(422);
  expect((await confirm(who, first)).body).toMatchObject({ status: 409, code: 'no-code' });

  const second = await codeSentTo(who, address);
  const third = await codeSentTo(who, address);
  if (second !== third) expect((await confirm(who, second)).body.code).toBe('wrong-code');
  await stack
    .db('notification.contact_codes')
    .where({ customer: who.user })
    .update({
      at: stack.db.raw(`at - interval '10 minutes'`),
    });
  expect((await confirm(who, third)).body.code).toBe('no-code');
  expect((await confirm(who, await codeSentTo(who, address))).status).toBe(200);
});

test('five codes an hour go to an address, whoever asks for them, and ten to one customer', async () => {
  const address = `victim-${(await stack.signIn()).user}@example.com`;
  const askers = await Promise.all(
    Array.from({ length: 12 }, async () => {
      const who = await stack.signIn();
      await contact(who, { email: address });
      return who;
    }),
  );
  const answers = await Promise.all(askers.map((who) => askForCode(who)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.map(({ body }) => body.code)).toEqual(Array<string>(7).fill('too-many-codes'));
  expect(refused[0]!.headers.get('Retry-After')).toBe('3600');
  const anHourLater = stack.db.raw(`at - interval '1 hour'`);
  await stack.db('notification.contact_codes').where({ recipient: address }).update({ at: anHourLater });
  expect((await askForCode(askers[0]!)).status).toBe(200);

  const busy = await stack.signIn();
  const outcomes: number[] = [];
  for (let n = 0; n < 11; n++) {
    await contact(busy, { email: `${n}-${busy.user}@example.com` });
    outcomes.push((await askForCode(busy)).status);
  }
  expect(outcomes).toEqual([...Array<number>(10).fill(200), 429]);
});

test('there is nothing to confirm without a contact, and no code to a phone where nothing is sent to phones', async () => {
  const who = await stack.signIn();
  expect((await askForCode(who)).body).toMatchObject({ status: 409, code: 'no-contact' });
  await contact(who, { phone: '010-1234-5678' });
  expect((await askForCode(who, 'phone')).body).toMatchObject({ status: 409, code: 'channel-not-set-up' });
  expect((await confirm(who, '12345')).body.code).toBe('invalid-request');
});

test('a code that could not be sent in its time is not sent', async () => {
  const { who, address } = await newcomer();
  mail.mood = 'refuses';
  expect((await askForCode(who)).status).toBe(200);
  const codes = () => stack.db('notification.deliveries').where({ recipient: address });
  expect(await until(async () => (await codes())[0]?.attempts > 0, { withinMs: 20_000 })).toBe(true);
  await codes().update({ content: stack.db.raw(`content || '{"expiresAt":"2026-01-01T00:00:00Z"}'`) });
  mail.mood = 'takes';
  await hasten(stack);
  expect(await until(async () => (await codes())[0].status === 'FAILED', { withinMs: 20_000 })).toBe(true);
  expect(await codes()).toMatchObject([{ last_error: 'the code has expired' }]);
  expect(mail.to(address)).toEqual([]);
});

test(`an address gets ${PER_HOUR} letters of a kind an hour; the inbox has them all`, async () => {
  const { who, address } = await reader();
  const data = { movieName: '기생충', seats: ['1A'], totalPrice: 10_000 };
  const booked = { type: 'movie.booked', subject: 'bkg_1', customer: who.user, data };
  await tell(stack, ...Array.from({ length: PER_HOUR + 2 }, () => booked));
  const id = await toppedUp(who);
  await become(stack, id, 'SENT');
  expect(await messages(who)).toBe(PER_HOUR + 3);
  const sent = stack.db('notification.deliveries').where({ recipient: address }).groupBy('event');
  const kinds = await sent.select('event').count('* as letters').orderBy('event');
  expect(kinds.map(({ event, letters }) => `${event} ${letters}`)).toEqual([
    `movie.booked ${PER_HOUR}`,
    'notification.contact-code 1',
    'payment.topped-up 1',
  ]);
});

test('the log of deliveries comes page by page, newest first', async () => {
  const all = (await admin.get('/v1/operations/deliveries?limit=100')).body.data;
  expect(all.length).toBeGreaterThan(4);
  const seen: unknown[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await admin.get(`/v1/operations/deliveries?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.data);
    cursor = body.nextCursor;
  }
  expect(seen).toEqual(all);
});
