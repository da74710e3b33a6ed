import type { Config } from '../../config';
import { ACCOUNTS, TEST_CARDS } from '../dev/accounts';
import type { Locale } from '../problem-row';
import { type Html, html } from './html';

/** How the parts are: as /readyz says; undefined where that is not for everyone. */
export type Parts = Record<string, { ok: boolean }> | undefined;

/** What runs here, where it is looked at, who tries it out, and what to type first. */
export function homePage(config: Config, locale: Locale, parts: Parts): Html {
  const words = WORDS[locale];
  const tries = !config.production && config.auth.devSecret !== undefined;
  return html`
    <h1>${words.title}</h1>
    <p class="lead">${words.lead}</p>
    ${parts && partsList(parts, locale)}
    <h2>${words.look}</h2>
    <ul class="cards">
      ${linksOf(config).map(
        ([href, name, what]) =>
          html`<li>
            <a href="${href}">${typeof name === 'string' ? name : name[locale]}</a>
            <p>${what[locale]}</p>
          </li>`,
      )}
    </ul>
    ${tries ? trying(config, locale) : undefined}
  `;
}

function partsList(parts: NonNullable<Parts>, locale: Locale): Html {
  const words = WORDS[locale];
  return html`<p>
    ${Object.entries(parts).map(
      ([name, { ok }], i) =>
        html`${i > 0 ? ' · ' : ''}<span class="${ok ? 'up' : 'down'}"
            >${ok ? '●' : '○'} ${name}${ok ? '' : ` (${words.away})`}</span
          >`,
    )}
  </p>`;
}

/** Address, name, and what is there. Addresses of this machine are shown in development alone. */
function linksOf({ production, ports, external, stripe, provider }: Config) {
  const links: [href: string, name: string | Record<Locale, string>, what: Record<Locale, string>][] = [
    ['/docs', 'API', { ko: '읽고 바로 시험해 보는 문서', en: 'to read and to try' }],
    [
      '/openapi.json',
      'openapi.json',
      { ko: 'OpenAPI 3.1, 코드 생성용', en: 'OpenAPI 3.1, to make clients from' },
    ],
    [
      '/problems',
      { ko: '오류 코드', en: 'Error codes' },
      { ko: '코드마다 뜻과 할 일', en: 'what each means, and what to do' },
    ],
  ];
  if (production) return links;
  if (external.temporal === undefined)
    links.push([
      `http://127.0.0.1:${ports.temporalUi}`,
      'Temporal Web UI',
      { ko: '모든 사가의 단계와 이력', en: 'each saga, step by step' },
    ]);
  if (!stripe)
    links.push([
      `${provider.url}/statement`,
      { ko: '결제사', en: 'Payment provider' },
      { ko: '시뮬레이터의 거래 명세', en: "the simulator's own statement" },
    ]);
  links.push(
    ['/readyz', '/readyz', { ko: '각 부분의 상태', en: 'how each part is' }],
    ['/metrics', '/metrics', { ko: 'Prometheus 지표', en: 'for Prometheus' }],
  );
  return links;
}

function trying({ stripe }: Config, locale: Locale): Html {
  const words = WORDS[locale];
  return html`
    <h2>${words.commands}</h2>
    ${COMMANDS.map(
      ([command, what]) =>
        html`<div class="copy">
          <p>${what[locale]}</p>
          <pre tabindex="0"><code>${command}</code></pre>
          <button type="button" data-copy="${command}">${words.copy}</button>
        </div>`,
    )}
    <h2>${words.accounts}</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">${words.account}</th>
            <th scope="col">${words.does}</th>
            <th scope="col">${words.token}</th>
          </tr>
        </thead>
        <tbody>
          ${ACCOUNTS.map(
            ({ user, roles, does }) =>
              html`<tr>
                <td><code>${user}</code></td>
                <td>${does[locale]}</td>
                <td>
                  <button
                    type="button"
                    data-user="${user}"
                    data-roles="${roles.join(',')}"
                    data-locale="${locale}"
                  >
                    ${words.copyToken}
                  </button>
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p role="status" id="told" data-copied="${words.copied}" data-failed="${words.failed}"></p>
    ${stripe ? undefined : cards(locale)}
  `;
}

function cards(locale: Locale): Html {
  const words = WORDS[locale];
  return html`
    <h2>${words.cards}</h2>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col"><code>payment.token</code></th>
            <th scope="col">${words.what}</th>
          </tr>
        </thead>
        <tbody>
          ${Object.entries(TEST_CARDS).map(
            ([token, what]) =>
              html`<tr>
                <td><code>${token}</code></td>
                <td>${what[locale]}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}

const COMMANDS: [command: string, what: Record<Locale, string>][] = [
  ['npm run book', { ko: '민지로 좌석 하나를 예매합니다', en: 'Books a seat as minji' }],
  [
    'npm run demo',
    {
      ko: '예매, 장애, 환불, 자전거, 식사를 차례로 보여 줍니다',
      en: 'A booking, an outage, a refund, a bike ride and a meal, told step by step',
    },
  ],
  [
    'npm run audit',
    { ko: '돈과 좌석이 모두 맞는지 증명합니다', en: 'Proves that all money and all seats add up' },
  ],
];

const WORDS = {
  ko: {
    title: '하루가 켜져 있습니다',
    lead: '킥보드, 자전거, 영화, 음식, 데이트 코스. 모든 예매와 주문은 끝까지 가거나 스스로 되돌아가는 사가입니다.',
    look: '둘러보기',
    away: '응답 없음',
    commands: '먼저 해 볼 것',
    copy: '복사',
    accounts: '계정',
    account: '이름',
    does: '하는 일',
    token: '로그인',
    copyToken: '토큰 복사',
    copied: '토큰을 복사했습니다. /docs의 Authorize에 붙여 넣으세요',
    failed: '토큰을 받지 못했습니다. 다시 시도해 주세요',
    cards: '시험용 카드',
    what: '결제사의 반응',
  },
  en: {
    title: 'Haru runs',
    lead: 'Kickboards, bikes, cinema, food, date courses. Every booking and order is a saga: it comes about whole, or undoes itself.',
    look: 'Look around',
    away: 'away',
    commands: 'Try first',
    copy: 'Copy',
    accounts: 'Accounts',
    account: 'Name',
    does: 'What they do',
    token: 'Sign in',
    copyToken: 'Copy a token',
    copied: 'The token is copied: paste it into Authorize in /docs',
    failed: 'No token was to be had. Try again',
    cards: 'Test cards',
    what: 'What the provider does',
  },
} as const satisfies Record<Locale, Record<string, string>>;

/** Copies commands and tokens. */
export const HOME_SCRIPT = `
const told = document.getElementById('told');
const tell = (text) => { if (told) told.textContent = text; };
for (const button of document.querySelectorAll('[data-copy]'))
  button.addEventListener('click', () => navigator.clipboard.writeText(button.dataset.copy));
for (const button of document.querySelectorAll('[data-user]'))
  button.addEventListener('click', async () => {
    const { user, roles, locale } = button.dataset;
    const answer = await fetch('/v1/dev/tokens', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user, roles: roles.split(','), locale }),
    });
    if (!answer.ok) return tell(told.dataset.failed);
    await navigator.clipboard.writeText((await answer.json()).token);
    tell(user + ': ' + told.dataset.copied);
  });
`;
