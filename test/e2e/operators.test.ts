import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { referenceAtProvider, workflowIdOf } from '../../src/domain/payment';
import { freePort } from '../../src/local/temporal-server';
import { EventBackend } from '../client/event-backend';
import { metricsOfRules } from '../deploy/alert-rules';
import { eventually } from '../support/eventually';
import {
  curlCall,
  perform,
  runbook,
  runbookCommand,
  runbookCommands,
  shellWords,
  type Variables,
} from '../support/runbook';
import { temporalCliPath } from '../support/temporal-binaries';
import { Shop } from './shop';
import { patience } from '../support/patience';

const run = promisify(execFile);
/** The api keeps its counts for 15 s. */
const COUNTS_SHOWN_WITHIN_MS = 40_000;

describe('an operator with the runbook', () => {
  let shop: Shop;
  let backend: EventBackend;
  beforeAll(async () => {
    backend = await EventBackend.start();
    const secrets = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    shop = await Shop.open({
      environment: { HOLDFAST_EVENTS_URL: backend.url, HOLDFAST_EVENTS_SECRETS: secrets },
      ports: { temporalUi: await freePort() },
    });
  });
  afterAll(async () => {
    await shop.close();
    await backend.goAway();
  });

  const variablesFor = (payment: string, refund = 're_none'): Variables => ({
    API: shop.system.apiUrl,
    KEY: shop.system.apiKey,
    PAYMENT: payment,
    REFUND: refund,
    CODEC: `http://127.0.0.1:${shop.system.ports.codec}`,
    WORKER: `http://127.0.0.1:${shop.system.ports.metrics}`,
  });

  const temporalCli = async (...args: string[]) =>
    (await run(temporalCliPath(), [...args, '--address', shop.system.temporalAddress])).stdout;

  /** Runs a `temporal` command of the runbook. */
  async function temporal(command: string, payment = 'pay_none', more: string[] = []): Promise<string> {
    const [, ...args] = shellWords(command, variablesFor(payment));
    return temporalCli(...args, ...more);
  }

  /** Ids of the workflows that a list of the runbook finds. */
  async function listed(command: string): Promise<string[]> {
    const found = JSON.parse((await temporal(command, 'pay_none', ['-o', 'json'])) || '[]') as {
      execution: { workflowId: string };
    }[];
    return found.map(({ execution }) => execution.workflowId);
  }

  const untilListed = (command: string, workflowId: string) =>
    eventually(
      () => listed(command),
      (ids) => ids.includes(workflowId),
    );

  async function answerTo(command: string, payment: string, refund?: string) {
    const { status, text } = await perform(curlCall(command, variablesFor(payment, refund)));
    return { status, body: JSON.parse(text) as Record<string, unknown> };
  }

  async function scrape(): Promise<string> {
    const scrapes = ['$API/metrics', '$WORKER/metrics'].map((path) => runbookCommand(path));
    const answers = await Promise.all(
      scrapes.map((command) => perform(curlCall(command, variablesFor('pay_none')))),
    );
    return answers.map(({ text }) => text).join('\n');
  }

  const untilShown = (sample: string) =>
    eventually(
      async () =>
        (await scrape()).split('\n').filter((line) => line.startsWith(sample.split(/[ {]/)[0] ?? '')),
      (lines) => lines.includes(sample),
      COUNTS_SHOWN_WITHIN_MS,
    );

  async function underReview(): Promise<string> {
    const { id, key, reference } = shop.newKey();
    await shop.sandbox.fault(reference, { call: 'charge', kind: 'override', body: { amount: 99.5 } });
    await shop.order({}, key);
    await shop.sandbox.payer(id, 'approve');
    await shop.until(id, ['needs_review']);
    return id;
  }

  async function paid(): Promise<string> {
    const { id } = await shop.order({ connection: 'default' });
    await shop.sandbox.payer(id, 'approve');
    await shop.until(id, ['succeeded']);
    return id;
  }

  it('finds a payment that needs review, and ends it', async () => {
    const id = await underReview();
    const list = runbookCommand('HoldfastStatus="needs_review" AND ExecutionStatus="Running"');
    await untilListed(list, workflowIdOf(id));
    await untilShown('holdfast_payments_open{provider="droppay-pos",status="needs_review"} 1');
    const resolve = runbookCommand('/resolve"', '"succeeded"', 'the books show 12.50');
    expect(await answerTo(resolve, id)).toMatchObject({ status: 200, body: { status: 'succeeded' } });
    expect(await answerTo(resolve, id)).toMatchObject({ status: 409, body: { code: 'nothing_to_resolve' } });
    await eventually(
      () => shop.workflowStatus(workflowIdOf(id)),
      (status) => status === 'COMPLETED',
    );
    await eventually(
      () => listed(list),
      (ids) => !ids.includes(workflowIdOf(id)),
    );
  });

  it('finds a refund that needs review, and ends it', async () => {
    const id = await paid();
    const reference = referenceAtProvider(id);
    await shop.sandbox.fault(reference, { call: 'refund', kind: 'reset', apply: 'before' });
    const refund = await shop.api.refund(id, {}, `refund-${id}`);
    expect(refund.status).toBe('needs_review');
    await untilListed(runbookCommand('WorkflowType="paymentRefunds"', '"needs_review"'), `refunds/${id}`);
    await untilShown('holdfast_refunds_open{status="needs_review"} 1');
    const resolve = runbookCommand('refunds/$REFUND/resolve', '"succeeded"');
    expect(await answerTo(resolve, id, refund.id)).toMatchObject({
      status: 200,
      body: { status: 'succeeded' },
    });
    await untilShown('holdfast_refunds_open{status="needs_review"} 0');
  });

  it('finds events that are not taken, and they come when the backend is repaired', async () => {
    backend.answer = 500;
    const { id } = await shop.order();
    const list = runbookCommand('WorkflowType="paymentEvents" AND ExecutionStatus="Running"');
    await untilListed(list, `events/${id}`);
    await untilShown('holdfast_event_queues_open 1');
    expect(await scrape()).toMatch(/holdfast_event_tries_total\{.*outcome="not_taken".*\} \d/);
    backend.answer = 204;
    const before = backend.about(id).length;
    await eventually(
      () => Promise.resolve(backend.about(id)),
      (deliveries) => deliveries.length > before,
      60_000,
    );
    expect(new Set(backend.about(id).map((delivery) => delivery.id)).size).toBe(1);
    await shop.api.cancel(id);
  });

  it('finds a payment whose workflow was terminated, and asks the provider for it', async () => {
    const { id } = await shop.order({ provider: 'pomelo', currency: 'GBP', connection: 'default' });
    await temporalCli('workflow', 'terminate', '--workflow-id', workflowIdOf(id), '--reason', 'a mistake');
    await shop.sandbox.call('POST', `/pomelo/payments/${referenceAtProvider(id)}/approve`);
    await untilListed(
      runbookCommand('HoldfastProvider IS NOT NULL', 'ExecutionStatus IN ("Terminated"'),
      workflowIdOf(id),
    );
    await untilShown('holdfast_payments_cut_off{provider="pomelo"} 1');
    expect(await answerTo(runbookCommand('/recheck"'), id)).toMatchObject({
      status: 200,
      body: { status: 'needs_review', review: { reason: 'paid_after_end' }, amountReceived: 1250 },
    });
    const resolve = runbookCommand('/payments/$PAYMENT/resolve"', '"succeeded"');
    expect(await answerTo(resolve, id)).toMatchObject({ status: 200, body: { status: 'succeeded' } });
  });

  it(
    'can run every command of the runbook',
    async () => {
      const id = await paid();
      const refund = await shop.api.refund(id, {}, `refund-${id}`);
      for (const command of new Set(runbookCommands())) {
        if (command.startsWith('temporal ')) await temporal(command, id);
        else {
          const { status, text } = await perform(curlCall(command, variablesFor(id, refund.id)));
          // What is settled is refused in words; what does not exist would be 404, what is wrong 400.
          expect([command, text, [200, 409].includes(status)]).toEqual([command, text, true]);
        }
      }
    },
    patience(120_000),
  );

  it('is shown every metric that rules and runbook name', async () => {
    await temporalCli(
      'workflow',
      'start',
      '--type',
      'unknownToUs',
      '--task-queue',
      'holdfast',
      '--workflow-id',
      'x',
    );
    const named = new Set([
      ...metricsOfRules(),
      ...(runbook().match(/\b(holdfast|temporal)_[a-z_]+\b/g) ?? []),
    ]);
    await eventually(
      async () => {
        const shown = new Set(
          (await scrape()).match(/^[a-z_]+/gm)?.map((name) => name.replace(/_bucket$/, '')),
        );
        return [...named].filter((name) => !shown.has(name));
      },
      (missing) => missing.length === 0,
    );
  });
});
