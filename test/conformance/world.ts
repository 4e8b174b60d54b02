import { randomBytes, randomUUID } from 'node:crypto';
import { SandboxControl } from '../support/sandbox-control';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { pino } from 'pino';
import { createApp } from '../../src/api/app';
import { createUpdateIdOf, paymentIdOf } from '../../src/api/idempotency';
import { readPaymentRequest, type RequestRules } from '../../src/api/payment-request';
import { PaymentStore } from '../../src/api/payment-store';
import { PaymentTokens } from '../../src/api/payment-tokens';
import { TemporalCalls } from '../../src/api/temporal-calls';
import { HoldfastError, type NewPayment, payments, type Payments } from '../../src/client';
import { sandboxAccounts } from '../../src/config/development-defaults';
import { createPaymentSchema } from '../../src/contract/http';
import { readApiConfig, readWorkerConfig } from '../../src/config/index';
import { type Payment, type ProviderId, referenceAtProvider } from '../../src/domain/payment';
import { startSandbox } from '../../src/sandbox/server';
import { connectClient, connectWorker } from '../../src/temporal/connection';
import { freePort } from '../../src/local/temporal-server';
import { activitiesOf } from '../../src/activities/index';
import { createPaymentWorkers, type PaymentWorkers } from '../../src/worker/payment-workers';
import { accountsAt, sandboxSettings } from '../companies/accounts';
import type { Control } from '../companies/provider-under-test';
import { eventually } from '../support/eventually';
import { createNamespace, sharedDevServerAddress } from '../support/temporal-servers';

const CALLER = 'conformance';

/** Of the connection `quick`: its calls time out soon and its doubts settle soon. */
const WAITS = { callTimeoutMs: 2_000, lifeMs: 2_000, marginMs: 1_000 };

/** What the provider's own books say of one payment, in minor units. */
export interface Books {
  charges: { amountMinor: number }[];
  refunds: { amountMinor: number; status?: string }[];
}

/** API, worker and sandbox in this process, joined by real HTTP and a real Temporal server. */
export class World {
  private constructor(
    readonly apiUrl: string,
    readonly apiKey: string,
    readonly api: Payments,
    private readonly sandbox: { url: string; close(): Promise<void> },
    private readonly tokens: PaymentTokens,
    private readonly workers: PaymentWorkers,
    private readonly running: Promise<void>,
    private readonly server: Server,
    private readonly client: Client,
    private readonly directory: string,
    private readonly rules: RequestRules,
  ) {}

  static async start(): Promise<World> {
    const address = sharedDevServerAddress();
    const namespace = await createNamespace(address, 'conformance');
    const sandbox = await startSandbox({ allowLoopbackHttpWebhooks: true });
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-conformance-'));
    const port = await freePort();
    const apiKey = randomBytes(24).toString('base64url');
    const environment = {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      HOLDFAST_PORT: String(port),
      HOLDFAST_PUBLIC_URL: `http://127.0.0.1:${port}`,
      HOLDFAST_API_KEYS: `${CALLER}:${apiKey}`,
      HOLDFAST_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      HOLDFAST_TOKEN_SECRETS: `t1:${randomBytes(32).toString('base64')}`,
      HOLDFAST_RATE_LIMIT: '0',
      HOLDFAST_MAX_IN_FLIGHT: '1000',
      ...sandboxAccounts(sandbox.url),
      HOLDFAST_CONNECTIONS: join(directory, 'connections.json'),
    };
    writeFileSync(environment.HOLDFAST_CONNECTIONS, JSON.stringify(accountsAt(sandbox.url, 'quick', WAITS)));
    const control = new SandboxControl(sandbox.url);
    for (const [path, told] of Object.entries(sandboxSettings(WAITS))) await control.call('POST', path, told);
    const settings = readApiConfig(environment);
    const workerConfig = readWorkerConfig(environment);
    const { connection, client: workerClient } = await connectWorker(environment, settings.encryptionKeys);
    const workers = await createPaymentWorkers({
      connection,
      namespace,
      keyRing: settings.encryptionKeys,
      activities: activitiesOf(workerConfig, workerClient),
      providerLimits: workerConfig.providerLimits,
    });
    const client = await connectClient(environment, settings.encryptionKeys);
    const server = createServer();
    const app = createApp({ client, settings, logger: pino({ level: 'silent' }) });
    server.on('request', (request, response) => void app(request, response));
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening));
    const apiUrl = `http://127.0.0.1:${port}`;
    const tokens = new PaymentTokens(settings.tokenSecrets);
    const api = payments({ baseUrl: apiUrl, apiKey });
    return new World(
      apiUrl,
      apiKey,
      api,
      sandbox,
      tokens,
      workers,
      workers.run(),
      server,
      client,
      directory,
      settings,
    );
  }

  async stop(): Promise<void> {
    this.workers.shutdown();
    await this.running;
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
    await this.client.connection.close();
    await this.sandbox.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  readonly control: Control = (method, path, body) =>
    new SandboxControl(this.sandbox.url).call(method, path, body);

  newKey(): { key: string; id: string; reference: string } {
    const key = randomUUID();
    const id = paymentIdOf(CALLER, key);
    return { key, id, reference: referenceAtProvider(id) };
  }

  create(order: NewPayment, key: string): Promise<Payment> {
    return this.api.create(order, key);
  }

  /**
   * A payment that may be paid for a shorter time than the API allows: as from a backend that starts workflows itself,
   * which no minimum holds to.
   */
  async createWithLife(lifeMs: number, order: NewPayment, key: string): Promise<Payment> {
    const request = readPaymentRequest(
      createPaymentSchema.parse(order),
      CALLER,
      key,
      this.rules,
      this.tokens,
    );
    const expiresAt = new Date(Date.now() + lifeMs).toISOString();
    const store = new PaymentStore(new TemporalCalls(this.client), () => request);
    const { payment } = await store.create({ ...request, expiresAt }, createUpdateIdOf(key));
    return payment;
  }

  until(id: string, statuses: Payment['status'][], withinMs = 40_000): Promise<Payment> {
    return eventually(
      () => this.api.get(id),
      ({ status }) => statuses.includes(status),
      withinMs,
    );
  }

  callbackUrl(provider: ProviderId, paymentId: string): string {
    return `${this.apiUrl}/webhooks/${provider}/${paymentId}/${this.tokens.sign('webhook', paymentId)}`;
  }

  async problemOf(call: Promise<unknown>): Promise<string | undefined> {
    try {
      await call;
      return undefined;
    } catch (error) {
      if (error instanceof HoldfastError) return error.problem.code;
      throw error;
    }
  }
}
