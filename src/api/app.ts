import type { Client } from '@temporalio/client';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { checkoutRoutes } from './checkout/checkout';
import { contentSecurityPolicy } from './content-security-policy';
import { docsRoutes } from './docs';
import { endpointRoutes } from './endpoint-routes';
import { ENDPOINTS } from './endpoints';
import { healthRoutes } from './health';
import { type InFlightLimit, inFlightLimits } from './in-flight-limit';
import { ApiMetrics } from './metrics';
import { authentication } from './middleware/authentication';
import { limitPerKey } from './middleware/rate-limits';
import { requestId } from './middleware/request-id';
import { requestLog } from './middleware/request-log';
import { openApiDocument } from './openapi';
import { OpenWorkGauges } from './open-work-gauges';
import { type RequestRules, urlsOf } from './payment-request';
import { PaymentStore } from './payment-store';
import { PaymentTokens, type TokenSecret } from './payment-tokens';
import { answerNotFound, answerProblems } from './problem';
import { RefundStore } from './refund-store';
import { TemporalCalls } from './temporal-calls';
import { webhookRoutes } from './webhooks';

export interface ApiSettings extends RequestRules {
  apiKeys: readonly { name: string; key: string }[];
  tokenSecrets: readonly TokenSecret[];
  rateLimit: number;
  /** Creates, and likewise other updates, at once. */
  maxInFlight: number;
  trustProxy: number;
}

export interface ApiDependencies {
  client: Client;
  settings: ApiSettings;
  logger: Logger;
  /** Aborted when the process stops: held answers are given at once and `/readyz` turns red. */
  stopping?: AbortSignal;
  /** Only tests use another than the one of all workflows. */
  taskQueue?: string;
}

/** The API as an Express application. Never listens, never reads the environment. */
export function createApp({ client, settings, logger, stopping, taskQueue }: ApiDependencies): Express {
  const { connections, publicUrl, notify } = settings;
  const tokens = new PaymentTokens(settings.tokenSecrets);
  const metrics = new ApiMetrics();
  const limits = inFlightLimits(settings.maxInFlight, (kind) => metrics.overloaded(kind));
  metrics.watch(limits);
  const callsWith = (other: InFlightLimit) => new TemporalCalls(client, taskQueue, { ...limits, other });
  const storeWith = (using: TemporalCalls) =>
    new PaymentStore(using, ({ id, provider }) => ({
      urls: urlsOf(id, provider, publicUrl, tokens),
      notify,
    }));
  const calls = callsWith(limits.read);
  const store = storeWith(calls);
  const callbackStore = storeWith(callsWith(limits.callback));
  const healthCalls = callsWith(limits.health);
  const openWork = new OpenWorkGauges(healthCalls, metrics.registry);
  const stop = stopping ?? new AbortController().signal;

  const app = express();
  app.disable('x-powered-by').disable('etag').set('trust proxy', settings.trustProxy);
  app.use(requestId, requestLog(logger), metrics.measure);
  app.use(helmet({ contentSecurityPolicy: false }), (_request, response, next) => {
    response.set('Content-Security-Policy', contentSecurityPolicy());
    next();
  });
  app.use(healthRoutes({ store: storeWith(healthCalls), metrics, openWork, stopping: stop }));
  app.use(docsRoutes(openApiDocument(publicUrl)));
  app.use(webhookRoutes({ store: callbackStore, tokens, metrics, publicUrl, connections }));
  app.use(checkoutRoutes({ store, tokens, connections, stopping: stop }));
  app.use('/v1', authentication(settings.apiKeys), limitPerKey(settings.rateLimit));
  const refunds = new RefundStore(calls);
  const services = { store, refunds, calls, limits, tokens, metrics, rules: settings };
  app.use(endpointRoutes(ENDPOINTS, services, stop));
  app.use(answerNotFound, answerProblems);
  return app;
}
