import type { Config } from '../config';

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface Api {
  call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
    withinMs?: number,
  ): Promise<Answer<T>>;
}

/** Where the API answers on this machine. */
export const originOf = ({ host, ports }: Pick<Config, 'host' | 'ports'>): string =>
  `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${ports.api}`;

/** A development token. @throws Error when the API gives none */
export async function tokenOf(origin: string, user: string, roles: readonly string[]): Promise<string> {
  const wanted = { user, roles, locale: 'en' };
  const { body, status } = await ask<{ token?: string }>(`${origin}/v1/dev/tokens`, 'POST', wanted);
  if (body.token === undefined)
    throw new Error(`POST /v1/dev/tokens answered ${status}: ${JSON.stringify(body)}`);
  return body.token;
}

/** Speaks to the API as a browser would, with a development token of the user. */
export async function signIn(origin: string, user: string, roles: readonly string[]): Promise<Api> {
  const authorization = `Bearer ${await tokenOf(origin, user, roles)}`;
  return {
    call: (method, path, content, headers, withinMs) =>
      ask(`${origin}${path}`, method, content, { authorization, ...headers }, withinMs),
  };
}

/** @throws Error when nobody answers in time */
export async function ask<T>(
  url: string,
  method = 'GET',
  body?: unknown,
  headers: Record<string, string> = {},
  withinMs = 10_000,
): Promise<Answer<T>> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(withinMs),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) as T };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
