import type { Client } from '@temporalio/client';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { checkoutRoutes } from './checkout/checkout';
import { docsRoutes } from './docs';
import { healthRoutes } from './health';
import { ApiMetrics } from './metrics';
import { authentication } from './middleware/authentication';
import { limitPerKey } from './middleware/rate-limits';
import { requestId } from './middleware/request-id';
import { requestLog } from './middleware/request-log';
import { openApiDocument } from './openapi';
import type { RequestRules } from './payment-request';
import { PaymentStore } from './payment-store';
import { PaymentTokens, type TokenSecret } from './payment-tokens';
import { paymentRoutes } from './payments';
import { answerNotFound, answerProblems } from './problem';
import { webhookRoutes } from './webhooks';

export interface ApiSettings extends RequestRules {
  apiKeys: readonly { name: string; key: string }[];
  tokenSecrets: readonly TokenSecret[];
  rateLimit: number;
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

/** Everything from ourselves, nothing inline: pages show what strangers wrote. */
const CONTENT_SECURITY_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
};

/** The API as an Express application. Never listens, never reads the environment. */
export function createApp({ client, settings, logger, stopping, taskQueue }: ApiDependencies): Express {
  const store = new PaymentStore(client, taskQueue);
  const tokens = new PaymentTokens(settings.tokenSecrets);
  const metrics = new ApiMetrics();
  const stop = stopping ?? new AbortController().signal;

  const app = express();
  app.disable('x-powered-by').disable('etag').set('trust proxy', settings.trustProxy);
  app.use(requestId, requestLog(logger), metrics.measure);
  app.use(helmet({ contentSecurityPolicy: CONTENT_SECURITY_POLICY }));
  app.use(healthRoutes(store, metrics, stop));
  app.use(docsRoutes(openApiDocument(settings.publicUrl)));
  app.use(webhookRoutes({ store, tokens, metrics }));
  app.use(checkoutRoutes({ store, tokens, stopping: stop }));
  app.use('/v1', authentication(settings.apiKeys), limitPerKey(settings.rateLimit));
  app.use(paymentRoutes({ store, tokens, metrics, rules: settings, stopping: stop }));
  app.use(answerNotFound, answerProblems);
  return app;
}
