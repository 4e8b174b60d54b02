import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { watchClocks } from '../../src/worker/clock-offset';
import { HttpConnection } from '../../src/providers/http';

let server: Server;
let date: string | null;
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.sendDate = false;
    if (date !== null) response.setHeader('Date', date);
    response.end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => new Promise((closed) => server.close(closed)));

const port = () => (server.address() as AddressInfo).port;

const fail = (error: unknown) => {
  throw error;
};

async function toldAt(serverDate: string | null): Promise<[string, number][]> {
  const told: [string, number][] = [];
  date = serverDate;
  const stop = watchClocks((host, secondsAhead) => told.push([host, secondsAhead]), fail);
  const connection = new HttpConnection('Provider', { baseUrl: `http://127.0.0.1:${port()}/base` });
  try {
    await connection.send({ call: 'read', effect: 'repeatable', method: 'GET', path: '/x' });
    return told;
  } finally {
    stop();
    await connection.close();
  }
}

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toUTCString();

test.each([
  ['behind', 90, -90],
  ['ahead', -90, 90],
  ['right', 0, 0],
])('a clock that is %s is told as such', async (_what, serverAhead, weAhead) => {
  const told = await toldAt(inSeconds(serverAhead));
  expect(told).toEqual([[`127.0.0.1:${port()}`, expect.any(Number)]]);
  expect(Math.abs((told[0]?.[1] ?? NaN) - weAhead)).toBeLessThan(2);
});

test('a server that does not say its time says nothing about ours', async () => {
  expect(await toldAt(null)).toEqual([]);
  expect(await toldAt('yesterday')).toEqual([]);
});

test('a call does not fail for being watched', async () => {
  date = inSeconds(0);
  const problems: unknown[] = [];
  const broken = new Error('a gauge takes no value below zero');
  const stop = watchClocks(
    () => fail(broken),
    (error) => problems.push(error),
  );
  expect(await toldAt(inSeconds(0))).toHaveLength(1);
  expect(problems).toEqual([broken]);
  stop();
});
