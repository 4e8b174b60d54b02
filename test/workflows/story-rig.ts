import { randomBytes, randomUUID } from 'node:crypto';
import type { UpdateDefinition } from '@temporalio/common';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { ActivityInterface } from '@temporalio/common';
import { type TestWorkflowEnvironment, TimeSkippingWorkflowClient } from '@temporalio/testing';
import { DefaultLogger, makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import {
  type CreateAnswer,
  createUpdate,
  type PaymentMemo,
  providerEventSignal,
  WORKFLOW_TYPES,
} from '../../src/contract/workflow';
import { newPayment, type Payment, type PaymentRequest, workflowIdOf } from '../../src/domain/payment';
import type { PaymentStatus } from '../../src/domain/status';
import {
  createPaymentWorkers,
  type PaymentWorkerOptions,
  type PaymentWorkers,
} from '../../src/worker/payment-workers';
import { dataConverter } from '../../src/temporal/data-converter';
import type { EncryptionKey } from '../../src/temporal/payload-encryption';
import { searchAttributeTypes } from '../../src/temporal/search-attributes';
import { startTimeSkippingEnvironment } from '../support/temporal-servers';

// Activities that fail on purpose are no news.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});

type Runnable = Pick<PaymentWorkers, 'run' | 'shutdown'>;

/** A worker with faked activities on a server whose time is skipped. */
export class StoryRig {
  private constructor(
    readonly env: TestWorkflowEnvironment,
    /** Encrypts as every process does; waiting for a result skips time. */
    readonly workflows: TimeSkippingWorkflowClient,
    private readonly stopWorkers: () => Promise<void>,
  ) {}

  /**
   * @param keyRing what everything is encrypted with; keys of its own by default
   * @param createWorkers which workers run; by default all that a process has
   */
  static async start(
    activities: ActivityInterface,
    keyRing: readonly EncryptionKey[] = [{ id: 'test', key: randomBytes(32) }],
    createWorkers: (options: PaymentWorkerOptions) => Promise<Runnable> = createPaymentWorkers,
  ): Promise<StoryRig> {
    const env = await startTimeSkippingEnvironment();
    const { connection, nativeConnection, namespace = 'default' } = env;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: searchAttributeTypes(),
    });
    const workflows = new TimeSkippingWorkflowClient({
      connection,
      namespace,
      dataConverter: dataConverter(keyRing),
    });
    const workers = await createWorkers({
      connection: nativeConnection,
      namespace,
      keyRing,
      activities,
      workflowBundlePath: process.env['HOLDFAST_TEST_WORKFLOW_BUNDLE'],
      beginsWith: () => true,
    });
    const running = workers.run();
    return new StoryRig(env, workflows, () => {
      workers.shutdown();
      return running;
    });
  }

  async stop(): Promise<void> {
    await this.stopWorkers();
    await this.env.teardown();
  }

  newId(): string {
    return newId();
  }

  async request(change: Partial<PaymentRequest> = {}, expiresInMs = 900_000): Promise<PaymentRequest> {
    return requestAt(await this.env.currentTimeMs(), { id: this.newId(), ...change }, expiresInMs);
  }

  /** Asks for a payment the way the API does. */
  create(request: PaymentRequest, updateId = 'key'): Promise<CreateAnswer> {
    const startWorkflowOperation = new WithStartWorkflowOperation(WORKFLOW_TYPES[request.provider], {
      workflowId: workflowIdOf(request.id),
      taskQueue: 'holdfast',
      args: [request],
      memo: { payment: newPayment(request) },
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
    return this.workflows.executeUpdateWithStart(createUpdate, { updateId, startWorkflowOperation });
  }

  /** Starts the payment together with an update. */
  startWith(update: UpdateDefinition<Payment>, request: PaymentRequest): Promise<Payment> {
    const startWorkflowOperation = new WithStartWorkflowOperation(WORKFLOW_TYPES[request.provider], {
      workflowId: workflowIdOf(request.id),
      taskQueue: 'holdfast',
      args: [request],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    return this.workflows.executeUpdateWithStart(update, { startWorkflowOperation });
  }

  /** Starts the payment as a backend inside the namespace may, without waiting for its first answer. */
  start(request: PaymentRequest) {
    return this.workflows.start(WORKFLOW_TYPES[request.provider], {
      workflowId: workflowIdOf(request.id),
      taskQueue: 'holdfast',
      args: [request],
      memo: { payment: newPayment(request) },
    });
  }

  handle(id: string) {
    return this.workflows.getHandle(workflowIdOf(id));
  }

  async memo(id: string): Promise<PaymentMemo> {
    return (await this.handle(id).describe()).memo as unknown as PaymentMemo;
  }

  async payment(id: string): Promise<Payment> {
    return (await this.memo(id)).payment;
  }

  hint(id: string, statement = 'DropPay says GRANTED', eventId: string = randomUUID()): Promise<void> {
    const event = { id: eventId, receivedAt: new Date().toISOString(), statement };
    return this.handle(id).signal(providerEventSignal, event);
  }

  /** The end of the payment; time is skipped until then. */
  async end(id: string): Promise<Payment> {
    return (await this.handle(id).result()) as Payment;
  }

  /** Lets time pass in small steps until the payment has the status. */
  async until(id: string, status: PaymentStatus, withinMs = 3_600_000, stepMs = 5_000): Promise<Payment> {
    for (let waited = 0; ; waited += stepMs) {
      const payment = await this.payment(id);
      if (payment.status === status) return payment;
      if (waited >= withinMs)
        throw new Error(`payment is ${payment.status}, not ${status}, after ${waited} ms`);
      await this.env.sleep(stepMs);
    }
  }
}

function newId(): string {
  return `pay_${randomBytes(20).toString('hex').slice(0, 26)}`;
}

/** A request for a payment, made at that time (epoch milliseconds). */
export function requestAt(
  now: number,
  change: Partial<PaymentRequest> = {},
  expiresInMs = 900_000,
): PaymentRequest {
  return {
    id: newId(),
    caller: 'shop',
    provider: 'droppay-pos',
    connection: 'default',
    amount: 1250,
    currency: 'EUR',
    reference: 'order-1042',
    description: 'Two tickets',
    metadata: {},
    providerOptions: {},
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + expiresInMs).toISOString(),
    urls: {
      webhook: 'https://pay.example/w',
      return: 'https://pay.example/r',
      checkout: 'https://pay.example/c',
    },
    fingerprint: 'fingerprint',
    requestId: randomUUID(),
    ...change,
  };
}
