import type { Deps } from "../../infra/deps.ts";
import { counter, gauge, histogram } from "../../infra/metrics.ts";

/** What an operator watches: are webhooks going out, how fast, and is anything piling up. */
export function webhookMetrics({ metrics }: Pick<Deps, "metrics">) {
  return {
    attempts: counter(metrics, {
      name: "tallystick_webhook_attempts_total",
      help: "Attempts to deliver, by what became of the delivery and the class of the answer",
      labelNames: ["result", "status_class"],
    }),
    troubles: counter(metrics, {
      name: "tallystick_webhook_troubles_total",
      help: "Attempts that failed on the way, by where: name, connect, tls, their time-outs, refused, first_byte_timeout, broken; or whose answer was cut off",
      labelNames: ["reason"],
    }),
    attemptSeconds: histogram(metrics, {
      name: "tallystick_webhook_attempt_duration_seconds",
      help: "From sending to the end of the answer",
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    }),
    deliverySeconds: histogram(metrics, {
      name: "tallystick_webhook_delivery_age_seconds",
      help: "From recording the event to the accepted delivery, retries included",
      buckets: [0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 5, 30, 300, 3600, 86_400],
    }),
    inFlight: gauge(metrics, {
      name: "tallystick_webhook_attempts_in_flight",
      help: "Attempts under way in this process",
    }),
    due: gauge(metrics, {
      name: "tallystick_webhook_deliveries_due",
      help: "Deliveries that should have been sent by now, counted to 10 000 per company",
    }),
    oldestDueSeconds: gauge(metrics, {
      name: "tallystick_webhook_oldest_due_age_seconds",
      help: "How long the longest waiting of them is overdue",
    }),
    dead: counter(metrics, {
      name: "tallystick_webhook_deliveries_dead_total",
      help: "Deliveries that were given up: schedule exhausted, event erased, or a fault on our side",
      labelNames: ["reason"],
    }),
    disabled: counter(metrics, {
      name: "tallystick_webhook_endpoints_disabled_total",
      help: "Endpoints switched off by the dispatcher",
      labelNames: ["reason"],
    }),
  };
}

export type WebhookMetrics = ReturnType<typeof webhookMetrics>;
