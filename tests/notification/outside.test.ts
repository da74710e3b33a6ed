import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { typeid } from 'typeid-js';
import { configFrom, LISTENERS, SERVICES } from '../../config';
import { until } from '../../engine/wait';
import { ROOT } from '../../root';
import type { TestClient } from '../test-client';
import { startStack, type TestStack } from '../test-stack';
import { become, deliveriesOf, failedTries, hasten, tell } from './post';
import { Receiver } from './receiver';

const PATH = '/v1/operations/webhooks';
const SOLAPI = { key: 'NCSTESTKEY', secret: 'a-secret-of-solapi' };
const TEMPLATE = 'KA01TP221027002252645FPwAcO9SguY';

interface Asked {
  path: string;
  authorization: string;
  body: any;
}

/** SOLAPI's side: what it was asked, and what it is to answer. */
const asked: Asked[] = [];
let answers: { status: number; body: object };
const ACCEPTED = {
  status: 200,
  body: { groupInfo: { count: { total: 1, registeredFailed: 0 } }, failedMessageList: [] },
};
let solapi: Server;

const receivers: Receiver[] = [];

let stack: TestStack;
let admin: TestClient;
beforeAll(async () => {
  solapi = createServer((req, res) => {
    void readBody(req).then((body) => {
      asked.push({
        path: `${req.method} ${req.url}`,
        authorization: req.headers.authorization ?? '',
        body: JSON.parse(body),
      });
      res.writeHead(answers.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answers.body));
    });
  });
  await new Promise<void>((resolve) => solapi.listen(0, '127.0.0.1', resolve));
  stack = await startStack({
    listeners: LISTENERS,
    without: [...SERVICES, 'views'],
    env: {
      SOLAPI_API_KEY: SOLAPI.key,
      SOLAPI_API_SECRET: SOLAPI.secret,
      KAKAO_PFID: 'KA01PF190626020502205cl0mYSoplA2',
      KAKAO_FROM: '0212345678',
      KAKAO_TEMPLATES: `movie.booked=${TEMPLATE},payment.topped-up=${TEMPLATE}X,notification.contact-code=${TEMPLATE}C`,
      NODE_OPTIONS: `--import ${join(ROOT, 'tests', 'notification', 'solapi-detour.mjs')}`,
      SOLAPI_DETOUR: `http://127.0.0.1:${(solapi.address() as AddressInfo).port}`,
    },
  });
  admin = await stack.signIn({ roles: ['admin'] });
});
beforeEach(() => {
  answers = ACCEPTED;
  asked.length = 0;
});
afterAll(async () => {
  await stack.stop();
  await Promise.all(receivers.map((receiver) => receiver.close()));
  solapi.closeAllConnections();
  await new Promise((resolve) => solapi.close(resolve));
});

async function readBody(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const booked = async ({ user }: TestClient, type = 'movie.booked') => {
  const data = { movieName: '기생충', seats: ['1A', '2B'], totalPrice: 20_000, refunded: 0 };
  const [id] = await tell(stack, { type, subject: 'bkg_1', customer: user, data });
  return id!;
};

/** Somebody who has confirmed their phone by the code that came to it. */
async function withPhone(): Promise<TestClient> {
  const who = await stack.signIn();
  await who.call('PUT', '/v1/me/contact', { phone: '010-1234-5678' });
  expect((await who.post('/v1/me/contact/codes', { contact: 'phone' })).status).toBe(200);
  expect(await until(() => asked.length > 0, { withinMs: 20_000, everyMs: 50 })).toBe(true);
  const [{ to, kakaoOptions }] = asked.pop()!.body.messages;
  expect([to, kakaoOptions.templateId]).toEqual(['01012345678', `${TEMPLATE}C`]);
  const code = kakaoOptions.variables['#{code}'];
  const { body } = await who.post('/v1/me/contact/confirmations', { contact: 'phone', code });
  expect(body).toMatchObject({ phone: '01012345678', phoneConfirmed: true });
  return who;
}

test('an Alimtalk goes to whoever left a phone number: the template of its event, signed by our key', async () => {
  const id = await booked(await withPhone());
  const [delivery] = await become(stack, id, 'SENT');
  expect(asked).toHaveLength(1);
  const { path, authorization, body } = asked[0]!;
  expect(path).toBe('POST /messages/v4/send-many/detail');
  expect(body.messages).toEqual([
    {
      to: '01012345678',
      from: '0212345678',
      type: 'ATA',
      kakaoOptions: {
        pfId: 'KA01PF190626020502205cl0mYSoplA2',
        templateId: TEMPLATE,
        variables: {
          '#{movieName}': '기생충',
          '#{seats}': '1A, 2B',
          '#{totalPrice}': '20,000',
          '#{refunded}': '0',
        },
        disableSms: true,
      },
      customFields: { delivery: delivery!.id },
    },
  ]);
  const [, key, date, salt, signature] =
    /^HMAC-SHA256 apiKey=(.*), date=(.*), salt=(.*), signature=(.*)$/i.exec(authorization) ?? [];
  expect(key).toBe(SOLAPI.key);
  expect(signature).toBe(createHmac('sha256', SOLAPI.secret).update(`${date}${salt}`).digest('hex'));
});

test('SOLAPI that fails, or takes no message, is asked again later', async () => {
  const who = await withPhone();
  answers = { status: 500, body: { errorCode: 'InternalError', errorMessage: 'down' } };
  const id = await booked(who, 'payment.topped-up');
  expect(await failedTries(stack, id, 1)).toBe(true);
  answers = {
    status: 200,
    body: {
      groupInfo: { count: { total: 1, registeredFailed: 1 } },
      failedMessageList: [{ to: '01012345678', statusCode: '1062', statusMessage: 'no such sender' }],
    },
  };
  await hasten(stack);
  expect(await failedTries(stack, id, 2)).toBe(true);
  expect(await deliveriesOf(stack, id)).toMatchObject([{ status: 'PENDING' }]);
  answers = ACCEPTED;
  await hasten(stack);
  await become(stack, id, 'SENT');
  expect(asked.at(-1)!.body.messages[0].kakaoOptions.templateId).toBe(`${TEMPLATE}X`);
});

test('nothing goes to a number for an event without a template', async () => {
  const who = await withPhone();
  const cancelled = await booked(who, 'movie.cancelled');
  const id = await booked(who);
  await become(stack, id, 'SENT');
  expect(await deliveriesOf(stack, cancelled)).toEqual([]);
});

const LITERAL = [
  'http://127.0.0.1',
  'http://2130706433',
  'http://0x7f.1',
  'http://0.0.0.0',
  'http://10.1.2.3',
  'http://172.16.0.1',
  'http://192.168.0.1',
  'http://100.64.0.1',
  'http://169.254.169.254/latest/meta-data',
  'https://[::1]',
  'http://[::]',
  'http://[fe80::1]',
  'http://[fd00::1]',
  'http://[::ffff:127.0.0.1]',
  'http://[64:ff9b::7f00:1]',
];

test.each(LITERAL)('%s is not registered', async (url) => {
  const answer = await admin.post(PATH, { url });
  expect([answer.status, answer.body.code]).toEqual([422, 'address-refused']);
});

test('public addresses are registered, by number too', async () => {
  for (const url of ['https://93.184.215.14/hook', 'http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/']) {
    const { status, body } = await admin.post(PATH, { url, events: ['movie.no-show'] });
    expect(status).toBe(201);
    await admin.call('DELETE', `${PATH}/${body.id}`);
  }
});

test('no connection is made to a private address, be it registered by other ways or by a name', async () => {
  const receiver = await Receiver.open();
  const six = await Receiver.open('::1');
  receivers.push(receiver, six);
  const { port } = receiver;
  const urls = [
    `http://127.0.0.1:${port}`,
    `http://[::1]:${six.port}`,
    `http://0.0.0.0:${port}`,
    'http://10.1.2.3',
    'http://169.254.169.254/latest/meta-data',
  ];
  for (const url of urls)
    await stack
      .db('notification.endpoints')
      .insert({ id: typeid('whk').toString(), url, secret: 'whsec_c2VjcmV0', registered_by: 'nobody' });
  for (const url of [`http://localhost:${port}`, `https://localhost:${port}`, `http://localhost:${six.port}`])
    expect((await admin.post(PATH, { url })).status).toBe(201);

  const [id] = await tell(stack, { type: 'payment.captured' });
  const all = () => deliveriesOf(stack, id!);
  const triedAll = async () => (await all()).filter(({ attempts }) => attempts > 0).length === 8;
  expect(await until(triedAll, { withinMs: 15_000 })).toBe(true);
  for (const { last_error } of await all()) expect(last_error).toMatch(/is not allowed/);
  expect([receiver.connections, six.connections]).toEqual([0, 0]);
});

const PRODUCTION = {
  NODE_ENV: 'production',
  TRUST_PROXY_HOPS: '1',
  DATABASE_URL: 'postgres://db/haru',
  TEMPORAL_ADDRESS: 'temporal:7233',
  OIDC_JWKS_URL: 'https://id.example.com/jwks',
  PAYMENT_PROVIDER: 'stripe',
};

test('production does not open the door to private addresses; a channel is set up as a whole', () => {
  expect(configFrom(PRODUCTION).channels).toEqual({
    perHour: 30,
    webhooks: { allowPrivate: false, allowPlain: false },
  });
  expect(() => configFrom({ ...PRODUCTION, WEBHOOK_ALLOW_PRIVATE: 'true' })).toThrow('WEBHOOK_ALLOW_PRIVATE');
  expect(() => configFrom({ SMTP_URL: 'smtp://mail' })).toThrow('MAIL_FROM must be set');
  expect(() => configFrom({ SMTP_URL: 'http://mail', MAIL_FROM: 'a@b.kr' })).toThrow('SMTP_URL');
  expect(() => configFrom({ SOLAPI_API_KEY: 'key' })).toThrow(
    'SOLAPI_API_SECRET, KAKAO_PFID, KAKAO_FROM, KAKAO_TEMPLATES must be set',
  );
  const templates = { KAKAO_PFID: 'p', KAKAO_FROM: '02', KAKAO_TEMPLATES: 'movie.booked' };
  expect(() => configFrom({ SOLAPI_API_KEY: 'key', SOLAPI_API_SECRET: 's', ...templates })).toThrow(
    'event=template',
  );
});
