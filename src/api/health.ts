import { type RequestHandler, Router } from 'express';
import type { ApiMetrics } from './metrics';
import type { OpenWorkGauges } from './open-work-gauges';
import type { PaymentStore } from './payment-store';
import { Problem, temporarilyUnavailable } from './problem';
import { addRoute } from './routes';

export interface HealthDependencies {
  store: PaymentStore;
  metrics: ApiMetrics;
  openWork: OpenWorkGauges;
  stopping: AbortSignal;
}

/** `/healthz`: the process runs. `/readyz`: Temporal answers. `/metrics`: Prometheus text. */
export function healthRoutes({ store, metrics, openWork, stopping }: HealthDependencies): Router {
  const router = Router();
  // Anybody may ask, and however many do at once must not make it look as if Temporal were out of reach.
  const isReachable = oneAtATime(() => store.checkReachable());
  const ready: RequestHandler = async (_request, response) => {
    if (stopping.aborted) throw temporarilyUnavailable('this process is stopping');
    await isReachable().catch((error: unknown) => {
      throw error instanceof Problem ? error : temporarilyUnavailable('Temporal is out of reach');
    });
    response.json({ status: 'ready' });
  };
  const scrape: RequestHandler = async (_request, response) => {
    await openWork.refresh();
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  };
  addRoute(router, '/healthz', { get: [(_request, response) => void response.json({ status: 'ok' })] });
  addRoute(router, '/readyz', { get: [ready] });
  addRoute(router, '/metrics', { get: [scrape] });
  return router;
}

/** Whoever asks while an answer is awaited gets that answer. */
function oneAtATime(ask: () => Promise<void>): () => Promise<void> {
  let asking: Promise<void> | undefined;
  return () => (asking ??= ask().finally(() => (asking = undefined)));
}
