import { Router } from 'express';
import { z } from 'zod';
import { factsMatchSchema } from './call-facts';
import type { SandboxClock } from './clock';
import type { CompanyDefinition, CompanyServices } from './company';
import { ControlError, controlBody, controlQuery } from './control-requests';
import { faultRatesSchema } from './fault-rates';
import { faultSchema } from './faults';
import { webhookRuleSchema } from './webhook-rules';

const advanceSchema = z.strictObject({
  advanceMs: z
    .int()
    .min(0)
    .max(10 * 365 * 86_400_000),
});
const callQuerySchema = factsMatchSchema.extend({
  call: z.string().optional(),
  struck: z.literal('true').optional(),
});
const deliveryQuerySchema = factsMatchSchema.omit({ clientId: true });
const replaySchema = z.strictObject({ url: z.string().optional() });
const nothingSchema = z.strictObject({});

/** Control of the whole sandbox: health, clock, reset. */
export function sandboxControlRoutes(
  clock: SandboxClock,
  companies: readonly string[],
  reset: () => void,
): Router {
  const router = Router();
  router.get('/health', (_request, response) => {
    response.json({ status: 'ok', companies });
  });
  router.get('/clock', (_request, response) => {
    response.json({ now: new Date(clock.now()).toISOString() });
  });
  router.post('/clock', (request, response) => {
    clock.advance(controlBody(request, advanceSchema).advanceMs);
    response.json({ now: new Date(clock.now()).toISOString() });
  });
  router.post('/reset', (request, response) => {
    controlBody(request, nothingSchema);
    reset();
    response.json({ reset: true });
  });
  return router;
}

/** Control that every company has alike: faults, calls, webhook rules and deliveries. */
export function companyControlRoutes(definition: CompanyDefinition, services: CompanyServices): Router {
  const router = Router();
  const faultOrder = faultSchema(definition.calls);
  const ruleOrder = webhookRuleSchema(definition.webhookShapes, definition.webhookDestinations);
  const rates = faultRatesSchema(definition.calls, definition.webhookShapes, definition.webhookDestinations);

  router.get('/faults', (_request, response) => {
    response.json({ faults: services.faults.list() });
  });
  router.post('/faults', (request, response) => {
    response.status(201).json(services.faults.add(controlBody(request, faultOrder)));
  });
  router.delete(['/faults', '/faults/:id'], (request, response) => {
    response.json({ cleared: clearedOrMissing(services.faults, 'fault', request.params.id) });
  });

  router.get('/fault-rates', (_request, response) => {
    response.json(services.rates.report());
  });
  router.post('/fault-rates', (request, response) => {
    services.rates.set(controlBody(request, rates));
    response.json(services.rates.report());
  });
  router.delete('/fault-rates', (_request, response) => {
    response.json({ cleared: services.rates.clear() });
  });

  router.get('/calls', (request, response) => {
    response.json(services.calls.find(controlQuery(request, callQuerySchema)));
  });

  router.get('/webhooks/rules', (_request, response) => {
    response.json({ rules: services.rules.list() });
  });
  router.post('/webhooks/rules', (request, response) => {
    response.status(201).json(services.rules.add(controlBody(request, ruleOrder)));
  });
  router.delete(['/webhooks/rules', '/webhooks/rules/:id'], (request, response) => {
    response.json({ cleared: clearedOrMissing(services.rules, 'rule', request.params.id) });
  });
  router.post('/webhooks/flush', async (_request, response) => {
    response.json({ flushed: await services.webhooks.flush() });
  });
  router.get('/webhooks/deliveries', (request, response) => {
    response.json({ deliveries: services.webhooks.find(controlQuery(request, deliveryQuerySchema)) });
  });
  router.post('/webhooks/deliveries/:id/replay', async (request, response) => {
    const { url } = controlBody(request, replaySchema);
    const replayed = await services.webhooks.replay(request.params.id, url);
    if (replayed === undefined) throw new ControlError(404, `There is no delivery "${request.params.id}".`);
    response.json(replayed);
  });
  return router;
}

function clearedOrMissing(
  book: { clear(id?: string): number },
  what: string,
  id: string | string[] | undefined,
): number {
  const wanted = id === undefined ? undefined : String(id);
  const cleared = book.clear(wanted);
  if (wanted !== undefined && cleared === 0) throw new ControlError(404, `There is no ${what} "${wanted}".`);
  return cleared;
}
