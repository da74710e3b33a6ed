import { Gauge, type Registry } from 'prom-client';

interface Wanted<Label extends string> {
  name: string;
  help: string;
  labels: readonly Label[];
}

interface Value<Label extends string> {
  labels: Record<Label, string>;
  value: number;
}

/** A gauge whose values are asked for whenever /metrics is: it has none while they cannot be had. */
export function gaugeOf<Label extends string>(
  metrics: Registry,
  { name, help, labels: labelNames }: Wanted<Label>,
  values: () => Promise<readonly Value<Label>[]>,
): void {
  const gauge: Gauge<Label> = new Gauge({
    ...{ name, help, labelNames, registers: [metrics] },
    collect: async () => {
      gauge.reset();
      for (const { labels, value } of await values().catch(() => [])) gauge.set(labels, value);
    },
  });
}
