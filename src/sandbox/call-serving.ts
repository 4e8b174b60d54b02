import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Request, RequestHandler, Response } from 'express';
import type { CallFacts } from './call-facts';
import type { CallLog, CallRecord } from './call-log';
import type { SandboxClock } from './clock';
import { isJsonObject, mergeJson, writeJson, type Json } from './exact-json';
import type { FaultRates } from './fault-rates';
import type { FaultBook, Strike } from './faults';
import { redact } from './redaction';
import type { Notification, WebhookDelivery } from './webhook-delivery';

/**
 * One call as it arrived. `body` is the parsed JSON; `bodyError` says that there was text which is no JSON.
 */
export interface IncomingCall {
  readonly params: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
  /** A query parameter; undefined when absent or given more than once. */
  readonly query: (name: string) => string | undefined;
  /** A request header, by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  /** The body's exact bytes: what a company's signature covers. */
  readonly rawBody: Buffer;
  readonly body: Json | undefined;
  readonly bodyError: boolean;
}

/** What the company answers. Without a `body` there is no Content-Type either. */
export interface CallAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  /** The company's own error code, for the call log. */
  readonly code?: string;
  /** A refusal that the status does not show, for the call log. */
  readonly refused?: true;
  readonly notifications?: readonly Notification[];
}

/**
 * One call of a company's API. `apply` is synchronous: nothing can come between its checks and its effect.
 */
export interface CompanyCall {
  readonly name: string;
  readonly describe: (call: IncomingCall) => CallFacts;
  readonly apply: (call: IncomingCall) => CallAnswer;
  /**
   * The headers that sign the text of an answer, for companies that do. Faulty JSON bodies are signed too: the
   * company itself would be lying; a fault's own headers win.
   */
  readonly sign?: (text: string, call: IncomingCall) => Readonly<Record<string, string>>;
}

/** What the calls of one company share. */
export interface CallDesk {
  readonly clock: SandboxClock;
  readonly faults: FaultBook;
  readonly rates: FaultRates;
  readonly calls: CallLog;
  readonly webhooks: WebhookDelivery;
  readonly secretKeys: ReadonlySet<string>;
  readonly stopped: AbortSignal;
}

/** The Express handler of a company's call: log it, strike it with a fault if one is due, answer, notify. */
export function serveCall(desk: CallDesk, call: CompanyCall): RequestHandler {
  return async (request, response) => {
    desk.clock.runDue();
    const incoming = readIncoming(request);
    const facts = call.describe(incoming);
    const record = desk.calls.open(
      {
        name: call.name,
        method: request.method,
        path: request.baseUrl + request.path,
        at: new Date(desk.clock.now()).toISOString(),
      },
      facts,
      incoming.bodyError ? '[not JSON]' : (redact(incoming.body, desk.secretKeys) ?? null),
    );
    const fault = desk.faults.take(call.name, facts) ?? desk.rates.strike(call.name, facts);
    if (fault !== undefined) record.fault = { id: fault.id, kind: fault.kind };
    const sign = (text: string): Readonly<Record<string, string>> => call.sign?.(text, incoming) ?? {};
    await new ServedCall(desk, record, response, () => call.apply(incoming), sign).play(fault);
  };
}

class ServedCall {
  private notifyAfterAnswer: () => void = () => undefined;

  constructor(
    private readonly desk: CallDesk,
    private readonly record: CallRecord,
    private readonly response: Response,
    private readonly effect: () => CallAnswer,
    private readonly sign: (text: string) => Readonly<Record<string, string>>,
  ) {}

  async play(fault: Strike | undefined): Promise<void> {
    switch (fault?.kind) {
      case undefined:
        return this.send(await this.apply());
      case 'slow': {
        const answer = await this.apply();
        await this.wait(fault.ms ?? 0);
        return this.send(answer);
      }
      case 'wrong_content_type': {
        const answer = await this.apply();
        return this.send({ ...answer, headers: { 'content-type': 'text/html', ...fault.headers } });
      }
      case 'override': {
        const answer = await this.apply();
        return this.send(overridden(answer, fault));
      }
      case 'hang':
        return this.around(fault, () => this.hang(fault.ms));
      case 'reset':
        return this.around(fault, () => this.cut());
      case 'status':
        return this.around(fault, () => this.send(faultAnswer(fault, 500)));
      case 'garbage':
        return this.around(fault, () => this.sendGarbage(fault));
    }
  }

  private async around(fault: Strike, strike: () => Promise<void>): Promise<void> {
    if (fault.apply === 'before') await this.apply();
    await strike();
    this.notifyAfterAnswer();
    if (fault.apply !== 'after') return;
    if (fault.kind !== 'hang') await this.wait(fault.ms ?? 0);
    await this.apply();
    this.notifyAfterAnswer();
  }

  private async apply(): Promise<CallAnswer> {
    const answer = this.effect();
    const refused = answer.refused === true ? { refused: true as const } : {};
    this.record.effect = { httpStatus: answer.status, code: answer.code ?? null, ...refused };
    const planned = (answer.notifications ?? []).map((notification) => this.desk.webhooks.plan(notification));
    this.notifyAfterAnswer = () => {
      this.notifyAfterAnswer = () => undefined;
      for (const plan of planned) if (!plan.beforeAnswer) void plan.send();
    };
    await Promise.all(planned.filter((plan) => plan.beforeAnswer).map((plan) => plan.send()));
    return answer;
  }

  private async send(answer: CallAnswer): Promise<void> {
    if (answer.body === undefined) return this.end(answer.status, answer.headers, undefined);
    const isText = typeof answer.body === 'string';
    const text = isText ? String(answer.body) : writeJson(answer.body);
    const signature = isText ? {} : this.sign(text);
    const headers = { 'content-type': 'application/json', ...signature, ...answer.headers };
    await this.end(answer.status, headers, text);
  }

  private async sendGarbage(fault: Strike): Promise<void> {
    const text = typeof fault.body === 'string' ? fault.body : '{"truncated":';
    await this.end(fault.status ?? 200, { 'content-type': 'application/json', ...fault.headers }, text);
  }

  private async end(
    status: number,
    headers: Readonly<Record<string, string>> | undefined,
    text: string | undefined,
  ): Promise<void> {
    // The caller may have given up meanwhile; then nobody saw an answer.
    if (!this.response.destroyed) {
      this.record.answer = { httpStatus: status };
      const closed = once(this.response, 'close').catch(() => undefined);
      this.response.status(status).setHeaders(new Map(Object.entries(headers ?? {})));
      this.response.end(text);
      await closed;
    }
    this.notifyAfterAnswer();
  }

  private async hang(ms: number | undefined): Promise<void> {
    const gone = once(this.response, 'close', { signal: this.desk.stopped }).catch(() => undefined);
    await (ms === undefined ? gone : Promise.race([gone, this.wait(ms)]));
    await this.cut();
  }

  private async cut(): Promise<void> {
    this.response.socket?.resetAndDestroy();
  }

  private async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.desk.stopped, ref: false }).catch(() => undefined);
  }
}

function faultAnswer(fault: Strike, status: number): CallAnswer {
  const plainText: Record<string, string> =
    typeof fault.body === 'string' ? { 'content-type': 'text/plain' } : {};
  return {
    status: fault.status ?? status,
    headers: { ...plainText, ...fault.headers },
    ...(fault.body === undefined ? {} : { body: fault.body }),
  };
}

function overridden(answer: CallAnswer, fault: Strike): CallAnswer {
  const patched = (value: Json): Json => (isJsonObject(value) ? mergeJson(value, fault.body ?? {}) : value);
  const body = Array.isArray(answer.body)
    ? answer.body.map(patched)
    : answer.body === undefined
      ? undefined
      : patched(answer.body);
  return {
    status: fault.status ?? answer.status,
    headers: { ...answer.headers, ...fault.headers },
    ...(body === undefined ? {} : { body }),
  };
}

function readIncoming(request: Request): IncomingCall {
  const received: unknown = request.body;
  const rawBody = Buffer.isBuffer(received)
    ? received
    : Buffer.from(typeof received === 'string' ? received : '');
  const text = rawBody.toString();
  let body: Json | undefined;
  let bodyError = false;
  if (text !== '') {
    try {
      body = JSON.parse(text) as Json;
    } catch {
      bodyError = true;
    }
  }
  const params = Object.fromEntries(
    Object.entries(request.params).map(([name, value]) => [name, String(value)]),
  );
  const header = (name: string): string | undefined => request.get(name);
  const query = (name: string): string | undefined => {
    const value = request.query[name];
    return typeof value === 'string' ? value : undefined;
  };
  const { authorization } = request.headers;
  return { params, authorization, query, header, rawBody, body, bodyError };
}
