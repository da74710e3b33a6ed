import type { z } from 'zod';
import type { Locale } from './problem-row';

type Words = Record<Locale, string>;

/** What checks of our own say, by the name that they give as their message. */
const CHECKS = {
  'control characters': { ko: '제어 문자는 쓸 수 없습니다', en: 'Must not contain control characters' },
  NUL: { ko: 'NUL 문자는 쓸 수 없습니다', en: 'Must not contain the NUL character' },
  digits: { ko: '숫자로만 쓴 정수여야 합니다', en: 'Must be a whole number, in digits alone' },
  'visible ASCII': { ko: '공백 없는 ASCII 문자여야 합니다', en: 'Must be visible ASCII characters' },
  'entity tags': { ko: '*이거나 "3" 같은 ETag여야 합니다', en: 'Must be * or entity tags, such as "3"' },
  'event id': { ko: '이벤트의 id여야 합니다', en: 'Must be the id of an event' },
  id: { ko: '이런 대상의 id가 아닙니다', en: 'Is not the id of such a thing' },
  cursor: {
    ko: '이 목록의 커서가 아닙니다. 앞 페이지의 nextCursor를 보내 주세요',
    en: 'Is not a cursor of this list: send the nextCursor of the page before',
  },
  startsAt: { ko: 'startsAt보다 늦어야 합니다', en: 'Must be later than startsAt' },
  'id twice': { ko: '같은 id가 두 번 있습니다', en: 'Names an id twice' },
  'seat twice': { ko: '같은 좌석이 두 번 있습니다', en: 'Names a seat twice' },
  'menu twice': { ko: '같은 메뉴가 두 번 있습니다', en: 'Names a menu twice' },
  'items or one': {
    ko: 'menuId와 quantity를 보내거나 items만 보내 주세요',
    en: 'Send either menuId and quantity, or items',
  },
  'no change': { ko: '바꿀 항목을 하나 이상 보내 주세요', en: 'Send at least one thing to change' },
  picture: {
    ko: 'https URL이거나 /로 시작하는 경로여야 합니다',
    en: 'Must be a URL by https, or a path that begins with /',
  },
  'where once': {
    ko: 'stationId와 location 중 하나만 보내 주세요',
    en: 'Send either stationId or location',
  },
  'both degrees': {
    ko: 'location과 함께 lat, lon을 모두 보내 주세요',
    en: 'Send lat and lon together, with location',
  },
  near: {
    ko: '37.3660,127.1084처럼 위도,경도여야 합니다',
    en: 'Must be lat,lon, such as 37.3660,127.1084',
  },
  'within near': { ko: 'near와 함께 보내 주세요', en: 'Must be sent with near' },
  bbox: {
    ko: '127.10,37.34,127.13,37.41처럼 최소 경도,최소 위도,최대 경도,최대 위도여야 합니다',
    en: 'Must be minLon,minLat,maxLon,maxLat, such as 127.10,37.34,127.13,37.41',
  },
  password: { ko: 'URL에 비밀번호를 넣을 수 없습니다', en: 'Must not contain a password' },
  phone: {
    ko: '010-1234-5678 같은 휴대전화 번호여야 합니다',
    en: 'Must be a Korean mobile number, such as 010-1234-5678',
  },
  code: { ko: '여섯 자리 숫자여야 합니다', en: 'Must be six digits' },
  'unknown field': { ko: '알 수 없는 항목입니다', en: 'Unknown field' },
  'percent-encoding': { ko: '퍼센트 인코딩이 올바르지 않습니다', en: 'Is not valid percent-encoding' },
  'no object': { ko: 'JSON 객체여야 합니다', en: 'Must be a JSON object' },
  unreadable: { ko: '본문을 읽을 수 없습니다', en: 'Cannot be read' },
} as const satisfies Record<string, Words>;

type Check = keyof typeof CHECKS;

/** The message of a check of our own; `spoken` puts it into words. */
export const says = (check: Check): Check => check;

/** A message in the caller's language: of a check of our own, of both languages, or said already. */
export function spoken(message: string | Words, locale: Locale): string {
  if (typeof message === 'object') return message[locale];
  return Object.hasOwn(CHECKS, message) ? CHECKS[message as Check][locale] : message;
}

export const notJson = ({ line, column }: { line: number; column: number }): Words => ({
  ko: `${line}번째 줄 ${column}번째 글자부터 JSON이 아닙니다`,
  en: `Is not valid JSON from line ${line}, column ${column} on`,
});

const REQUIRED: Words = { ko: '필수 항목입니다', en: 'Required' };
const WRONG: Words = { ko: '형식이 올바르지 않습니다', en: 'Is malformed' };

const TYPES: Partial<Record<string, Words>> = {
  string: { ko: '문자열이어야 합니다', en: 'Must be a string' },
  number: { ko: '숫자여야 합니다', en: 'Must be a number' },
  int: { ko: '정수여야 합니다', en: 'Must be a whole number' },
  boolean: { ko: 'true 또는 false여야 합니다', en: 'Must be true or false' },
  array: { ko: '목록이어야 합니다', en: 'Must be a list' },
  object: { ko: '객체여야 합니다', en: 'Must be an object' },
};
const FORMATS: Partial<Record<string, Words>> = {
  datetime: {
    ko: '2025-01-31T09:00:00Z 같은 UTC 시각이어야 합니다',
    en: 'Must be a time in UTC, such as 2025-01-31T09:00:00Z',
  },
  email: { ko: '이메일 주소여야 합니다', en: 'Must be an e-mail address' },
  url: { ko: 'https://example.com 같은 URL이어야 합니다', en: 'Must be a URL, such as https://example.com' },
};

/** What would be right in place of what a schema refuses. */
export function wordsOf(issue: z.core.$ZodRawIssue, locale: Locale): string {
  switch (issue.code) {
    case 'invalid_type':
      return (issue.input === undefined ? REQUIRED : (TYPES[issue.expected] ?? WRONG))[locale];
    case 'invalid_value':
      return issue.input === undefined ? REQUIRED[locale] : oneOf(issue.values, locale);
    case 'invalid_union':
      return Array.isArray(issue.options) ? oneOf(issue.options, locale) : WRONG[locale];
    case 'too_small':
      return bounded('at least', Number(issue.minimum), issue.origin, locale);
    case 'too_big':
      return bounded('at most', Number(issue.maximum), issue.origin, locale);
    case 'invalid_format':
      return (FORMATS[issue.format] ?? WRONG)[locale];
    default:
      return WRONG[locale];
  }
}

function oneOf(values: readonly unknown[], locale: Locale): string {
  const named = values.map(String).join(', ');
  return locale === 'ko' ? `다음 중 하나여야 합니다: ${named}` : `Must be one of: ${named}`;
}

const UNITS: Partial<Record<string, { ko: string; one: string; many: string }>> = {
  string: { ko: '자', one: ' character', many: ' characters' },
  array: { ko: '개', one: ' entry', many: ' entries' },
};

function bounded(side: 'at least' | 'at most', bound: number, origin: string, locale: Locale): string {
  const unit = UNITS[origin];
  if (locale === 'en') return `Must be ${side} ${bound}${(bound === 1 ? unit?.one : unit?.many) ?? ''}`;
  return `${bound}${unit?.ko ?? ''} ${side === 'at least' ? '이상이어야' : '이하여야'} 합니다`;
}
