import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import {
  type Effect,
  errorOfStatus,
  type HttpAnswer,
  HttpConnection,
  type HttpSettings,
  readJson,
  readRetryAfter,
} from '../../src/providers/http';
import { ProviderError } from '../../src/providers/provider-error';

const HEAD_END = '\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

const servers: Server[] = [];
const sockets = new Set<Socket>();
const connections: HttpConnection[] = [];

/** A raw TCP server that hands over every socket. */
async function tcpServer(onSocket: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onSocket(socket);
  });
  return listen(server, 'http');
}

async function listen(server: Server, scheme: string): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Calls `onRequest` with each complete head (and body, when it comes with it) of a request. */
function onRequests(socket: Socket, onRequest: (text: string) => void): void {
  let seen = '';
  socket.on('data', (chunk) => {
    seen += chunk.toString('latin1');
    if (!seen.includes(HEAD_END)) return;
    onRequest(seen);
    seen = '';
  });
}

function connectionTo(baseUrl: string, settings: Partial<HttpSettings> = {}): HttpConnection {
  const connection = new HttpConnection('Acme', { baseUrl, ...settings });
  connections.push(connection);
  return connection;
}

function post(connection: HttpConnection, effect: Effect): Promise<HttpAnswer> {
  return connection.send({ call: 'pay', effect, method: 'POST', path: '/pay', body: '{"n":1}' });
}

/** undici takes a socket back in the turn after it has given its answer away. */
function socketIsIdle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function errorOf(promise: Promise<unknown>): Promise<ProviderError> {
  const outcome = await promise.then(
    () => 'an answer',
    (error: unknown) => error,
  );
  if (outcome instanceof ProviderError) return outcome;
  throw new Error(`expected a ProviderError, got ${String(outcome)}`);
}

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

const EFFECTS: Effect[] = ['repeatable', 'once'];

describe('provably before a byte of the request was written: not_sent', () => {
  test.each(EFFECTS)('a refused port (%s)', async (effect) => {
    const url = await tcpServer(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const error = await errorOf(post(connectionTo(url), effect));
    expect(error).toMatchObject({ kind: 'not_sent', provider: 'Acme', call: 'pay' });
    expect(error.message).toBe(`Acme, pay: no connection to ${new URL(url).host} (ECONNREFUSED)`);
  });

  test.each(EFFECTS)('a host name that does not exist (%s)', async (effect) => {
    const error = await errorOf(post(connectionTo('http://no-such-host.invalid'), effect));
    expect(error.kind).toBe('not_sent');
  });

  test('a certificate nobody vouches for', async () => {
    const reads: string[] = [];
    const server = createTlsServer(selfSigned(), (socket) =>
      socket.on('data', (data) => reads.push(String(data))),
    );
    server.on('tlsClientError', () => undefined);
    const error = await errorOf(post(connectionTo(await listen(server, 'https')), 'once'));
    expect(error.kind).toBe('not_sent');
    expect(reads).toEqual([]);
  });

  test('a TLS handshake that never ends', async () => {
    const url = await tcpServer(() => undefined);
    const connection = connectionTo(url.replace('http:', 'https:'), { connectTimeoutMs: 100 });
    const error = await errorOf(post(connection, 'once'));
    expect(error.kind).toBe('not_sent');
    expect(error.message).toContain('UND_ERR_CONNECT_TIMEOUT');
  });

  test('a TLS handshake answered with something else', async () => {
    const url = await tcpServer((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    expect((await errorOf(post(connectionTo(url.replace('http:', 'https:')), 'once'))).kind).toBe('not_sent');
  });
});

describe('sent, and no complete answer', () => {
  const FAULTS: Record<string, (socket: Socket) => void> = {
    'a reset after the request was read': (socket) => onRequests(socket, () => socket.resetAndDestroy()),
    'a close after the request was read': (socket) => onRequests(socket, () => socket.end()),
    'no answer at all': (socket) => onRequests(socket, () => undefined),
    garbage: (socket) => onRequests(socket, () => socket.end('no HTTP at all\r\n\r\n')),
    'half an answer, then a close': (socket) => onRequests(socket, () => socket.end(OK.slice(0, -1))),
    'half an answer, then a reset': (socket) =>
      onRequests(socket, () => socket.write(OK.slice(0, -1), () => socket.resetAndDestroy())),
    'half an answer, then nothing': (socket) => onRequests(socket, () => socket.write(OK.slice(0, -1))),
    'an answer byte by byte for ever': (socket) =>
      onRequests(socket, () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
        const drip = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(drip));
      }),
    'more than the largest answer that is read': (socket) =>
      onRequests(socket, () => {
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(5000)}`);
      }),
  };

  for (const [fault, onSocket] of Object.entries(FAULTS)) {
    test.each(EFFECTS)(`${fault} (%s)`, async (effect) => {
      const url = await tcpServer(onSocket);
      const connection = connectionTo(url, { callTimeoutMs: 300, maxAnswerBytes: 4096 });
      const error = await errorOf(post(connection, effect));
      expect(error.kind).toBe(effect === 'once' ? 'outcome_unknown' : 'unavailable');
    });
  }
});

test('the reason is told by its name', async () => {
  const silent = await tcpServer(() => undefined);
  const error = await errorOf(post(connectionTo(silent, { callTimeoutMs: 50 }), 'once'));
  expect(error.message).toBe('Acme, pay: sent, no complete answer (TimeoutError)');
});

describe('nothing is sent twice', () => {
  test.each(EFFECTS)('when the provider reads a request and closes (%s)', async (effect) => {
    let requests = 0;
    const url = await tcpServer((socket) =>
      onRequests(socket, () => {
        requests += 1;
        socket.destroy();
      }),
    );
    await errorOf(post(connectionTo(url), effect));
    expect(requests).toBe(1);
  });

  test('when a keep-alive socket is closed while a request is written to it', async () => {
    let requests = 0;
    const url = await tcpServer((socket) => {
      let onThisSocket = 0;
      onRequests(socket, () => {
        requests += 1;
        onThisSocket += 1;
        if (onThisSocket === 1) socket.write(OK);
        else socket.resetAndDestroy();
      });
    });
    const connection = connectionTo(url);
    expect((await post(connection, 'repeatable')).status).toBe(200);
    await socketIsIdle();
    const error = await errorOf(post(connection, 'repeatable'));
    expect(error.kind).toBe('unavailable');
    expect(requests).toBe(2);
  });

  test('and what may move money never goes over a socket that was used before', async () => {
    let opened = 0;
    const url = await tcpServer((socket) => {
      opened += 1;
      onRequests(socket, () => socket.write(OK));
    });
    const connection = connectionTo(url);
    await post(connection, 'repeatable');
    await socketIsIdle();
    await post(connection, 'repeatable');
    expect(opened).toBe(1);
    await socketIsIdle();
    await post(connection, 'once');
    await socketIsIdle();
    await post(connection, 'once');
    expect(opened).toBe(3);
  });
});

describe('answers', () => {
  test('of every status come back with headers and body, redirects are not followed', async () => {
    const paths: string[] = [];
    const server = createHttpServer((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere', 'x-trace': 't1' }).end('{"a":1}');
    });
    const answer = await post(connectionTo(`${await listen(server, 'http')}/prefix/`), 'once');
    expect(answer.status).toBe(302);
    expect(answer.headers['x-trace']).toBe('t1');
    expect(readJson(answer)).toEqual({ a: 1 });
    expect(paths).toEqual(['/prefix/pay']);
  });

  test('that are not JSON read as undefined', () => {
    expect(readJson({ status: 200, headers: {}, body: Buffer.from('<html>') })).toBeUndefined();
    expect(readJson({ status: 200, headers: {}, body: Buffer.from('') })).toBeUndefined();
  });
});

describe('errorOfStatus', () => {
  const of = (status: number, effect: Effect, headers = {}) =>
    errorOfStatus('Acme', { call: 'pay', effect }, { status, headers, body: Buffer.alloc(0) });

  test.each([200, 201, 204, 400, 401, 403, 404, 409, 422])('leaves %i to the adapter', (status) => {
    expect(of(status, 'once')).toBeNull();
    expect(of(status, 'repeatable')).toBeNull();
  });

  test.each([301, 302, 408, 500, 502, 503, 504])('%i leaves the outcome of a write open', (status) => {
    expect(of(status, 'once')).toMatchObject({ kind: 'outcome_unknown', httpStatus: status });
    expect(of(status, 'repeatable')).toMatchObject({ kind: 'unavailable', httpStatus: status });
  });

  test('429 says when to come back', () => {
    expect(of(429, 'once', { 'retry-after': '7' })).toMatchObject({
      kind: 'rate_limited',
      retryAfterMs: 7_000,
    });
    expect(of(429, 'once')).toMatchObject({ kind: 'rate_limited', retryAfterMs: undefined });
  });
});

describe('readRetryAfter', () => {
  const now = Date.parse('2026-01-31T09:00:00Z');
  test.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Sat, 31 Jan 2026 09:00:30 GMT', 30_000],
    ['Sat, 31 Jan 2026 08:00:00 GMT', 0],
    ['999999999', 3_600_000],
    ['soon', undefined],
    [undefined, undefined],
    ['', undefined],
  ])('%p is %p ms', (header, expected) => {
    expect(readRetryAfter(header, now)).toBe(expected);
  });
});

function selfSigned(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'self-signed-'));
  try {
    const key = join(folder, 'key.pem');
    const cert = join(folder, 'cert.pem');
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const subject = ['-days', '1', '-subj', '/CN=localhost', '-keyout', key, '-out', cert];
    execFileSync('openssl', [...request, ...subject], { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
