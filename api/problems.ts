import type { Service } from '../config';
import type { BoxofficeFailure } from '../workflows/boxoffice/contract';
import type { MovieFailure } from '../workflows/movie/contract';
import type { PaymentFailure } from '../workflows/payment/contract';

export const LOCALES = ['ko', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

interface Row {
  status: number;
  title: Record<Locale, string>;
  /** What happened and what to do; `{name}` is filled in from the problem's params. */
  detail: Record<Locale, string>;
  /** Seconds until another try makes sense; sent as Retry-After. */
  retryAfter?: number;
}

type Words = [title: string, detail: string];
const row = (status: number, ko: Words, en: Words, retryAfter?: number): Row => ({
  status,
  title: { ko: ko[0], en: en[0] },
  detail: { ko: ko[1], en: en[1] },
  ...(retryAfter !== undefined && { retryAfter }),
});

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
  'payment-declined': row(
    402,
    ['결제 거절', '결제가 거절되었습니다. 다른 결제 수단으로 다시 시도해 주세요. 청구된 금액은 없습니다.'],
    ['Payment declined', 'The payment was declined and nothing was charged. Try another means of payment.'],
  ),
  forbidden: row(
    403,
    ['권한 없음', '이 작업을 할 수 있는 권한이 없습니다.'],
    ['Forbidden', 'Your account does not have a role that may do this.'],
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

  'seat-taken': row(
    409,
    ['이미 선점된 좌석', '이미 다른 고객이 선택한 좌석입니다: {seats}. 다른 좌석을 골라 주세요.'],
    ['Seat taken', 'Someone else has these seats: {seats}. Choose others.'],
  ),
  'screening-started': row(
    409,
    ['상영 시작', '상영이 이미 시작되어 예매할 수 없습니다. 다른 상영을 골라 주세요.'],
    ['Screening started', 'The screening has started and is no longer sold. Choose another.'],
  ),
  'hall-busy': row(
    409,
    ['상영관 사용 중', '그 시간에는 상영관에 다른 상영이 있습니다. 시간이나 상영관을 바꿔 주세요.'],
    ['Hall busy', 'Another screening has the hall at that time. Choose another time or hall.'],
  ),
  'price-mismatch': row(
    422,
    ['금액 불일치', '보내신 총액이 실제 금액과 다릅니다. 가격을 다시 조회한 뒤 예매해 주세요.'],
    ['Price mismatch', 'The total you sent is not the price. Read the price again before you book.'],
  ),
  'unknown-seat': row(
    422,
    ['없는 좌석', '이 상영에 없는 좌석이 있습니다. 좌석표를 확인해 주세요.'],
    ['Unknown seat', 'The screening does not have every seat you named. Check its seats.'],
  ),
  'unknown-screening': row(
    422,
    ['없는 상영', 'screeningId에 해당하는 상영이 없습니다. 상영 목록을 확인해 주세요.'],
    ['Unknown screening', 'No screening has this screeningId. Check the list of screenings.'],
  ),
  'too-late': row(
    409,
    ['기한 지남', '취소할 수 있는 시간이 지났습니다.'],
    ['Too late', 'The time for this has passed.'],
  ),
  'already-collected': row(
    409,
    ['이미 수령한 티켓', '티켓을 이미 수령한 예매입니다.'],
    ['Already collected', 'The tickets of this booking have been collected.'],
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
  'no-show': row(
    409,
    ['미관람 처리', '티켓을 수령하지 않은 채 상영이 끝난 예매입니다.'],
    ['No-show', 'The screening ended without the tickets being collected.'],
  ),
  'ticket-not-issued': row(
    409,
    ['티켓 미발행', '티켓이 아직 발행되지 않았습니다. 잠시 후 다시 시도해 주세요.'],
    ['Ticket not issued', 'The ticket has not been issued yet. Try again in a moment.'],
  ),
  'refund-refused': row(
    409,
    ['환불 거절', '결제사가 환불을 거절하여 취소되지 않았습니다. 고객센터에 문의해 주세요.'],
    ['Refund refused', 'The payment provider refuses the refund, so nothing was cancelled. Contact support.'],
  ),
  'not-parked': row(
    409,
    ['처리 대기 중이 아님', '이 항목은 운영자의 처리를 기다리고 있지 않습니다. 목록을 다시 조회해 주세요.'],
    ['Not waiting', 'This does not wait for an operator (any more). Read the list again.'],
  ),
  'address-refused': row(
    422,
    ['보낼 수 없는 주소', '내부망 주소로는 웹훅을 보내지 않습니다: {address}. 공개 주소를 등록해 주세요.'],
    ['Address refused', 'Webhooks are not sent to private addresses: {address}. Register a public one.'],
  ),
  'not-failed': row(
    409,
    ['실패한 발송이 아님', '실패(FAILED)로 끝난 발송만 다시 보낼 수 있습니다. 목록을 다시 조회해 주세요.'],
    ['Not failed', 'Only a delivery that has FAILED can be sent again. Read the list again.'],
  ),
  'still-in-doubt': row(
    409,
    [
      '결과 미확인',
      '결제사가 아직 결과를 알려 주지 않아 수동으로 처리하면 돈이 두 번 움직일 수 있습니다. 다시 시도(retry)해 주세요.',
    ],
    [
      'Still in doubt',
      'The provider has not said what it did, so settling by hand might move the money twice. Retry instead.',
    ],
  ),
  'refund-unavailable': row(
    503,
    ['환불 일시 불가', '지금은 환불할 수 없어 취소되지 않았습니다. 잠시 후 다시 시도해 주세요.'],
    [
      'Refund unavailable',
      'Refunds cannot be made right now, so nothing was cancelled. Try again in a moment.',
    ],
    5,
  ),
  'payment-unavailable': row(
    503,
    ['결제 일시 불가', '지금은 결제할 수 없습니다. 이 요청은 성립되지 않았으니 잠시 후 다시 시도해 주세요.'],
    ['Payment unavailable', 'Payments cannot be made right now and nothing was sold. Try again in a moment.'],
    5,
  ),
  'movie-unavailable': row(
    503,
    ['예매 일시 불가', '지금은 영화 예매를 처리할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Movies unavailable', 'Movie bookings cannot be served right now. Try again in a moment.'],
    5,
  ),
  'boxoffice-unavailable': row(
    503,
    ['매표소 일시 불가', '지금은 매표소를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요.'],
    ['Box office unavailable', 'The box office cannot be reached right now. Try again in a moment.'],
    5,
  ),
} satisfies Record<string, Row> &
  // A failure that a workflow may name, and a service that may be down, must have its answer.
  Record<MovieFailure | PaymentFailure | BoxofficeFailure | `${Service}-unavailable`, Row>;

export type ProblemCode = keyof typeof PROBLEMS;
export type ProblemParams = Record<string, string | number | readonly string[]>;

/** One thing wrong with the input: `path` such as "body.seats.0". */
export interface InputError {
  path: string;
  message: string;
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

/** The row of a code: status, words, Retry-After. */
export function problemRow(code: ProblemCode): Row {
  return PROBLEMS[code];
}

/** The body of an application/problem+json answer (RFC 9457). */
export function problemBody(problem: Problem, locale: Locale, requestId: string) {
  const { status, title, detail } = problemRow(problem.code);
  return {
    type: `/problems/${problem.code}`,
    title: title[locale],
    status,
    code: problem.code,
    detail: detail[locale].replace(/\{(\w+)\}/g, (_, name: string) => inWords(problem.params[name])),
    requestId,
    ...(problem.errors && { errors: problem.errors }),
  };
}

const inWords = (value: ProblemParams[string] | undefined): string =>
  Array.isArray(value) ? value.join(', ') : String(value ?? '');
