import { type Locale } from '../problem-row';
import { problemExample } from '../problem-example';
import { codeOf, type ProblemCode, PROBLEMS, problemRow } from '../problems';
import { type Html, html } from './html';

/** Codes as callers see them, each with the problems that have it: some have one for each of two statuses. */
const BY_CODE = new Map<string, ProblemCode[]>();
for (const code of Object.keys(PROBLEMS) as ProblemCode[])
  BY_CODE.set(codeOf(code), [...(BY_CODE.get(codeOf(code)) ?? []), code]);

/** All codes by status. */
export function problemsPage(locale: Locale): Html {
  const words = WORDS[locale];
  const rows = [...BY_CODE].flatMap(([code, problems]) =>
    problems.map((problem) => ({ code, ...problemRow(problem) })),
  );
  rows.sort((one, other) => one.status - other.status || one.code.localeCompare(other.code));
  return html`
    <h1>${words.title}</h1>
    <p class="lead">${words.lead}</p>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">${words.status}</th>
            <th scope="col"><code>code</code></th>
            <th scope="col">${words.what}</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ code, status, title }) =>
              html`<tr>
                <td>${status}</td>
                <td>
                  <a href="/problems/${code}?lang=${locale}"><code>${code}</code></a>
                </td>
                <td>${title[locale]}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  `;
}

/** What a code means, what to do, and how it is answered; undefined for a code that there is not. */
export function problemPage(code: string, locale: Locale): { title: string; body: Html } | undefined {
  const problems = BY_CODE.get(code);
  if (!problems) return undefined;
  const body = html`<h1><code>${code}</code></h1>
    ${problems.map((problem) => section(problem, locale))}
    <p><a href="/problems?lang=${locale}">${WORDS[locale].all}</a></p>`;
  return { title: `${code} · Haru`, body };
}

function section(problem: ProblemCode, locale: Locale): Html {
  const words = WORDS[locale];
  const { status, title, retryAfter } = problemRow(problem);
  const answer = problemExample(problem, locale);
  return html`
    <h2>${status} · ${title[locale]}</h2>
    <p>${answer.detail}</p>
    <dl>
      <dt>${words.again}</dt>
      <dd>${again(status, retryAfter, locale)}</dd>
    </dl>
    <pre tabindex="0"><code>${JSON.stringify(answer, null, 2)}</code></pre>
  `;
}

/** Whether the same request is worth sending again, by the contract's rules of Idempotency-Key. */
function again(status: number, retryAfter: number | undefined, locale: Locale): string {
  const words = WORDS[locale];
  if (status === 503 || status === 429) return words.later(retryAfter ?? 1);
  return status >= 500 ? words.report : words.change;
}

const WORDS = {
  ko: {
    title: '오류 코드',
    lead: '모든 오류는 application/problem+json이며 code는 바뀌지 않습니다.',
    status: '상태',
    what: '뜻',
    all: '모든 오류 코드',
    again: '다시 보내도 될까요?',
    later: (seconds: number) =>
      `네. ${seconds}초 뒤에 같은 Idempotency-Key로 다시 보내세요. 두 번 처리되지 않습니다.`,
    report: '같은 Idempotency-Key로 한 번 더 보내고, 계속되면 requestId를 알려 주세요.',
    change: '아니요. 내용이나 상황이 바뀐 뒤에 새 Idempotency-Key로 보내세요.',
  },
  en: {
    title: 'Error codes',
    lead: 'Every error is application/problem+json, and its code is stable.',
    status: 'Status',
    what: 'What it means',
    all: 'All error codes',
    again: 'Worth sending again?',
    later: (seconds: number) =>
      `Yes: after ${seconds} s, with the same Idempotency-Key. Nothing is done twice.`,
    report: 'Once more with the same Idempotency-Key; if it stays, quote the requestId.',
    change: 'No: only once the request or the situation is another, with a new Idempotency-Key.',
  },
} as const;
