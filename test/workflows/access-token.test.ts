import { createHash, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  Connection,
  WithStartWorkflowOperation,
  type WorkflowHandleWithFirstExecutionRunId,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { FreshAccessToken } from '../../src/activities/log-in';
import {
  ACCESS_TOKEN_WORKFLOW,
  type AccessToken,
  type AccessTokenMemo,
  accessTokenUpdate,
  accessTokenWorkflowId,
} from '../../src/contract/access-token';
import { startProcess } from '../../src/local/processes';
import { freePort } from '../../src/local/temporal-server';
import { temporalCliPath } from '../support/temporal-binaries';
import { startTimeSkippingEnvironment } from '../support/temporal-servers';

const TASK_QUEUE = 'access-tokens';
const COMPANY = 'acme';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

Runtime.install({ logger: new DefaultLogger('ERROR') });

/** A company's login: `token-1`, `token-2` …, living an hour unless a test says otherwise. */
class FakeLogin {
  count = 0;
  lifeMs = HOUR;
  failure: ApplicationFailure | undefined;
  sameTokenAlways = false;
  now: () => Promise<number> = () => Promise.resolve(Date.now());

  readonly logIn = async (company: string): Promise<FreshAccessToken> => {
    expect(company).toBe(COMPANY);
    this.count += 1;
    if (this.failure) throw this.failure;
    const value = this.sameTokenAlways ? 'token' : `token-${this.count}`;
    const expiresAt = new Date((await this.now()) + this.lifeMs).toISOString();
    return { accessToken: { value, expiresAt }, hash: hashOf(value) };
  };
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}

class Keeper {
  readonly connection = randomUUID();
  readonly workflowId = accessTokenWorkflowId(COMPANY, this.connection);

  constructor(private readonly client: Client) {}

  ask(staleTokenHash: string | null = null): Promise<AccessToken> {
    const startWorkflowOperation = new WithStartWorkflowOperation(ACCESS_TOKEN_WORKFLOW, {
      workflowId: this.workflowId,
      taskQueue: TASK_QUEUE,
      args: [COMPANY, this.connection],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    return this.client.workflow.executeUpdateWithStart(accessTokenUpdate, {
      updateId: randomUUID(),
      args: [staleTokenHash],
      startWorkflowOperation,
    });
  }

  async failure(staleTokenHash: string | null = null): Promise<ApplicationFailure> {
    const error = await this.ask(staleTokenHash).catch((reason: unknown) => reason);
    if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure)
      return error.cause;
    throw new Error(`expected a failed update, got ${JSON.stringify(error)}`);
  }

  startWith(carried: FreshAccessToken): Promise<WorkflowHandleWithFirstExecutionRunId> {
    return this.client.workflow.start(ACCESS_TOKEN_WORKFLOW, {
      workflowId: this.workflowId,
      taskQueue: TASK_QUEUE,
      args: [COMPANY, this.connection, carried],
    });
  }

  async memo(): Promise<AccessTokenMemo> {
    return (await this.description()).memo as unknown as AccessTokenMemo;
  }

  description() {
    return this.client.workflow.getHandle(this.workflowId).describe();
  }
}

function keeperWorker(connection: NativeConnection, login: FakeLogin): Promise<Worker> {
  return Worker.create({
    connection,
    taskQueue: TASK_QUEUE,
    workflowsPath: require.resolve('../../src/workflows/access-token'),
    activities: { logIn: login.logIn },
  });
}

describe('the keeper of an access token', () => {
  let env: TestWorkflowEnvironment;
  let worker: Worker;
  let running: Promise<void>;
  let keeper: Keeper;
  const login = new FakeLogin();

  beforeAll(async () => {
    env = await startTimeSkippingEnvironment();
    worker = await keeperWorker(env.nativeConnection, login);
    running = worker.run();
  });

  beforeEach(() => {
    Object.assign(login, new FakeLogin(), {
      logIn: login.logIn,
      now: () => env.currentTimeMs(),
    });
    keeper = new Keeper(env.client);
  });

  afterEach(async () => {
    await env.client.workflow.getHandle(keeper.workflowId).terminate();
  });

  afterAll(async () => {
    worker.shutdown();
    await running;
    await env.teardown();
  });

  test('logs in once, however many ask at once', async () => {
    const tokens = await Promise.all(Array.from({ length: 8 }, () => keeper.ask()));
    expect(tokens.map(({ value }) => value)).toEqual(Array(8).fill('token-1'));
    expect(login.count).toBe(1);
  });

  test('shows the token in its memo', async () => {
    const token = await keeper.ask();
    expect(await keeper.memo()).toEqual({ accessToken: token });
  });

  test('never hands out again what was refused, and logs in once for all who say so', async () => {
    await keeper.ask();
    const refused = hashOf('token-1');
    const tokens = await Promise.all(Array.from({ length: 8 }, () => keeper.ask(refused)));
    expect(tokens.map(({ value }) => value)).toEqual(Array(8).fill('token-2'));
    expect((await keeper.ask(refused)).value).toBe('token-2');
    expect((await keeper.ask()).value).toBe('token-2');
    expect(login.count).toBe(2);
    expect((await keeper.memo()).accessToken.value).toBe('token-2');
  });

  test('fails those who ask when the company gives the refused token again', async () => {
    login.sameTokenAlways = true;
    await keeper.ask();
    expect(await keeper.failure(hashOf('token'))).toMatchObject({ type: 'unauthenticated' });
    expect(login.count).toBe(2);
  });

  test('replaces the token a minute before it ends, without being asked', async () => {
    await keeper.ask();
    await env.sleep(HOUR - MINUTE - 5_000);
    expect(login.count).toBe(1);
    await env.sleep(10_000);
    expect(login.count).toBe(2);
    expect((await keeper.memo()).accessToken.value).toBe('token-2');
    await env.sleep(3 * HOUR);
    expect(login.count).toBe(5);
  });

  test('counts the time from a token that was replaced on request', async () => {
    await keeper.ask();
    await env.sleep(HOUR / 2);
    await keeper.ask(hashOf('token-1'));
    await env.sleep(HOUR - MINUTE - 5_000);
    expect(login.count).toBe(2);
    await env.sleep(10_000);
    expect(login.count).toBe(3);
  });

  test('replaces a token of short life after half of it', async () => {
    login.lifeMs = 20_000;
    await keeper.ask();
    await env.sleep(105_000);
    expect(login.count).toBe(11);
  });

  test('with wrong credentials tells who asks, and tries again only for the next who asks', async () => {
    login.failure = ApplicationFailure.nonRetryable('the login credentials are wrong', 'unauthenticated');
    const failure = await keeper.failure();
    expect(failure).toMatchObject({ type: 'unauthenticated', message: 'the login credentials are wrong' });
    await env.sleep(24 * HOUR);
    expect(login.count).toBe(1);
    await keeper.failure();
    expect(login.count).toBe(2);
    login.failure = undefined;
    expect((await keeper.ask()).value).toBe('token-3');
    await env.sleep(HOUR);
    expect(login.count).toBe(4);
  });

  test('with credentials that became wrong keeps the token to its end and stops refreshing', async () => {
    await keeper.ask();
    login.failure = ApplicationFailure.nonRetryable('the login credentials are wrong', 'unauthenticated');
    await env.sleep(HOUR - 30_000);
    expect(login.count).toBe(2);
    expect((await keeper.ask()).value).toBe('token-1');
    await env.sleep(24 * HOUR);
    expect(login.count).toBe(2);
  });

  test('outlives a company that does not answer: refreshes later, hands the old token out meanwhile', async () => {
    await keeper.ask();
    login.failure = ApplicationFailure.create({ message: 'HTTP 503', type: 'unavailable' });
    await env.sleep(HOUR - 35_000);
    expect(login.count).toBeGreaterThan(1);
    expect((await keeper.ask()).value).toBe('token-1');
    login.failure = undefined;
    await env.sleep(20_000);
    const { value } = (await keeper.memo()).accessToken;
    expect(value).not.toBe('token-1');
    expect((await keeper.ask()).value).toBe(value);
  });

  test('gives up on an ask after its time, and serves the next', async () => {
    login.failure = ApplicationFailure.create({ message: 'HTTP 503', type: 'unavailable' });
    const asked = keeper.failure();
    await env.sleep(30_000);
    expect((await asked).type).toBe('unavailable');
    login.failure = undefined;
    await expect(keeper.ask()).resolves.toMatchObject({ value: expect.stringMatching(/^token-/) });
  });

  test('goes on with the token of the run before', async () => {
    const expiresAt = new Date((await env.currentTimeMs()) + HOUR).toISOString();
    const accessToken = { value: 'carried', expiresAt };
    await keeper.startWith({ accessToken, hash: hashOf('carried') });
    expect(await keeper.ask()).toEqual(accessToken);
    expect(await keeper.memo()).toEqual({ accessToken });
    expect(login.count).toBe(0);
    await env.sleep(HOUR - MINUTE + 5_000);
    expect(login.count).toBe(1);
  });
});

describe('when its history has grown long', () => {
  test('the keeper continues as a new run, with the token and every answer', async () => {
    const server = await startServerWithShortHistories();
    const connection = await Connection.connect({ address: server.address });
    const native = await NativeConnection.connect({ address: server.address });
    const login = new FakeLogin();
    const worker = await keeperWorker(native, login);
    const keeper = new Keeper(new Client({ connection }));
    await worker.runUntil(async () => {
      const first = await keeper.ask();
      const firstRun = (await keeper.description()).runId;
      let token = first;
      for (let asked = 0; asked < 30; asked += 1) {
        const other = await keeper.ask(hashOf(token.value));
        expect(other.value).toBe(`token-${login.count}`);
        token = other;
      }
      expect((await keeper.description()).runId).not.toBe(firstRun);
      expect(await keeper.memo()).toEqual({ accessToken: token });
      expect(await keeper.ask()).toEqual(token);
      expect(login.count).toBe(31);
    });
    await connection.close();
    await native.close();
    await server.stop();
  });
});

/** A dev server that suggests to continue as new after few events; the time-skipping server never does. */
async function startServerWithShortHistories(): Promise<{ address: string; stop(): Promise<void> }> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const { stop } = await startProcess({
    name: 'A dev server that wants short histories',
    command: temporalCliPath(),
    args: ['server', 'start-dev', '--headless', '--port', String(port)].concat(
      ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=60'],
      ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
    ),
    logFile: join(tmpdir(), `temporal-short-histories-${randomUUID()}.log`),
    readyWhen: async () => {
      const connection = await Connection.connect({ address, connectTimeout: 1000 });
      await connection.close();
      return true;
    },
  });
  return { address, stop };
}
