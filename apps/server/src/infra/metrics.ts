import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  readonly registry: Registry;
}

/** `processMetrics` adds memory, CPU and event-loop figures; only a serving process wants them. */
export function createMetrics(options: { readonly processMetrics?: boolean } = {}): Metrics {
  const registry = new Registry();
  if (options.processMetrics === true) collectDefaultMetrics({ register: registry });
  return { registry };
}

interface MetricSpec<Label extends string> {
  /** Snake case with the unit last, e.g. `tallystick_delivery_duration_seconds`. */
  readonly name: string;
  readonly help: string;
  readonly labelNames?: readonly Label[];
}

/** Each feature names its metrics beside its code; asking twice gives the same one. */
export function counter<Label extends string>(metrics: Metrics, spec: MetricSpec<Label>): Counter<Label> {
  const known = metrics.registry.getSingleMetric(spec.name);
  if (known !== undefined) return known as Counter<Label>;
  return new Counter({ ...spec, labelNames: spec.labelNames ?? [], registers: [metrics.registry] });
}

export function gauge<Label extends string>(metrics: Metrics, spec: MetricSpec<Label>): Gauge<Label> {
  const known = metrics.registry.getSingleMetric(spec.name);
  if (known !== undefined) return known as Gauge<Label>;
  return new Gauge({ ...spec, labelNames: spec.labelNames ?? [], registers: [metrics.registry] });
}

export function histogram<Label extends string>(
  metrics: Metrics,
  spec: MetricSpec<Label> & { readonly buckets: readonly number[] },
): Histogram<Label> {
  const known = metrics.registry.getSingleMetric(spec.name);
  if (known !== undefined) return known as Histogram<Label>;
  const { buckets, ...rest } = spec;
  return new Histogram({
    ...rest,
    buckets: [...buckets],
    labelNames: spec.labelNames ?? [],
    registers: [metrics.registry],
  });
}
