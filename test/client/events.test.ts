import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { Client } from '@temporalio/client';
import { Webhook } from 'standardwebhooks';
import { createEventActivities } from '../../src/activities/events';
import { EventRefused, verifyEvent } from '../../src/client';
import type { BackendEvent } from '../../src/domain/backend-event';
import { createReceiver, type ReceivedEvent } from '../../src/local/receiver';
import { NEW_SECRET, OLD_SECRET, PERSONAL, sampleEvent } from './sample-events';

const MINUTE = 60_000;

/** An event as it arrives, signed by the public library. */
function arrived(secret = NEW_SECRET, ageMs = 0, body = bodyOf(sampleEvent())) {
  const at = new Date(Date.now() - ageMs);
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign('msg_1', at, body),
  };
  return { body, headers };
}

function bodyOf({ type, timestamp, data }: BackendEvent): string {
  return JSON.stringify({ type, timestamp, data });
}

describe('verifyEvent', () => {
  test('gives the event, typed by its type', () => {
    const event = sampleEvent();
    const { body, headers } = arrived(NEW_SECRET, 0, bodyOf(event));
    const verified = verifyEvent(body, headers, NEW_SECRET);
    expect(verified).toEqual({ id: 'msg_1', type: event.type, timestamp: event.timestamp, data: event.data });
    expect(verified.type === 'payment.succeeded' && verified.data.payment.id).toBe(event.paymentId);
  });

  test.each([
    ['bytes', (text: string) => Buffer.from(text)],
    ['text', (text: string) => text],
  ])('takes %s', (_, as) => {
    const body = bodyOf(sampleEvent({ timestamp: '2026-01-31T10:00:00Z – straße' }));
    const { headers } = arrived(NEW_SECRET, 0, body);
    expect(verifyEvent(as(body), headers, NEW_SECRET).timestamp).toContain('straße');
  });

  test('takes the headers of fetch, and names of any case', () => {
    const { body, headers } = arrived();
    expect(verifyEvent(body, new Headers(headers), NEW_SECRET).id).toBe('msg_1');
    const capitals = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
    );
    expect(verifyEvent(body, capitals, NEW_SECRET).id).toBe('msg_1');
  });

  test.each([NEW_SECRET, OLD_SECRET])('takes either secret during a rotation', (secret) => {
    const { body, headers } = arrived(secret);
    expect(verifyEvent(body, headers, [NEW_SECRET, OLD_SECRET]).id).toBe('msg_1');
    expect(verifyEvent(body, headers, [OLD_SECRET, NEW_SECRET]).id).toBe('msg_1');
  });

  test('takes an event signed with several secrets, knowing one', () => {
    const { body, headers } = arrived(NEW_SECRET);
    const both = `${headers['webhook-signature']} ${arrived(OLD_SECRET, 0, body).headers['webhook-signature']}`;
    expect(verifyEvent(body, { ...headers, 'webhook-signature': both }, OLD_SECRET).id).toBe('msg_1');
  });

  test('refuses what another secret signed', () => {
    const { body, headers } = arrived();
    expect(() => verifyEvent(body, headers, OLD_SECRET)).toThrow(EventRefused);
    expect(() => verifyEvent(body, headers, OLD_SECRET)).toThrow('No matching signature found');
  });

  test('refuses every flipped bit of a body', () => {
    const { body, headers } = arrived(NEW_SECRET, 0, '{"type":"t","timestamp":"1","data":{}}');
    const bytes = Buffer.from(body);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => verifyEvent(flipped, headers, NEW_SECRET)).toThrow(EventRefused);
    }
    expect(verifyEvent(bytes, headers, NEW_SECRET).type).toBe('t');
  });

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])(
    'refuses another %s, and none',
    (name) => {
      const { body, headers } = arrived();
      const other = { ...headers, [name]: arrived(OLD_SECRET, MINUTE).headers['webhook-timestamp'] };
      expect(() => verifyEvent(body, other, NEW_SECRET)).toThrow(EventRefused);
      expect(() => verifyEvent(body, { ...headers, [name]: undefined }, NEW_SECRET)).toThrow(
        'Missing required headers',
      );
    },
  );

  test.each([
    ['older than 5 minutes', 5 * MINUTE + 2_000, 'too old'],
    ['from more than 5 minutes ahead', -5 * MINUTE - 2_000, 'too new'],
  ])('refuses a signature %s', (_, ageMs, why) => {
    const { body, headers } = arrived(NEW_SECRET, ageMs);
    expect(() => verifyEvent(body, headers, [OLD_SECRET, NEW_SECRET])).toThrow(why);
  });

  test('takes one of almost 5 minutes ago', () => {
    const { body, headers } = arrived(NEW_SECRET, 5 * MINUTE - 5_000);
    expect(verifyEvent(body, headers, NEW_SECRET).id).toBe('msg_1');
  });

  test('lets a type through that it does not know', () => {
    const body = JSON.stringify({ type: 'payout.sent', timestamp: 't', data: { payout: {} } });
    expect(verifyEvent(body, arrived(NEW_SECRET, 0, body).headers, NEW_SECRET)).toMatchObject({
      type: 'payout.sent',
    });
  });

  test.each([
    '',
    'no json',
    'null',
    '[]',
    '{"type":"t","timestamp":"t"}',
    '{"type":1,"timestamp":"t","data":{}}',
  ])('refuses %p, though it is signed', (body) => {
    const { headers } = arrived(NEW_SECRET, 0, body);
    expect(() => verifyEvent(body, headers, NEW_SECRET)).toThrow(EventRefused);
  });

  test('says what is wrong with how it was called, without the secret', () => {
    const { body, headers } = arrived();
    expect(() => verifyEvent(JSON.parse(body) as string, headers, NEW_SECRET)).toThrow(/raw body/);
    expect(() => verifyEvent(body, headers, [])).toThrow(/needs a secret/);
    const bad = 'whsec_***not-base64***';
    expect(() => verifyEvent(body, headers, [NEW_SECRET, bad])).toThrow(
      'secret 2 of 2 is not whsec_ and base64',
    );
    expect(() => verifyEvent(body, headers, 'whsec_')).toThrow(TypeError);
  });
});

describe('the sample receiver', () => {
  const printed: string[] = [];
  let server: Server;
  let url: string;

  beforeAll(async () => {
    const app = createReceiver([NEW_SECRET], (line) => printed.push(line));
    server = await new Promise((resolve) => {
      const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    printed.length = 0;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function send(event: BackendEvent, secret = NEW_SECRET): Promise<'taken' | 'gone'> {
    const client = undefined as unknown as Client;
    const deps = { client, taskQueue: 'nobody', url: `${url}/hooks`, secrets: [OLD_SECRET, secret] };
    return new MockActivityEnvironment().run(() => createEventActivities(deps).sendEvent(event));
  }

  async function listed(event: BackendEvent): Promise<ReceivedEvent[]> {
    const { data } = (await (await fetch(`${url}/events`)).json()) as { data: ReceivedEvent[] };
    return data.filter(({ event: { id } }) => id === event.id);
  }

  test('takes what Holdfast sends, prints a line and lists it', async () => {
    const event = sampleEvent();
    await expect(send(event)).resolves.toBe('taken');
    expect(printed).toEqual([`${event.timestamp} payment.succeeded ${event.paymentId} 1250 EUR`]);
    const [received] = await listed(event);
    expect(received).toMatchObject({ event: { id: event.id, data: event.data }, deliveries: 1 });
    expect(printed.join()).not.toContain(PERSONAL.description);
  });

  test('does its work once, however often an event comes', async () => {
    const event = sampleEvent();
    await send(event);
    await send(event);
    expect(printed).toHaveLength(1);
    expect(await listed(event)).toMatchObject([{ deliveries: 2 }]);
  });

  test('does not take what it cannot believe', async () => {
    const event = sampleEvent();
    const stranger = `whsec_${randomBytes(24).toString('base64')}`;
    await expect(send(event, stranger)).rejects.toThrow('the backend answered 400');
    expect(await listed(event)).toEqual([]);
    expect(printed).toEqual([expect.stringContaining('refused: ')]);
    expect((await fetch(`${url}/`, { method: 'POST' })).status).toBe(400);
  });
});
