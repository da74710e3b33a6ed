import { LISTENERS, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import { card } from '../cinema';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { Mailbox } from './mailbox';
import { become, deliveriesOf, failedTries, hasten, tell } from './post';

const mail = new Mailbox();
let port: number;
let stack: TestStack;
let admin: TestClient;
beforeAll(async () => {
  port = await mail.open();
  stack = await startStack({
    listeners: LISTENERS,
    without: [...SERVICES.filter((service) => service !== 'payment'), 'views'],
    env: { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_FROM: '하루 <haru@example.com>' },
  });
  admin = await stack.signIn({ roles: ['admin'] });
});
afterEach(() => (mail.mood = 'takes'));
afterAll(async () => {
  await stack.stop();
  await mail.close();
});

const contact = (who: TestClient, body: object) => who.call('PUT', '/v1/me/contact', body);

/** Somebody who wants letters, at an address that nobody else has. */
async function reader(locale?: 'ko' | 'en'): Promise<{ who: TestClient; address: string }> {
  const who = await stack.signIn();
  const address = `${who.user}@example.com`;
  expect((await contact(who, { email: address, ...(locale && { locale }) })).status).toBe(200);
  return { who, address };
}

async function toppedUp({ user }: TestClient): Promise<string> {
  const [id] = await tell(stack, { type: 'payment.topped-up', customer: user });
  return id!;
}

const messages = async (who: TestClient): Promise<number> =>
  (await who.get('/v1/me/messages')).body.data.length;
const told = (who: TestClient) => until(async () => (await messages(who)) === 1, { withinMs: 10_000 });

test('a contact is what was last said: what is null or left out is removed', async () => {
  const who = await stack.signIn();
  expect((await who.get('/v1/me/contact')).body).toEqual({ email: null, phone: null, locale: 'ko' });
  const full = { email: 'minji@example.com', phone: '01012345678', locale: 'en' };
  const { status, body } = await contact(who, { ...full, phone: '+82 10-1234-5678' });
  expect([status, body]).toEqual([200, full]);
  expect((await who.get('/v1/me/contact')).body).toEqual(full);
  const rest = { email: null, phone: '01012345678', locale: 'ko' };
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
    'SELECT * FROM notification.deliveries ORDER BY number',
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
    { last_error: 'the customer has removed this address' },
  ]);
  expect(mail.to(address)).toEqual([]);
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
