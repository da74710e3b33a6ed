import { html } from '../../api/pages/html';
import { codeOf, type ProblemCode, PROBLEMS } from '../../api/problems';
import { ACCOUNTS, TEST_CARDS } from '../../api/dev/accounts';
import { type Gateway, openGateway } from './gateway';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await openGateway();
});
afterAll(() => gateway.close());

const page = async (path: string, language?: string, from = gateway) => {
  const headers = language === undefined ? {} : { 'Accept-Language': language };
  const { status, headers: answered, body } = await from.ask('GET', path, { headers });
  return { status, headers: answered, text: String(body) };
};

test('the first page names every account and test card, and each of its links leads somewhere', async () => {
  const { status, headers, text } = await page('/');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  for (const { user } of ACCOUNTS) expect(text).toContain(`data-user="${user}"`);
  for (const token of Object.keys(TEST_CARDS)) expect(text).toContain(`<code>${token}</code>`);
  const links = [...text.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, link]) => link!);
  expect(links).toEqual(expect.arrayContaining(['/docs', '/openapi.json', '/problems', '/pages/home.js']));
  for (const link of links.filter((link) => !['/readyz', '/metrics'].includes(link)))
    expect([link, (await page(link)).status]).toEqual([link, 200]);
});

test('it is read in Korean and in English, and says in which', async () => {
  const [ko, en, chosen] = [await page('/', 'ko'), await page('/', 'en'), await page('/?lang=ko', 'en')];
  expect([ko.headers.get('content-language'), en.headers.get('content-language')]).toEqual(['ko', 'en']);
  expect(ko.text).toContain('하루가 켜져 있습니다');
  expect(en.text).toContain('Haru runs');
  expect(chosen.text).toContain('<html lang="ko">');
});

test('in production it offers no account, no card and no address of the inside', async () => {
  const closed = await openGateway({
    NODE_ENV: 'production',
    OIDC_JWKS_URL: 'https://issuer.example.com/keys',
    TRUST_PROXY_HOPS: '1',
    TEMPORAL_ADDRESS: 'temporal.example.com:7233',
    PAYMENT_PROVIDER_URL: 'https://pay.example.com',
  });
  try {
    const { status, text } = await page('/', 'en', closed);
    expect(status).toBe(200);
    for (const hidden of ['data-user', 'tok_ok', '127.0.0.1', 'metrics']) expect(text).not.toContain(hidden);
  } finally {
    await closed.close();
  }
});

test('every problem has the page that its type names, in both languages; another code has none', async () => {
  for (const code of Object.keys(PROBLEMS) as ProblemCode[])
    for (const locale of ['ko', 'en'] as const) {
      const { status, text } = await page(`/problems/${codeOf(code)}`, locale);
      expect([code, status]).toEqual([code, 200]);
      expect(text).toContain(PROBLEMS[code].title[locale].replaceAll("'", '&#39;'));
      expect(text).not.toMatch(/\{\w+\}|undefined/);
    }
  const { body } = await gateway.ask('GET', '/v1/nothing');
  expect((await page(body.type as string)).status).toBe(200);
  expect((await page('/problems/no-such-code')).status).toBe(404);
  const { text } = await page('/problems', 'en');
  for (const code of Object.keys(PROBLEMS) as ProblemCode[])
    expect(text).toContain(`/problems/${codeOf(code)}?`);
});

test('a page runs scripts of ours alone, and what is filled in is text', async () => {
  const { headers } = await page('/');
  expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  expect(headers.get('content-security-policy')).not.toContain('unsafe');
  const evil = `<script>alert("1 & '2'")</script>`;
  expect(html`<p title="${evil}">${evil}</p>`.text).not.toMatch(/<script|"1|'2/);
  expect((await page('/problems/%3Cscript%3E')).status).toBe(404);
});
