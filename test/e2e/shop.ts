import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { paymentIdOf } from '../../src/api/idempotency';
import { PaymentTokens } from '../../src/api/payment-tokens';
import { type NewPayment, payments } from '../../src/client';
import { type Payment, referenceAtProvider } from '../../src/domain/payment';
import { LocalSystem, type LocalSystemOptions } from '../../src/local/system';
import type { EncryptionKey } from '../../src/temporal/payload-encryption';
import { freePort } from '../../src/local/temporal-server';
import { eventually } from '../support/eventually';
import { SandboxControl } from '../support/sandbox-control';
import { temporalCliPath } from '../support/temporal-binaries';

/** Facts of DropPay that tests cannot wait for in real time, shortened alike on both sides. */
const PAY_TOKEN_LIFE_MS = 2_000;
const SETTLE_MARGIN_MS = 1_000;

/** A shop asks for as much at once as a test wants. */
const NO_LIMITS = { HOLDFAST_RATE_LIMIT: '0', HOLDFAST_MAX_IN_FLIGHT: '1000' };

export const ORDER: NewPayment = {
  provider: 'droppay-pos',
  amount: 1250,
  currency: 'EUR',
  reference: 'order-1042',
  description: 'Two tickets',
};

/** A running Holdfast with a backend that uses it. */
export class Shop {
  private constructor(
    readonly system: LocalSystem,
    readonly directory: string,
    readonly sandbox: SandboxControl,
  ) {}

  static async open(options: Partial<LocalSystemOptions> = {}): Promise<Shop> {
    const directory = mkdtempSync(join(tmpdir(), 'holdfast-e2e-'));
    const sandboxPort = await freePort();
    const connections = join(directory, 'connections.json');
    const quick = quickDropPay(sandboxPort);
    writeFileSync(
      connections,
      JSON.stringify({ 'droppay-pos': { quick }, 'droppay-acquirer': { granting: granting(quick) } }),
    );
    const system = await LocalSystem.start({
      temporal: { binary: temporalCliPath() },
      directory,
      onDisk: true,
      inherited: process.env,
      ...options,
      ports: { ...options.ports, sandbox: sandboxPort },
      environment: { HOLDFAST_CONNECTIONS: connections, ...NO_LIMITS, ...options.environment },
    });
    const sandbox = new SandboxControl(system.sandboxUrl);
    await sandbox.call('POST', '/droppay/settings', { payTokenLifeMs: PAY_TOKEN_LIFE_MS });
    return new Shop(system, directory, sandbox);
  }

  async close(): Promise<void> {
    await this.system.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }

  get api() {
    return payments({ baseUrl: this.system.apiUrl, apiKey: this.system.apiKey });
  }

  /** A key whose payment's id, and so its reference at the provider, is known before it is asked for. */
  newKey(): { key: string; id: string; reference: string } {
    const key = randomUUID();
    const id = paymentIdOf('development', key);
    return { key, id, reference: referenceAtProvider(id) };
  }

  order(change: Partial<NewPayment> = {}, key: string = randomUUID()): Promise<Payment> {
    return this.api.create({ ...ORDER, connection: 'quick', ...change }, key);
  }

  /** The payment once it has one of these statuses. */
  until(id: string, statuses: Payment['status'][], withinMs = 30_000): Promise<Payment> {
    return eventually(
      () => this.api.get(id),
      ({ status }) => statuses.includes(status),
      withinMs,
    );
  }

  /** Whether the workflow still runs, as Temporal says it. */
  async workflowStatus(workflowId: string): Promise<string> {
    const connection = await Connection.connect({ address: this.system.temporalAddress });
    try {
      const client = new Client({ connection });
      const { workflowExecutionInfo } = await client.workflowService.describeWorkflowExecution({
        namespace: 'default',
        execution: { workflowId },
      });
      return STATUS_NAMES[workflowExecutionInfo?.status ?? 0] ?? 'UNKNOWN';
    } finally {
      await connection.close();
    }
  }

  /** The key ring of the running system. */
  encryptionKeys(): EncryptionKey[] {
    const [id = '', key = ''] = (this.secrets()['HOLDFAST_ENCRYPTION_KEYS'] ?? '').split(':');
    return [{ id, key: Buffer.from(key, 'base64') }];
  }

  /** The pay token that DropPay gives for a granted payment, read as the merchant would. */
  async payToken(paymentId: string): Promise<string> {
    const { authorizations } = await this.sandbox.ledger(paymentId);
    const base = `${this.system.sandboxUrl}/droppay`;
    const login = await fetch(`${base}/oa2/v1/ac/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        grant_type: 'authorization_code',
        code: 'sandbox-connection',
        client_id: 'sandbox-app',
        client_secret: 'sandbox-secret',
        scope: 'app',
      }),
    });
    const { access_token: token } = (await login.json()) as { access_token: string };
    const read = await fetch(`${base}/shop/v1/pos/authorization/${authorizations[0]?.id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    return ((await read.json()) as { pay_token: { val: string } }).pay_token.val;
  }

  private secrets(): Record<string, string> {
    return JSON.parse(readFileSync(join(this.directory, 'secrets.json'), 'utf8')) as Record<string, string>;
  }

  /** The callback address of a payment, as the provider was given it. */
  callbackUrl(paymentId: string): string {
    const secrets = JSON.parse(readFileSync(join(this.directory, 'secrets.json'), 'utf8')) as Record<
      string,
      string
    >;
    const [id = '', key = ''] = (secrets['HOLDFAST_TOKEN_SECRETS'] ?? '').split(':');
    const token = new PaymentTokens([{ id, key: Buffer.from(key, 'base64') }]).sign('webhook', paymentId);
    return `${this.system.apiUrl}/webhooks/droppay-pos/${paymentId}/${token}`;
  }

  /** Sends a webhook body to a payment's own callback address, as the provider or a stranger would. */
  async callback(url: string, body: unknown): Promise<number> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    await response.text();
    return response.status;
  }
}

const STATUS_NAMES: Readonly<Record<number, string>> = {
  1: 'RUNNING',
  2: 'COMPLETED',
  3: 'FAILED',
  5: 'TERMINATED',
};

/** An Acquirer device that grants what it creates. */
function granting(quick: ReturnType<typeof quickDropPay>) {
  const assumed = { ...quick.assumed, acquirerCreatedGranted: true };
  return { ...quick, acquirerPosId: 'POSSANDBOXACQ1', assumed };
}

function quickDropPay(sandboxPort: number) {
  return {
    baseUrl: `http://127.0.0.1:${sandboxPort}/droppay`,
    clientId: 'sandbox-app',
    clientSecret: 'sandbox-secret',
    connectionCode: 'sandbox-connection',
    posId: 'POSSANDBOX1',
    callTimeoutMs: 2_000,
    assumed: { payTokenLifeMs: PAY_TOKEN_LIFE_MS, settleMarginMs: SETTLE_MARGIN_MS },
  };
}
