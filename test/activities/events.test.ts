import { randomBytes } from 'node:crypto';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment, type TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { Webhook } from 'standardwebhooks';
import { createEventActivities, type EventActivities } from '../../src/activities/events';
import { eventsWorkflowIdOf } from '../../src/contract/workflow';
import type { BackendEvent } from '../../src/domain/backend-event';
import { freePort, impatientConnection } from '../../src/local/temporal-server';
import { dataConverter } from '../../src/temporal/data-converter';
import { type Delivery, EventBackend } from '../client/event-backend';
import { NEW_SECRET, OLD_SECRET, PERSONAL, sampleEvent } from '../client/sample-events';
import { startTimeSkippingEnvironment } from '../support/temporal-servers';
import { patience, scaled } from '../support/patience';

jest.setTimeout(patience(30_000));

const ANSWER_WITHIN_MS = scaled(400);

let env: TestWorkflowEnvironment;
let backend: EventBackend;
let activities: EventActivities;
const log: LogEntry[] = [];

function activitiesFor(url: string | null, answerWithinMs?: number): EventActivities {
  const client = new Client({
    connection: env.connection,
    dataConverter: dataConverter([{ id: 'test', key: randomBytes(32) }]),
  });
  const secrets = [NEW_SECRET, OLD_SECRET];
  return createEventActivities({ client, taskQueue: 'nobody', url, secrets, answerWithinMs });
}

function run<T>(activity: (event: BackendEvent) => Promise<T>, event: BackendEvent): Promise<T> {
  const logger = new DefaultLogger('TRACE', (entry) => log.push(entry));
  return new MockActivityEnvironment({}, { logger }).run(() => activity(event));
}

const send = (event = sampleEvent()) => run((each) => activities.sendEvent(each), event);
const deliver = (event: BackendEvent) => run((each) => activities.deliverEvent(each), event);

async function failureOf(promise: Promise<unknown>): Promise<ApplicationFailure> {
  const outcome = await promise.catch((error: unknown) => error);
  if (outcome instanceof ApplicationFailure) return outcome;
  throw new Error(`expected a failure, got ${String(outcome)}`);
}

function waiting({ paymentId }: BackendEvent) {
  return env.client.workflow.getHandle(eventsWorkflowIdOf(paymentId));
}

function only(): Delivery {
  expect(backend.deliveries).toHaveLength(1);
  return backend.deliveries[0] as Delivery;
}

beforeAll(async () => {
  env = await startTimeSkippingEnvironment();
  backend = await EventBackend.start();
});
beforeEach(() => {
  backend.reset();
  log.length = 0;
  activities = activitiesFor(backend.url, ANSWER_WITHIN_MS);
});
afterAll(async () => {
  await backend.goAway();
  await env.teardown();
});

describe('what is sent', () => {
  test('is the type, the time and the data, and nothing else', async () => {
    const event = sampleEvent();
    await expect(send(event)).resolves.toBe('taken');
    const { id, path, body, headers } = only();
    expect(path).toBe('POST /hooks/path-token');
    expect(headers['content-type']).toBe('application/json');
    expect(id).toBe(event.id);
    expect(JSON.parse(body)).toEqual({ type: event.type, timestamp: event.timestamp, data: event.data });
  });

  test.each([
    ['new', NEW_SECRET],
    ['old', OLD_SECRET],
  ])('is verified by the public library with the %s secret alone', async (_, secret) => {
    const event = sampleEvent();
    await send(event);
    const { body, headers } = only();
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: event.type });
  });

  test('is refused by the public library with another secret', async () => {
    await send();
    const { body, headers } = only();
    const stranger = new Webhook(`whsec_${randomBytes(24).toString('base64')}`);
    expect(() => stranger.verify(body, headers)).toThrow('No matching signature');
  });

  test.each(['body', 'webhook-id', 'webhook-timestamp'])(
    'is refused with one bit of its %s flipped',
    async (part) => {
      await send();
      const { body, headers } = only();
      const flipped = (text: string) =>
        text.slice(0, -2) + String.fromCharCode(text.charCodeAt(text.length - 2) ^ 1) + text.slice(-1);
      const changed = part === 'body' ? headers : { ...headers, [part]: flipped(headers[part] ?? '') };
      expect(() => new Webhook(NEW_SECRET).verify(part === 'body' ? flipped(body) : body, changed)).toThrow(
        'No matching signature found',
      );
    },
  );

  test('has the same id and the same bytes on every try', async () => {
    const event = sampleEvent();
    backend.answer = 500;
    await failureOf(send(event));
    await failureOf(send(JSON.parse(JSON.stringify(event)) as BackendEvent));
    const [first, second] = backend.deliveries;
    expect(second).toMatchObject({ id: event.id, body: first?.body });
  });
});

describe('what counts as taken', () => {
  test.each([200, 201, 202, 204, 299])('%d', async (status) => {
    backend.answer = status;
    await expect(send()).resolves.toBe('taken');
  });

  test('410 is "no more"', async () => {
    backend.answer = 410;
    await expect(send()).resolves.toBe('gone');
  });

  test.each([301, 302, 303, 307, 308, 400, 401, 404, 409, 429, 500, 503])('%d is not', async (status) => {
    backend.answer = { status, headers: { location: backend.url.replace('hooks', 'elsewhere') } };
    const failure = await failureOf(send());
    expect(failure).toMatchObject({ type: 'backend_unavailable', nonRetryable: true });
    expect(failure.message).toBe(`the backend answered ${status}`);
    expect(only().path).toBe('POST /hooks/path-token');
  });

  test('a reset is not', async () => {
    backend.answer = 'reset';
    expect((await failureOf(send())).message).toMatch(/could not be reached \((ECONNRESET|UND_ERR_SOCKET)\)/);
  });

  test('nobody at home is not', async () => {
    await backend.goAway();
    const failure = await failureOf(send());
    await backend.comeBack();
    expect(failure.message).toBe('the backend could not be reached (ECONNREFUSED)');
  });

  test('silence is not: 5 s are waited for an answer', async () => {
    backend.answer = 'hang';
    activities = activitiesFor(backend.url);
    const began = performance.now();
    expect((await failureOf(send())).message).toBe('the backend did not answer within 5000 ms');
    expect(performance.now() - began).toBeGreaterThan(4_900);
    expect(performance.now() - began).toBeLessThan(7_000);
  });

  test('200 with a body that never ends is, and little of it is read', async () => {
    backend.answer = 'endless_body';
    activities = activitiesFor(backend.url);
    const began = performance.now();
    await expect(send()).resolves.toBe('taken');
    expect(performance.now() - began).toBeLessThan(4_000);
    // What the sockets of both sides hold, and no more.
    expect(backend.bytesWritten).toBeLessThan(16 * 1024 * 1024);
  });

  test('200 with a body that stops in the middle is', async () => {
    backend.answer = 'unfinished_body';
    await expect(send()).resolves.toBe('taken');
  });
});

describe('delivering', () => {
  test('an event that is taken leaves nothing behind', async () => {
    const event = sampleEvent();
    await deliver(event);
    expect(only().id).toBe(event.id);
    await expect(waiting(event).describe()).rejects.toThrow(WorkflowNotFoundError);
  });

  test('one that is not waits, and the next of its payment waits behind it without a try', async () => {
    const first = sampleEvent();
    const second = sampleEvent({ paymentId: first.paymentId });
    backend.answer = 503;
    await deliver(first);
    backend.answer = 204;
    await deliver(second);
    expect(only().id).toBe(first.id);
    expect((await waiting(first).describe()).status.name).toBe('RUNNING');
    const { events } = await waiting(first).fetchHistory();
    expect(events?.filter((each) => each.workflowExecutionSignaledEventAttributes)).toHaveLength(2);
  });

  test('another payment does not wait', async () => {
    backend.answer = 503;
    await deliver(sampleEvent());
    backend.answer = 204;
    const other = sampleEvent();
    await deliver(other);
    expect(backend.about(other.paymentId)).toHaveLength(1);
    await expect(waiting(other).describe()).rejects.toThrow(WorkflowNotFoundError);
  });

  test('after 410 nothing more about that payment is sent, and other payments are', async () => {
    backend.answer = 410;
    const first = sampleEvent();
    await deliver(first);
    backend.answer = 204;
    await deliver(sampleEvent({ paymentId: first.paymentId }));
    await deliver(sampleEvent({ paymentId: first.paymentId, type: 'refund.succeeded' }));
    expect(only().id).toBe(first.id);
    const other = sampleEvent();
    await deliver(other);
    expect(backend.about(other.paymentId)).toHaveLength(1);
  });

  test('without an address it fails, to be tried again when there is one: nothing counts as told', async () => {
    activities = activitiesFor(null);
    const event = sampleEvent();
    await expect(deliver(event)).rejects.toMatchObject({ type: 'not_configured', nonRetryable: false });
    expect(backend.deliveries).toEqual([]);
    await expect(waiting(event).describe()).rejects.toThrow(WorkflowNotFoundError);
  });

  test('without Temporal nothing is sent past those that may wait: it fails, to be tried again', async () => {
    const connection = impatientConnection(`127.0.0.1:${await freePort()}`);
    const cutOff = createEventActivities({
      client: new Client({ connection }),
      taskQueue: 'nobody',
      url: backend.url,
      secrets: [NEW_SECRET],
    });
    const soon = connection.withDeadline(Date.now() + 500, () =>
      run((event) => cutOff.deliverEvent(event), sampleEvent()),
    );
    await expect(soon).rejects.not.toBeInstanceOf(WorkflowNotFoundError);
    expect(backend.deliveries).toEqual([]);
    await connection.close();
  });
});

test('neither logs nor failures nor histories hold anything personal or secret', async () => {
  const leaks = [
    ...[PERSONAL.description, PERSONAL.reference, PERSONAL.metadata.note],
    ...['path-token', 'their-words', NEW_SECRET.slice(6), OLD_SECRET.slice(6)],
  ];
  backend.answer = { status: 500, body: `their-words ${JSON.stringify(PERSONAL)}` };
  const event = sampleEvent();
  await deliver(event);
  const failures = [await failureOf(send(event))];
  backend.answer = 'reset';
  failures.push(await failureOf(send(event)));
  backend.answer = 'hang';
  failures.push(await failureOf(send(event)));
  const { events } = await waiting(event).fetchHistory();
  const payloads = (events ?? []).flatMap(
    ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.input?.payloads ?? [],
  );
  expect(payloads).toHaveLength(1);
  expect(log.map(({ message }) => message)).toContain('the backend did not take an event');
  const readable = [
    ...log.map((entry) =>
      JSON.stringify(entry, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    ),
    ...failures.map(
      (failure) => `${failure.message} ${failure.stack} ${JSON.stringify(failure)} ${String(failure.cause)}`,
    ),
    ...payloads.map(({ data }) => Buffer.from(data ?? []).toString('latin1')),
  ].join('\n');
  expect(leaks.filter((leak) => readable.includes(leak))).toEqual([]);
});
