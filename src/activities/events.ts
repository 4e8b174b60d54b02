import { Context } from '@temporalio/activity';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Webhook } from 'standardwebhooks';
import { request } from 'undici';
import { enqueueEventSignal, EVENTS_WORKFLOW, eventsWorkflowIdOf } from '../contract/workflow';
import type { BackendEvent } from '../domain/backend-event';
import { workflowIdOf } from '../domain/payment';

/** What workflows may ask of the world about events to backends. */
export interface EventActivities {
  /**
   * Sends an event once. When the backend does not take it, or others wait already, it is handed over to
   * `events/<paymentId>`. Does nothing once the backend has said 410 about this payment. Whatever the backend answers, this
   * does not reject.
   */
  deliverEvent(event: BackendEvent): Promise<void>;
  /**
   * Hands an event over to `events/<paymentId>`, to be sent after all that the payment itself has to say. Does nothing once the
   * backend has said 410 about this payment.
   */
  queueEvent(event: BackendEvent): Promise<void>;
  /** Whether the payment's own workflow still runs. */
  isPaymentOpen(paymentId: string): Promise<boolean>;
  /** One try. Rejects with `backend_unavailable` when the backend did not take it. */
  sendEvent(event: BackendEvent): Promise<'taken' | 'gone'>;
}

export interface EventActivityDeps {
  /** With the data converter that the workers use. */
  client: Client;
  taskQueue: string;
  /** Where events go; null: nowhere. */
  url: string | null;
  /** Standard Webhooks secrets, `whsec_…`: each event is signed with all of them, so that they can be rotated. */
  secrets: readonly string[];
  answerWithinMs?: number;
}

/** The memo of `events/<paymentId>`. */
interface EventsMemo {
  /** Whether the backend has said that it wants no more about this payment. */
  gone?: boolean;
}

const ANSWER_WITHIN_MS = 5_000;
const MOST_OF_AN_ANSWER_BYTES = 16 * 1024;

/** Tries of events by what came of them. */
const EVENT_TRIES = 'holdfast_event_tries_total';

/** The backend did not take an event. The message names the reason and holds nothing that the backend said. */
class NotTaken extends Error {
  override name = 'NotTaken';
}

/** Events to backends, signed as Standard Webhooks (docs/events.md). */
export function createEventActivities(deps: EventActivityDeps): EventActivities {
  const { client, taskQueue, url } = deps;
  const send = counted(sender(deps));

  async function statusOf(workflowId: string) {
    try {
      return await client.workflow.getHandle(workflowId).describe();
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  async function stateOf({ paymentId }: BackendEvent): Promise<'free' | 'waiting' | 'gone'> {
    const events = await statusOf(eventsWorkflowIdOf(paymentId));
    if ((events?.memo as EventsMemo | undefined)?.gone) return 'gone';
    return events?.status.name === 'RUNNING' ? 'waiting' : 'free';
  }

  async function handOver(event: BackendEvent, afterPayment = false): Promise<void> {
    await client.workflow.signalWithStart(EVENTS_WORKFLOW, {
      workflowId: eventsWorkflowIdOf(event.paymentId),
      taskQueue,
      signal: enqueueEventSignal,
      signalArgs: afterPayment ? [event, { afterPayment }] : [event],
      args: [],
    });
  }

  /** Leaves a closed `events/<paymentId>` behind that says so. */
  async function rememberGone({ paymentId }: BackendEvent): Promise<void> {
    const memo: EventsMemo = { gone: true };
    await client.workflow.start(EVENTS_WORKFLOW, {
      workflowId: eventsWorkflowIdOf(paymentId),
      taskQueue,
      args: [true],
      memo: { ...memo },
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
  }

  return {
    async deliverEvent(event) {
      if (!url) throw notConfigured();
      const state = await stateOf(event);
      if (state === 'gone') return;
      const end = state === 'waiting' ? 'not_taken' : await send(event).catch(notTaken(event));
      if (end === 'gone') await rememberGone(event);
      if (end === 'not_taken') await handOver(event);
    },
    async queueEvent(event) {
      if (!url) throw notConfigured();
      if ((await stateOf(event)) !== 'gone') await handOver(event, true);
    },
    async isPaymentOpen(paymentId) {
      return (await statusOf(workflowIdOf(paymentId)))?.status.name === 'RUNNING';
    },
    async sendEvent(event) {
      try {
        return await send(event);
      } catch (error) {
        const message = error instanceof NotTaken ? error.message : 'the event could not be sent';
        throw ApplicationFailure.create({ type: 'backend_unavailable', message, nonRetryable: true });
      }
    },
  };
}

/** The body of an event, the same on every try. */
function bodyOf({ type, timestamp, data }: BackendEvent): string {
  return JSON.stringify({ type, timestamp, data });
}

/** The api promised events that this worker cannot send: they wait until it can. */
function notConfigured(): ApplicationFailure {
  countTry('not_configured');
  const message = 'HOLDFAST_EVENTS_URL is not set on this worker, but on the api: events wait until it is';
  return ApplicationFailure.create({ type: 'not_configured', message });
}

/** Only the status counts: the answer's body is thrown away, and one that never ends changes nothing. */
function sender({ url, secrets, answerWithinMs = ANSWER_WITHIN_MS }: EventActivityDeps) {
  const signers = secrets.map((secret) => new Webhook(secret));
  return async (event: BackendEvent): Promise<'taken' | 'gone'> => {
    if (!url) throw notConfigured();
    const body = bodyOf(event);
    const answer = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'holdfast',
        ...signatureHeaders(event.id, body, signers),
      },
      body,
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((error: unknown) => {
      throw new NotTaken(whyNoAnswer(error, answerWithinMs));
    });
    await answer.body.dump({ limit: MOST_OF_AN_ANSWER_BYTES });
    if (answer.statusCode === 410) return 'gone';
    if (answer.statusCode >= 200 && answer.statusCode < 300) return 'taken';
    throw new NotTaken(`the backend answered ${answer.statusCode}`);
  };
}

type Send = (event: BackendEvent) => Promise<'taken' | 'gone'>;

function counted(send: Send): Send {
  return async (event) => {
    try {
      const answer = await send(event);
      countTry(answer);
      return answer;
    } catch (error) {
      if (error instanceof NotTaken) countTry('not_taken');
      throw error;
    }
  };
}

function countTry(outcome: 'taken' | 'gone' | 'not_taken' | 'not_configured'): void {
  Context.current().metricMeter.createCounter(EVENT_TRIES).add(1, { outcome });
}

/** Signed anew on every try: a backend refuses signatures older than 5 minutes. */
function signatureHeaders(id: string, body: string, signers: Webhook[]): Record<string, string> {
  const now = new Date();
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': signers.map((signer) => signer.sign(id, now, body)).join(' '),
  };
}

function notTaken({ id, type }: BackendEvent): (error: unknown) => 'not_taken' {
  return (error) => {
    if (!(error instanceof NotTaken)) throw error;
    Context.current().log.warn('the backend did not take an event', { id, type, reason: error.message });
    return 'not_taken';
  };
}

/** Error messages may hold addresses: only the code is passed on. */
function whyNoAnswer(error: unknown, answerWithinMs: number): string {
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return `the backend did not answer within ${answerWithinMs} ms`;
  return `the backend could not be reached (${typeof code === 'string' ? code : name})`;
}
