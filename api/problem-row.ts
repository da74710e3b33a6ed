export const LOCALES = ['ko', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** A kind of answer that is not a success. */
export interface Row {
  status: number;
  title: Record<Locale, string>;
  /** What happened and what to do; `{name}` is filled in from the problem's params. */
  detail: Record<Locale, string>;
  /** Seconds until another try makes sense; sent as Retry-After. */
  retryAfter?: number;
  /** The code that callers see, where another problem has it too and the status tells them apart. */
  code?: string;
}

type Words = [title: string, detail: string];
export const row = (status: number, ko: Words, en: Words, retryAfter?: number): Row => ({
  status,
  title: { ko: ko[0], en: en[0] },
  detail: { ko: ko[1], en: en[1] },
  ...(retryAfter !== undefined && { retryAfter }),
});
