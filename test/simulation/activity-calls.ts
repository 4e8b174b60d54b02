import { defaultPayloadConverter } from '@temporalio/common';
import { optionalTsToMs, requiredTsToMs } from '@temporalio/common/lib/time';
import type { coresdk } from '@temporalio/proto';
import { type Execution, fromPayload } from './execution';
import { type ActivityError, activityFailure, NEVER_STARTED, TIMED_OUT } from './temporal-failures';
import type { Agenda, Dice } from './virtual-time';
import type { Job } from './workflow-runtime';

/** What an activity came to, and when. */
export type ActivityEnd = { result: unknown } | { error: ActivityError } | { lost: true };

/** Carries an activity out: resolves when it reports, in virtual time; `lost`: it never does. */
export type CarryOut = (activity: { type: string; args: unknown[]; attempt: number }) => Promise<ActivityEnd>;

type Schedule = coresdk.workflow_commands.IScheduleActivity;

const NEVER = Number.POSITIVE_INFINITY;

/** What calls need of the server that they are made for. */
interface Workers {
  workersUpAt: () => number;
  tell: (execution: Execution, job: Job) => void;
}

/** Activities as Temporal has them made: waiting for a worker, time-outs, retries. */
export class ActivityCalls {
  /** None is started before this (epoch ms). */
  possibleAt = 0;
  /** Something in here that is broken, not in what is simulated. */
  failure: Error | undefined;

  constructor(
    private readonly agenda: Agenda,
    private readonly dice: Dice,
    private readonly carryOut: CarryOut,
    private readonly workers: Workers,
  ) {}

  /** Does what a workflow asked for. */
  schedule(execution: Execution, activity: Schedule): void {
    const limit = optionalTsToMs(activity.scheduleToCloseTimeout);
    const deadline = limit ? this.agenda.now + limit : NEVER;
    const startBy = this.agenda.now + (optionalTsToMs(activity.scheduleToStartTimeout) ?? NEVER);
    this.attempt(execution, activity, { number: 1, deadline, at: this.agenda.now, startBy });
  }

  private attempt(
    execution: Execution,
    activity: Schedule,
    { number, deadline, at, startBy }: { number: number; deadline: number; at: number; startBy: number },
  ): void {
    const startsAt = Math.max(at, this.workers.workersUpAt(), this.possibleAt) + 1 + this.dice.roll(6);
    // Not waited for: what an activity waits for is on the agenda itself.
    this.agenda.at(Math.min(startsAt, Math.max(startBy, at)), () => {
      const possibleAt = Math.max(this.workers.workersUpAt(), this.possibleAt);
      if (this.agenda.now >= startBy) return this.resolveFailed(execution, activity, NEVER_STARTED);
      if (this.agenda.now < possibleAt) {
        return this.attempt(execution, activity, { number, deadline, at: possibleAt, startBy });
      }
      this.withinTime(activity, number, deadline).then(
        (end) => this.ended(execution, activity, { number, deadline, end }),
        (error: Error) => (this.failure = error),
      );
    });
  }

  private ended(
    execution: Execution,
    activity: Schedule,
    { number, deadline, end }: { number: number; deadline: number; end: ActivityEnd },
  ): void {
    if ('result' in end) {
      const result = defaultPayloadConverter.toPayload(end.result);
      return this.workers.tell(execution, {
        resolveActivity: { seq: activity.seq, result: { completed: { result } } },
      });
    }
    const next = this.nextAttempt(activity, number, end);
    if (next === null || next >= deadline || execution.status !== 'RUNNING')
      return this.resolveFailed(execution, activity, 'error' in end ? end.error : TIMED_OUT);
    this.attempt(execution, activity, { number: number + 1, deadline, at: next, startBy: NEVER });
  }

  private resolveFailed(
    execution: Execution,
    { seq, activityId, activityType }: Schedule,
    error: ActivityError | typeof TIMED_OUT | typeof NEVER_STARTED,
  ): void {
    const failure = activityFailure(
      { activityId: activityId ?? '', activityType: activityType ?? '' },
      error,
    );
    this.workers.tell(execution, { resolveActivity: { seq, result: { failed: { failure } } } });
  }

  /** An attempt that does not report in time has timed out, whatever it still does. */
  private withinTime(activity: Schedule, attempt: number, deadline: number): Promise<ActivityEnd> {
    const limit = requiredTsToMs(activity.startToCloseTimeout, 'startToCloseTimeout');
    const args = (activity.arguments ?? []).map(fromPayload);
    return new Promise((resolve, reject) => {
      const timeout = this.agenda.at(Math.min(this.agenda.now + limit, deadline), () =>
        resolve({ lost: true }),
      );
      this.carryOut({ type: activity.activityType ?? '', args, attempt }).then((end) => {
        if ('lost' in end) return;
        timeout.cancelled = true;
        resolve(end);
      }, reject);
    });
  }

  /** When Temporal tries again (epoch ms), or null when it does not. */
  private nextAttempt(activity: Schedule, attempt: number, end: Exclude<ActivityEnd, { result: unknown }>) {
    const { maximumAttempts, initialInterval, maximumInterval, backoffCoefficient } =
      activity.retryPolicy ?? {};
    if (maximumAttempts && attempt >= maximumAttempts) return null;
    if ('error' in end && !end.error.retryable) return null;
    const first = optionalTsToMs(initialInterval) ?? 1_000;
    const gap = Math.min(
      first * (backoffCoefficient || 2) ** (attempt - 1),
      optionalTsToMs(maximumInterval) ?? first * 100,
    );
    const asked = 'error' in end && end.error.type === 'rate_limited' ? end.error.retryAfterMs : undefined;
    return this.agenda.now + (asked ?? gap);
  }
}
