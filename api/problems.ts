import { type Failure, tableOf } from '../manifests/all';
import type { Down } from '../workflows/services';
import { NOTIFICATION_PROBLEMS } from './notification/problems';
import { type Locale, type Row, row } from './problem-row';
import { spoken } from './validation-words';

/** Every answer that is not a success, in one place: code → HTTP status and words for the caller. */
export const PROBLEMS = {
  'invalid-request': row(
    400,
    ['잘못된 요청', '요청의 형식이 올바르지 않습니다. errors에 적힌 항목을 고쳐 다시 보내 주세요.'],
    ['Invalid request', 'The request is malformed. Correct what errors names and send it again.'],
  ),
  unauthenticated: row(
    401,
    ['로그인 필요', '유효한 토큰이 필요합니다. 다시 로그인한 뒤 Authorization: Bearer 헤더로 보내 주세요.'],
    ['Not signed in', 'A valid token is needed. Sign in again and send it as Authorization: Bearer.'],
  ),
  forbidden: row(
    403,
    ['권한 없음', '이 작업을 할 수 있는 권한이 없습니다.'],
    ['Forbidden', 'Your account may not do this.'],
  ),
  'not-found': row(
    404,
    ['찾을 수 없음', '요청하신 대상을 찾을 수 없습니다. 주소를 확인해 주세요.'],
    ['Not found', 'There is nothing here for you. Check the address.'],
  ),
  'method-not-allowed': row(
    405,
    ['허용되지 않는 메서드', '이 주소에서는 쓸 수 없는 메서드입니다. Allow 헤더를 확인해 주세요.'],
    ['Method not allowed', 'This address does not take that method. The Allow header lists those it takes.'],
  ),
  conflict: row(
    409,
    ['상태 충돌', '현재 상태에서는 처리할 수 없습니다. 최신 상태를 조회한 뒤 다시 시도해 주세요.'],
    ['Conflict', 'This cannot be done in the present state. Read it again before another try.'],
  ),
  'idempotency-in-flight': row(
    409,
    [
      '처리 중인 요청',
      '같은 Idempotency-Key의 요청이 아직 처리 중입니다. 잠시 후 같은 키로 다시 보내 주세요.',
    ],
    [
      'Still in progress',
      'A request with this Idempotency-Key is still running. Ask again with the same key.',
    ],
    1,
  ),
  'precondition-failed': row(
    412,
    [
      '그사이 변경됨',
      '읽으신 뒤에 내용이 변경되었습니다. 다시 조회한 뒤 새 ETag를 If-Match에 담아 보내 주세요.',
    ],
    [
      'Changed meanwhile',
      'It has changed since you read it. Read it again and send its new ETag as If-Match.',
    ],
  ),
  'payload-too-large': row(
    413,
    ['본문이 너무 큼', '요청 본문은 100 kB를 넘을 수 없습니다.'],
    ['Body too large', 'A request body may have at most 100 kB.'],
  ),
  'unsupported-media-type': row(
    415,
    ['지원하지 않는 형식', '본문은 Content-Type: application/json (UTF-8)으로 보내 주세요.'],
    ['Unsupported media type', 'Send the body as Content-Type: application/json in UTF-8.'],
  ),
  'idempotency-mismatch': row(
    422,
    [
      'Idempotency-Key 재사용',
      '이 Idempotency-Key는 다른 내용의 요청에 이미 쓰였습니다. 새 키를 사용해 주세요.',
    ],
    ['Idempotency-Key reused', 'This Idempotency-Key belongs to a request with another body. Use a new key.'],
  ),
  'too-many-requests': row(
    429,
    ['요청이 너무 많음', '요청 한도를 넘었습니다. Retry-After에 적힌 시간 뒤에 다시 시도해 주세요.'],
    ['Too many requests', 'You are over the limit. Try again after the time that Retry-After names.'],
    60,
  ),
  'internal-error': row(
    500,
    ['내부 오류', '예상하지 못한 오류가 발생했습니다. 문의하실 때 requestId를 알려 주세요.'],
    ['Internal error', 'Something unexpected went wrong on our side. Quote the requestId if you contact us.'],
  ),
  unavailable: row(
    503,
    ['일시적으로 이용 불가', '지금은 요청을 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Temporarily unavailable', 'The request cannot be served right now. Try again in a moment.'],
    5,
  ),
  'history-expired': row(
    410,
    ['진행 기록 만료', '보관 기간이 지나 진행 기록이 삭제되었습니다. 결과는 조회할 수 있습니다.'],
    [
      'History expired',
      'The record of steps has been dropped after its retention; the result can still be read.',
    ],
  ),
  'already-cancelled': row(
    409,
    ['이미 취소됨', '이미 취소되었습니다. 더 하실 일은 없습니다.'],
    ['Already cancelled', 'This has been cancelled already; there is nothing left to do.'],
  ),
  cancelled: row(
    409,
    ['취소됨', '취소된 건이라 진행할 수 없습니다.'],
    ['Cancelled', 'This was cancelled and cannot go on.'],
  ),

  ...NOTIFICATION_PROBLEMS,
  ...tableOf('problems'),
} satisfies Record<string, Row> &
  // A failure that a workflow may name, and a service that may be down, must have its answer.
  Record<Failure | Down, Row>;

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemParams = Record<string, string | number | readonly string[]>;

/** One thing wrong with the input: `path` such as "body.seats.0"; the message as `spoken` takes it. */
export interface InputError {
  path: string;
  message: string | Record<Locale, string>;
}

/** Thrown anywhere below a route; becomes the answer that PROBLEMS gives for its code. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** Set when this is the first answer to an Idempotency-Key, given again. */
  replayed = false;

  constructor(
    readonly code: ProblemCode,
    readonly params: ProblemParams = {},
    readonly errors?: InputError[],
  ) {
    super(code);
  }
}

/** Whether a failure's name (of a workflow, a stored answer …) is the code of a problem. */
export function isProblemCode(name: string): name is ProblemCode {
  return Object.hasOwn(PROBLEMS, name);
}

/** The answer for a failure that a saga has written down, or another where that is none that callers know. */
export const problemOf = (
  failure: string | null | undefined,
  otherwise: ProblemCode,
  params: ProblemParams = {},
) => new Problem(failure && isProblemCode(failure) ? failure : otherwise, params);

/** The row of a code: status, words, Retry-After. */
export function problemRow(code: ProblemCode): Row {
  return PROBLEMS[code];
}

/** The code as callers see it. */
export const codeOf = (code: ProblemCode): string => problemRow(code).code ?? code;

/** What callers see of a failure that a saga has written down. */
export const nameOf = (failure: string): string => (isProblemCode(failure) ? codeOf(failure) : failure);

/** The body of an application/problem+json answer (RFC 9457). */
export function problemBody(problem: Problem, locale: Locale, requestId: string) {
  const { status, title, detail } = problemRow(problem.code);
  const code = codeOf(problem.code);
  return {
    type: `/problems/${code}`,
    title: title[locale],
    status,
    code,
    detail: detail[locale].replace(/\{(\w+)\}/g, (_, name: string) => inWords(problem.params[name])),
    requestId,
    ...(problem.errors && {
      errors: problem.errors.map(({ path, message }) => ({ path, message: spoken(message, locale) })),
    }),
  };
}

const inWords = (value: ProblemParams[string] | undefined): string =>
  Array.isArray(value) ? value.join(', ') : String(value ?? '');
