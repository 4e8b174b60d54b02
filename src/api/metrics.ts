import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type ProviderId, PROVIDERS } from '../domain/payment';
import { type InFlightLimits, KINDS_OF_WORK, type KindOfWork } from './in-flight-limit';

const WEBHOOK_RESULTS = [
  'signalled',
  'signalled_late',
  'no_news',
  'not_ours',
  'unreadable',
  'bad_signature',
  'bad_token',
  'unavailable',
] as const;
type WebhookResult = (typeof WEBHOOK_RESULTS)[number];

/** What the API counts. Labels hold routes and codes only, never ids. */
export class ApiMetrics {
  readonly registry = new Registry();
  private readonly durations = new Histogram({
    name: 'holdfast_http_request_duration_seconds',
    help: 'Duration of HTTP requests by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
    registers: [this.registry],
  });
  private readonly webhooks = new Counter({
    name: 'holdfast_webhooks_total',
    help: 'Callbacks of providers by what became of them',
    labelNames: ['provider', 'result'],
    registers: [this.registry],
  });
  private readonly creates = new Counter({
    name: 'holdfast_payment_creates_total',
    help: 'Requests for a payment by outcome: created, replayed, or the code of the refusal',
    labelNames: ['provider', 'outcome'],
    registers: [this.registry],
  });

  private readonly refusals = new Counter({
    name: 'holdfast_overload_refusals_total',
    help: 'Work that was refused because too much of its kind was under way',
    labelNames: ['kind'],
    registers: [this.registry],
  });

  constructor() {
    for (const kind of KINDS_OF_WORK) this.refusals.inc({ kind }, 0);
    collectDefaultMetrics({ register: this.registry });
    // From zero on: whoever watches the increase sees the first one too.
    for (const result of WEBHOOK_RESULTS) {
      for (const provider of PROVIDERS) this.webhooks.inc({ provider, result }, 0);
    }
    this.webhooks.inc({ provider: 'any', result: 'bad_token' }, 0);
  }

  /** A callback arrived; one with a bad token is nobody's: the address may be a stranger's invention. */
  webhook(provider: ProviderId | 'any', result: WebhookResult): void {
    this.webhooks.inc({ provider, result });
  }

  create(provider: string, outcome: string): void {
    this.creates.inc({ provider, outcome });
  }

  overloaded(kind: KindOfWork): void {
    this.refusals.inc({ kind });
  }

  /** Shows how much is under way whenever somebody asks. */
  watch(limits: InFlightLimits): void {
    new Gauge({
      name: 'holdfast_in_flight',
      help: 'Work under way by kind; creates and updates until a worker has taken them on',
      labelNames: ['kind'],
      registers: [this.registry],
      collect() {
        for (const kind of KINDS_OF_WORK) this.set({ kind }, limits[kind].inFlight);
      },
    });
  }

  readonly measure: RequestHandler = (request, response, next) => {
    const started = process.hrtime.bigint();
    response.once('close', () => {
      const route = typeof response.locals['route'] === 'string' ? response.locals['route'] : 'none';
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      this.durations.observe({ method: request.method, route, status: String(response.statusCode) }, seconds);
    });
    next();
  };
}
