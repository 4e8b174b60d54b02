import { defaultPayloadConverter } from '@temporalio/common';
import { optionalTsToMs, requiredTsToMs } from '@temporalio/common/lib/time';
import type { coresdk, temporal } from '@temporalio/proto';
import { type Execution, fromPayload, toPayloads, type Update, type UpdateEnd } from './execution';
import { type ActivityError, activityFailure, NEVER_STARTED, TIMED_OUT } from './temporal-failures';
import type { Agenda, Dice } from './virtual-time';
import { type Job, WorkflowRun, type WorkflowRuntime } from './workflow-runtime';

/** What an activity came to, and when. */
export type ActivityEnd = { result: unknown } | { error: ActivityError } | { lost: true };

/** Carries an activity out: resolves when it reports, in virtual time; `lost`: it never does. */
export type CarryOut = (activity: { type: string; args: unknown[]; attempt: number }) => Promise<ActivityEnd>;

export interface StartOptions {
  workflowId: string;
  workflowType: string;
  args: unknown[];
  memo: Record<string, unknown>;
}

type Schedule = coresdk.workflow_commands.IScheduleActivity;

const NEVER = Number.POSITIVE_INFINITY;

/** Temporal as workflows see it, in virtual time: timers, activities and their retries, updates, signals, closing. */
export class VirtualServer {
  private readonly current = new Map<string, Execution>();
  private runs = 0;
  private tasks = 0;
  /** No worker takes anything before this (epoch ms). */
  workersUpAt = 0;
  /** No activity is started before this (epoch ms). */
  callsPossibleAt = 0;
  /** Before which workflow tasks (counted over all workflows) a workflow is built anew from its history. */
  replayBefore = new Set<number>();
  /** At which tasks the server suggests to continue as new. */
  suggestContinueAsNewAt = new Set<number>();
  replays = 0;
  activations = 0;
  /** Something in here that is broken, not in what is simulated. */
  failure: Error | undefined;

  constructor(
    private readonly runtime: WorkflowRuntime,
    private readonly agenda: Agenda,
    private readonly dice: Dice,
    private readonly carryOut: CarryOut,
  ) {}

  find(workflowId: string): Execution | undefined {
    return this.current.get(workflowId);
  }

  get executions(): Execution[] {
    return [...this.current.values()];
  }

  start({ workflowId, workflowType, args, memo }: StartOptions): Execution {
    this.runs += 1;
    const runId = `${String(this.runs).padStart(8, '0')}-run-of-${workflowId}`;
    const { now } = this.agenda;
    const execution: Execution = {
      workflowId,
      workflowType,
      runId,
      status: 'RUNNING',
      memo: { ...memo },
      run: new WorkflowRun(this.runtime, { workflowId, workflowType, runId, startedAt: now }),
      jobs: [],
      taskPlanned: false,
      updates: new Map(),
      timers: new Map(),
      activations: 0,
    };
    this.current.set(workflowId, execution);
    this.tell(execution, {
      initializeWorkflow: {
        workflowId,
        workflowType,
        arguments: toPayloads(args),
        attempt: 1,
        firstExecutionRunId: runId,
      },
    });
    return execution;
  }

  signal(execution: Execution, name: string, args: unknown[]): void {
    this.tell(execution, { signalWorkflow: { signalName: name, input: toPayloads(args), headers: {} } });
  }

  cancel(execution: Execution): void {
    this.tell(execution, { cancelWorkflow: { reason: '' } });
  }

  /** Sends an update, or meets the one with the same id. Resolves when it has ended. */
  update(execution: Execution, id: string, name: string, args: unknown[]): Promise<UpdateEnd> {
    const known = execution.updates.get(id);
    if (known?.end) return Promise.resolve(known.end);
    const update: Update = known ?? { id, name, args, accepted: false, waiting: [] };
    if (!known) {
      execution.updates.set(id, update);
      this.tell(execution, {
        doUpdate: {
          id,
          protocolInstanceId: id,
          name,
          input: toPayloads(args),
          headers: {},
          meta: { updateId: id, identity: 'simulation' },
          runValidator: true,
        },
      });
    }
    return new Promise((resolve) => void update.waiting.push(resolve));
  }

  /** An update that no worker has taken in is forgotten when its server dies. */
  forget(execution: Execution, id: string): void {
    const update = execution.updates.get(id);
    if (!update || update.accepted || update.end) return;
    const waiting = execution.jobs.findIndex(({ doUpdate }) => doUpdate?.id === id);
    if (waiting < 0) return;
    execution.jobs.splice(waiting, 1);
    execution.updates.delete(id);
  }

  async dispose(): Promise<void> {
    for (const { run } of this.current.values()) await run.dispose();
  }

  private tell(execution: Execution, job: Job): void {
    if (execution.status !== 'RUNNING') return;
    execution.jobs.push(job);
    if (execution.taskPlanned) return;
    execution.taskPlanned = true;
    this.planTask(execution);
  }

  private planTask(execution: Execution): void {
    this.agenda.at(Math.max(this.agenda.now, this.workersUpAt) + 1 + this.dice.roll(4), async () => {
      if (this.agenda.now < this.workersUpAt) return this.planTask(execution);
      execution.taskPlanned = false;
      await this.runTask(execution);
    });
  }

  private async runTask(execution: Execution): Promise<void> {
    const jobs = inCoreOrder(execution.jobs.splice(0));
    if (jobs.length === 0 || execution.status !== 'RUNNING') return;
    this.tasks += 1;
    this.activations += 1;
    execution.activations += 1;
    if (this.replayBefore.has(this.tasks)) {
      this.replays += 1;
      await execution.run.replay();
    }
    const { now } = this.agenda;
    const suggest = this.suggestContinueAsNewAt.has(this.tasks);
    for (const command of await execution.run.activate(jobs, now, suggest)) this.obey(execution, command);
    if (execution.status !== 'RUNNING') await this.close(execution);
  }

  private obey(execution: Execution, command: coresdk.workflow_commands.IWorkflowCommand): void {
    const { startTimer, cancelTimer, scheduleActivity, updateResponse, modifyWorkflowProperties } = command;
    if (startTimer) this.startTimer(execution, startTimer);
    if (cancelTimer) this.cancelTimer(execution, cancelTimer.seq ?? -1);
    if (scheduleActivity) this.schedule(execution, scheduleActivity);
    if (updateResponse) answer(execution, updateResponse);
    if (modifyWorkflowProperties) {
      for (const [key, value] of Object.entries(modifyWorkflowProperties.upsertedMemo?.fields ?? {})) {
        execution.memo[key] = fromPayload(value);
      }
    }
    if (command.completeWorkflowExecution) execution.status = 'COMPLETED';
    if (command.failWorkflowExecution) execution.status = 'FAILED';
    if (command.continueAsNewWorkflowExecution) {
      execution.status = 'CONTINUED_AS_NEW';
      const { arguments: args } = command.continueAsNewWorkflowExecution;
      const { workflowId, workflowType, memo } = execution;
      this.start({ workflowId, workflowType, args: (args ?? []).map(fromPayload), memo });
    }
    for (const kind of UNEXPECTED) if (command[kind]) throw new Error(`the simulation does not know ${kind}`);
  }

  private startTimer(
    execution: Execution,
    { seq, startToFireTimeout }: coresdk.workflow_commands.IStartTimer,
  ) {
    const number = seq ?? -1;
    const delay = requiredTsToMs(startToFireTimeout, 'startToFireTimeout');
    const timer = this.agenda.after(delay, () => {
      execution.timers.delete(number);
      this.tell(execution, { fireTimer: { seq: number } });
    });
    execution.timers.set(number, timer);
  }

  private cancelTimer(execution: Execution, seq: number): void {
    const timer = execution.timers.get(seq);
    if (timer) timer.cancelled = true;
    execution.timers.delete(seq);
    // One that has fired already is not told of: the workflow is no longer interested.
    const fired = execution.jobs.findIndex(({ fireTimer }) => fireTimer?.seq === seq);
    if (fired >= 0) execution.jobs.splice(fired, 1);
  }

  private schedule(execution: Execution, activity: Schedule): void {
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
    const startsAt = Math.max(at, this.workersUpAt, this.callsPossibleAt) + 1 + this.dice.roll(6);
    // Not waited for: what an activity waits for is on the agenda itself.
    this.agenda.at(Math.min(startsAt, Math.max(startBy, at)), () => {
      const possibleAt = Math.max(this.workersUpAt, this.callsPossibleAt);
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
      return this.tell(execution, {
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
    this.tell(execution, { resolveActivity: { seq, result: { failed: { failure } } } });
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

  private async close(execution: Execution): Promise<void> {
    for (const timer of execution.timers.values()) timer.cancelled = true;
    for (const update of execution.updates.values()) if (!update.end) finish(update, { cutOff: true });
    await execution.run.dispose();
  }
}

const UNEXPECTED = [
  'scheduleLocalActivity',
  'startChildWorkflowExecution',
  'signalExternalWorkflowExecution',
] as const;

/** Core tells of the start first, then of signals and updates, then of what ended. */
function inCoreOrder(jobs: Job[]): Job[] {
  const rank = ({ initializeWorkflow, signalWorkflow, doUpdate }: Job) =>
    initializeWorkflow ? 0 : signalWorkflow || doUpdate ? 1 : 2;
  return [...jobs].sort((a, b) => rank(a) - rank(b));
}

function answer(execution: Execution, response: coresdk.workflow_commands.IUpdateResponse): void {
  const update = execution.updates.get(response.protocolInstanceId ?? '');
  if (!update) throw new Error('an answer to an update that nobody sent');
  if (response.accepted) update.accepted = true;
  if (response.completed) finish(update, { result: fromPayload(response.completed) });
  if (response.rejected) {
    const failure: temporal.api.failure.v1.IFailure = response.rejected;
    // A refusal is not kept by the server: the same id may be sent again.
    if (!update.accepted) execution.updates.delete(update.id);
    finish(update, { failure });
  }
}

function finish(update: Update, end: UpdateEnd): void {
  update.end = end;
  for (const resolve of update.waiting.splice(0)) resolve(end);
}
