import { types } from 'node:util';
import { Agent, buildConnector, request as send } from 'undici';
import { ProviderError } from './provider-error';

/** Whether a call may be made again when its answer is missing (`repeatable`), or may move money (`once`). */
export type Effect = 'repeatable' | 'once';

export interface HttpRequest {
  /** Name of the call for people, used in errors. */
  call: string;
  effect: Effect;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query under the connection's base address, starting with a slash. */
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Whatever the provider answered, of any status. Header names are in lower case. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export interface HttpSettings {
  baseUrl: string;
  connectTimeoutMs?: number;
  /** From the first byte out to the last byte in. */
  callTimeoutMs?: number;
  maxAnswerBytes?: number;
}

export const CALL_TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
const MAX_ANSWER_BYTES = 1024 * 1024;
const LONGEST_RETRY_AFTER_MS = 60 * 60_000;

/**
 * One account's HTTP connection to a provider. Nothing is ever sent twice and no redirect is followed. Calls
 * that may move money go over a fresh connection, so that a keep-alive socket the provider has just closed
 * cannot leave their outcome unknown.
 */
export class HttpConnection {
  private readonly callTimeoutMs: number;
  private readonly baseUrl: string;
  private readonly agents: Record<Effect, Agent>;
  private readonly connectFailures = new WeakSet<Error>();

  constructor(
    readonly provider: string,
    settings: HttpSettings,
  ) {
    this.baseUrl = settings.baseUrl.replace(/\/+$/, '');
    this.callTimeoutMs = settings.callTimeoutMs ?? CALL_TIMEOUT_MS;
    const options = {
      connect: this.connector(settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS),
      headersTimeout: this.callTimeoutMs,
      bodyTimeout: this.callTimeoutMs,
      maxResponseSize: settings.maxAnswerBytes ?? MAX_ANSWER_BYTES,
    };
    this.agents = { repeatable: new Agent(options), once: new Agent({ ...options, pipelining: 0 }) };
  }

  /**
   * Makes one call and reads the whole answer.
   *
   * @throws ProviderError `not_sent` when no connection was made; else, without a complete answer,
   * `unavailable` for a repeatable call and `outcome_unknown` for one that may have moved money.
   */
  async send({ call, effect, method, path, headers, body }: HttpRequest): Promise<HttpAnswer> {
    try {
      const answer = await send(this.baseUrl + path, {
        method,
        headers,
        body,
        dispatcher: this.agents[effect],
        signal: AbortSignal.timeout(this.callTimeoutMs),
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: Buffer.from(await answer.body.arrayBuffer()),
      };
    } catch (error) {
      throw this.withoutAnswer(call, effect, error);
    }
  }

  /** Closes idle sockets and waits for calls under way. */
  async close(): Promise<void> {
    await Promise.all([this.agents.repeatable.close(), this.agents.once.close()]);
  }

  /**
   * Remembers the errors of connecting (DNS, TCP, TLS): nothing of a request is written before it succeeds.
   */
  private connector(timeout: number): buildConnector.connector {
    const connect = buildConnector({ timeout });
    return (options, callback) =>
      connect(options, (...[error, socket]) => {
        if (error) {
          this.connectFailures.add(error);
          callback(error, null);
        } else if (socket) callback(null, socket);
      });
  }

  private withoutAnswer(call: string, effect: Effect, error: unknown): ProviderError {
    const reason = reasonOf(error);
    if (types.isNativeError(error) && this.connectFailures.has(error)) {
      const message = `no connection to ${new URL(this.baseUrl).host} (${reason})`;
      return new ProviderError({ kind: 'not_sent', provider: this.provider, call, message });
    }
    const kind = effect === 'once' ? 'outcome_unknown' : 'unavailable';
    return new ProviderError({
      kind,
      provider: this.provider,
      call,
      message: `sent, no complete answer (${reason})`,
    });
  }
}

/**
 * The error an answer stands for by its HTTP status alone: 429, and everything that is neither 2xx nor a
 * clear 4xx. Null when the adapter has to read it.
 */
export function errorOfStatus(
  provider: string,
  { call, effect }: Pick<HttpRequest, 'call' | 'effect'>,
  { status, headers }: HttpAnswer,
): ProviderError | null {
  if (status === 429) {
    const retryAfterMs = readRetryAfter(headers['retry-after'], Date.now());
    return new ProviderError({
      kind: 'rate_limited',
      provider,
      call,
      message: 'not now (HTTP 429)',
      httpStatus: status,
      retryAfterMs,
    });
  }
  // 408 does not say how much of the request was read.
  const clear = (status >= 200 && status < 300) || (status >= 400 && status < 500 && status !== 408);
  if (clear) return null;
  const kind = effect === 'once' ? 'outcome_unknown' : 'unavailable';
  return new ProviderError({ kind, provider, call, message: `answered HTTP ${status}`, httpStatus: status });
}

/** The JSON of an answer; undefined when it holds none. */
export function readJson(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Milliseconds of a Retry-After header, at most an hour; undefined when it is absent or unreadable. */
export function readRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}

/** An error's code, or else its name: its message may quote what was sent. A time-out is a DOMException. */
function reasonOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown reason';
}
