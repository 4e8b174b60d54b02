import { randomBytes, randomUUID } from 'node:crypto';
import { SandboxControl } from '../support/sandbox-control';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { activitiesOf } from '../../src/activities/index';
import type { ApiSettings } from '../../src/api/app';
import { apiConnections, type Connections } from '../../src/providers/index';
import { sandboxAccounts } from '../../src/config/development-defaults';
import { type Environment, readWorkerConfig } from '../../src/config/index';
import { paymentSchema } from '../../src/contract/http/payment';
import { type Payment, referenceAtProvider, workflowIdOf } from '../../src/domain/payment';
import { createPaymentWorkers, type PaymentWorkers } from '../../src/worker/payment-workers';
import { type Sandbox, startSandbox } from '../../src/sandbox/server';
import { dataConverter } from '../../src/temporal/data-converter';
import { registerSearchAttributes } from '../../src/temporal/search-attributes';
import { eventually } from '../support/eventually';
import { createNamespace, sharedDevServerAddress } from '../support/temporal-servers';
import { type Answer, ApiRig, goodRequest } from './api-rig';

/** What each provider's payment is asked for with. */
export const ORDERS = {
  'droppay-pos': {},
  'droppay-acquirer': { provider: 'droppay-acquirer' },
  payermax: { provider: 'payermax', currency: 'USD', customer: { id: 'u_77', country: 'US' } },
  pomelo: { provider: 'pomelo', currency: 'GBP' },
  etpay: { provider: 'etpay', currency: 'CLP', amount: 15_990 },
} as const;

/** The API with a worker that speaks to the sandbox: everything over real HTTP, on a real Temporal server. */
export class SandboxRig {
  private constructor(
    readonly api: ApiRig,
    readonly client: Client,
    readonly connections: Connections,
    private readonly sandbox: Sandbox,
    private readonly workers: PaymentWorkers,
    private readonly close: () => Promise<void>,
  ) {}

  /** @param more settings beside those of the default accounts */
  static async start(more: (sandboxUrl: string) => Environment = () => ({})): Promise<SandboxRig> {
    const address = sharedDevServerAddress();
    const namespace = await createNamespace(address, 'api');
    const sandbox = await startSandbox({ allowLoopbackHttpWebhooks: true });
    const key = { id: 'k1', key: randomBytes(32) };
    const config = readWorkerConfig({
      HOLDFAST_API_KEYS: `shop:${randomUUID()}`,
      HOLDFAST_ENCRYPTION_KEYS: `${key.id}:${key.key.toString('base64')}`,
      HOLDFAST_TOKEN_SECRETS: `t1:${key.key.toString('base64')}`,
      ...sandboxAccounts(sandbox.url),
      ...more(sandbox.url),
    });
    const connection = await Connection.connect({ address });
    const native = await NativeConnection.connect({ address });
    await registerSearchAttributes(connection, namespace);
    const client = new Client({ connection, namespace, dataConverter: dataConverter([key]) });
    const workers = await createPaymentWorkers({
      connection: native,
      namespace,
      keyRing: [key],
      activities: activitiesOf(config, client),
      providerLimits: config.providerLimits,
    });
    const running = workers.run();
    const { connections } = config;
    const api = await ApiRig.start(client, { connections: apiConnections(connections) });
    return new SandboxRig(api, client, connections, sandbox, workers, async () => {
      await running;
      await native.close();
      await connection.close();
    });
  }

  async stop(): Promise<void> {
    await this.api.stop();
    this.workers.shutdown();
    await this.close();
    await this.sandbox.close();
  }

  get sandboxUrl(): string {
    return this.sandbox.url;
  }

  /** The same API with other settings. */
  anotherApi(change: Partial<ApiSettings>): Promise<ApiRig> {
    const { connections, apiKeys, tokenSecrets } = this.api.settings;
    return ApiRig.start(this.client, { connections, apiKeys, tokenSecrets, ...change });
  }

  control<T>(method: string, path: string, body?: unknown): Promise<T> {
    return new SandboxControl(this.sandbox.url).call<T>(method, path, body);
  }

  async created(provider: keyof typeof ORDERS, change: Record<string, unknown> = {}): Promise<Payment> {
    const { status, body, text } = await this.api.create(goodRequest({ ...ORDERS[provider], ...change }));
    if (status !== 201) throw new Error(text);
    return paymentSchema.parse(body);
  }

  async get({ id }: Payment): Promise<Payment> {
    return paymentSchema.parse((await this.api.call({ path: `/v1/payments/${id}` })).body);
  }

  post({ id }: Payment, call: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.api.call({ method: 'POST', path: `/v1/payments/${id}/${call}`, body, headers });
  }

  refund(payment: Payment, body: unknown, key: string = randomUUID()): Promise<Answer> {
    return this.post(payment, 'refunds', body, { 'idempotency-key': key });
  }

  until(payment: Payment, ...statuses: Payment['status'][]): Promise<Payment> {
    return eventually(
      () => this.get(payment),
      ({ status }) => statuses.includes(status),
    );
  }

  /** Waits until the payment's own workflow has closed. */
  async closed({ id }: Payment): Promise<void> {
    await eventually(
      async () => (await this.client.workflow.getHandle(workflowIdOf(id)).describe()).status.name,
      (name) => name === 'COMPLETED',
    );
  }

  /** Everything that payer and backend do so that it is paid. */
  async paid(payment: Payment): Promise<Payment> {
    const at = `payments/${referenceAtProvider(payment.id)}/approve`;
    if (payment.provider === 'payermax') await this.post(payment, 'confirm', await this.cardOf(payment));
    else if (payment.provider === 'droppay-acquirer') await this.post(payment, 'confirm');
    else if (payment.provider === 'droppay-pos')
      await this.control('POST', `/droppay/authorizations/${referenceAtProvider(payment.id)}/approve`);
    else await this.control('POST', `/${payment.provider}/${at}`);
    return this.until(payment, 'succeeded');
  }

  /** What the card form gives, and what a backend adds. */
  async cardOf({ nextAction }: Payment) {
    if (nextAction?.type !== 'dropin') throw new Error('there is no card form');
    const path = `/payermax/sessions/${nextAction.sessionKey}/payment-token`;
    const { paymentToken } = await this.control<{ paymentToken: string }>('POST', path);
    return { paymentToken, clientIp: '203.0.113.7', userAgent: 'Mozilla/5.0' };
  }

  webhookPath({ id, provider }: Payment, under: string = provider): string {
    return `/webhooks/${under}/${id}/${this.api.tokens.sign('webhook', id)}`;
  }

  /** Has the company send a callback, and tells what it was answered. */
  async callback(company: string, order: Record<string, unknown>): Promise<number | null | undefined> {
    const path = `/${company}/webhooks/send`;
    const { attempts } = await this.control<{ attempts: { statusCode: number | null }[] }>(
      'POST',
      path,
      order,
    );
    return attempts[0]?.statusCode;
  }
}
