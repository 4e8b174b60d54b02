import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { accessTokenSource } from '../../src/activities/access-token-source';
import { hashOfToken } from '../../src/activities/log-in';
import { accessTokenWorkflowId } from '../../src/contract/access-token';
import { ProviderError } from '../../src/providers/provider-error';
import { startTimeSkippingEnvironment } from '../support/temporal-servers';
import { patience } from '../support/patience';

const ACME = { company: 'acme', provider: 'Acme' };
const TASK_QUEUE = 'access-token-source';

jest.setTimeout(patience(60_000));
Runtime.install({ logger: new DefaultLogger('ERROR') });

let env: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
let connection: string;
let logins = 0;
let lifeMs = 3_600_000;
let failure: ApplicationFailure | undefined;

async function logIn(company: string) {
  expect(company).toBe(ACME.company);
  logins += 1;
  if (failure) throw failure;
  const value = `token-${logins}`;
  const expiresAt = new Date(Date.now() + lifeMs).toISOString();
  return { accessToken: { value, expiresAt }, hash: hashOfToken(value) };
}

/** What one worker process has. */
function source(options: { taskQueue?: string; askTimeoutMs?: number } = {}) {
  return accessTokenSource(env.client, ACME, { taskQueue: TASK_QUEUE, ...options });
}

/** How often the keeper has been asked. */
async function asks(): Promise<number> {
  const keeper = env.client.workflow.getHandle(accessTokenWorkflowId(ACME.company, connection));
  const { events } = await keeper.fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes).length;
}

async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof ProviderError) return outcome;
  throw new Error(`expected a ProviderError, got ${String(outcome)}`);
}

beforeAll(async () => {
  env = await startTimeSkippingEnvironment();
  worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: TASK_QUEUE,
    workflowsPath: require.resolve('../../src/workflows/access-token'),
    activities: { logIn },
  });
  running = worker.run();
});

beforeEach(() => {
  connection = randomUUID();
  logins = 0;
  lifeMs = 3_600_000;
  failure = undefined;
});

afterAll(async () => {
  worker.shutdown();
  await running;
  await env.teardown();
});

test('the first call starts the keeper, the next ones ask nobody', async () => {
  const tokens = source();
  await expect(tokens.current(connection)).resolves.toBe('token-1');
  await expect(tokens.current(connection)).resolves.toBe('token-1');
  expect(await asks()).toBe(1);
});

test('callers at the same moment share one request', async () => {
  const tokens = source();
  const values = await Promise.all(Array.from({ length: 50 }, () => tokens.current(connection)));
  expect(new Set(values)).toEqual(new Set(['token-1']));
  expect(await asks()).toBe(1);
});

test('another process reads the memo and asks nobody', async () => {
  await source().current(connection);
  await expect(source().current(connection)).resolves.toBe('token-1');
  expect(await asks()).toBe(1);
});

test('connections do not share tokens', async () => {
  const tokens = source();
  await expect(tokens.current(connection)).resolves.toBe('token-1');
  await expect(tokens.current(randomUUID())).resolves.toBe('token-2');
  await expect(tokens.current(connection)).resolves.toBe('token-1');
});

test('a refused token is replaced once for all who meet the refusal', async () => {
  const tokens = source();
  const refused = await tokens.current(connection);
  const values = await Promise.all(Array.from({ length: 50 }, () => tokens.replace(connection, refused)));
  expect(new Set(values)).toEqual(new Set(['token-2']));
  await expect(tokens.replace(connection, refused)).resolves.toBe('token-2');
  await expect(tokens.current(connection)).resolves.toBe('token-2');
  expect(logins).toBe(2);
  expect(await asks()).toBe(2);
});

test('a token that another process has replaced is not asked for twice', async () => {
  const [one, two] = [source(), source()];
  const refused = await one.current(connection);
  await two.current(connection);
  await expect(one.replace(connection, refused)).resolves.toBe('token-2');
  await expect(two.replace(connection, refused)).resolves.toBe('token-2');
  expect(logins).toBe(2);
});

test('a refusal that meets a request under way for any token still gets another one', async () => {
  const refused = await source().current(connection);
  const tokens = source();
  const [, replaced] = await Promise.all([tokens.current(connection), tokens.replace(connection, refused)]);
  expect(replaced).toBe('token-2');
  await expect(tokens.current(connection)).resolves.toBe('token-2');
});

test('a token that is about to end is not used again', async () => {
  lifeMs = 9_000;
  const tokens = source();
  await expect(tokens.current(connection)).resolves.toBe('token-1');
  lifeMs = 3_600_000;
  await expect(tokens.current(connection)).resolves.toBe('token-2');
  await expect(tokens.current(connection)).resolves.toBe('token-2');
});

test('wrong credentials are told as such, and asked about again by the next call', async () => {
  failure = ApplicationFailure.nonRetryable(
    'Acme, log in: the login credentials are wrong',
    'unauthenticated',
  );
  const tokens = source();
  const error = await errorOf(tokens.current(connection));
  expect(error).toMatchObject({ kind: 'unauthenticated', call: 'log in' });
  expect(error.message).toContain('the login credentials are wrong');
  failure = undefined;
  await expect(tokens.current(connection)).resolves.toBe('token-2');
});

test('without a worker nothing is sent, and the reason is told', async () => {
  const tokens = source({ taskQueue: 'nobody-polls-here', askTimeoutMs: 300 });
  const error = await errorOf(tokens.current(connection));
  expect(error).toMatchObject({ kind: 'not_sent', call: 'log in' });
});

test('without Temporal nothing is sent', async () => {
  const lost = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 200 });
  const tokens = accessTokenSource(new Client({ connection: lost }), ACME, { askTimeoutMs: 300 });
  expect(await errorOf(tokens.current(connection))).toMatchObject({ kind: 'not_sent' });
  await lost.close();
});
