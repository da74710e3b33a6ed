import { ask } from '../../engine/http';
import { pause } from '../../engine/wait';
import type { StartedCheckout } from '../../scripts/checkout';
import { Bookings } from '../bookings';
import { lagOf, round } from '../figures';
import type { Cost } from '../turns';

const CUSTOMERS = 100;
/** Seed 003's siege was of a service behind a payment that took so long (milliseconds). */
const SIEGE_LATENCY_MS = [400, 620];
/** Of an act, its tries included. */
const SERVED_WITHIN_MS = 30_000;
const WARM_UP_MS = 2_000;

/** Seed 003's siege: 100 customers who ask again at once, whatever they hear. */
export async function siege({ env }: StartedCheckout, seconds: number): Promise<Cost> {
  const faults = `http://127.0.0.1:${env.PSP_PORT}/faults`;
  await ask(faults, 'PUT', { latencyMs: SIEGE_LATENCY_MS });
  const bookings = await Bookings.open(`http://127.0.0.1:${env.PORT}`);
  const { booked, answers, times, otherTimes } = await bookings.load(CUSTOMERS, {
    warmUpMs: WARM_UP_MS,
    ms: seconds * 1_000,
  });
  await ask(faults, 'DELETE');
  const { 201: made = 0, 503: refused = 0, ...others } = answers;
  const all = times.length + otherTimes.length;
  return {
    'booked a second': round(booked / seconds),
    'booked, % of answers': round((made / all) * 100),
    'refused by 503, % of answers': round((refused / all) * 100),
    'any other answer': Object.values(others).reduce((sum, count) => sum + count, 0),
    'p50 of the booked, ms': lagOf(times).p50,
    'slowest answer, ms': lagOf([...times, ...otherTimes]).max,
  };
}

/** 100 customers who wait for as long as Retry-After says and then try again. */
export async function heeding({ env }: StartedCheckout, seconds: number): Promise<Cost> {
  const bookings = await Bookings.open(`http://127.0.0.1:${env.PORT}`);
  const end = performance.now() + seconds * 1_000;
  const took: number[] = [];
  const refusals: number[] = [];
  let [within, lost] = [0, 0];
  const customer = async () => {
    const book = await bookings.patient();
    while (performance.now() < end) {
      const began = performance.now();
      const until = began + SERVED_WITHIN_MS;
      let isServed = false;
      while (!isServed && performance.now() < until) {
        const asked = performance.now();
        const { status, headers } = await book();
        isServed = status === 201;
        if (isServed) break;
        refusals.push(performance.now() - asked);
        await pause(Number(headers.get('retry-after') ?? 1) * 1_000);
      }
      const now = performance.now();
      if (isServed) took.push(now - began);
      else lost++;
      if (isServed && now <= end) within++;
    }
  };
  await Promise.all(Array.from({ length: CUSTOMERS }, customer));
  const refused = lagOf(refusals);
  return {
    'booked a second': round(within / seconds),
    'acts served within 30 s, %': round((took.length / (took.length + lost)) * 100),
    'p50 of an act with its tries, ms': lagOf(took).p50,
    'refusals an act': round(refusals.length / (took.length + lost)),
    'p50 of a refusal, ms': refused.p50,
    'p99 of a refusal, ms': refused.p99,
    'slowest refusal, ms': refused.max,
  };
}
