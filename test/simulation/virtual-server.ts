import { requiredTsToMs } from '@temporalio/common/lib/time';
import type { coresdk, temporal } from '@temporalio/proto';
import { type Execution, fromPayload, toPayloads, type Update, type UpdateEnd } from './execution';
import { ActivityCalls, type CarryOut } from './activity-calls';
import type { Agenda, Dice } from './virtual-time';
import { type Job, WorkflowRun, type WorkflowRuntime } from './workflow-runtime';

export interface StartOptions {
  workflowId: string;
  workflowType: string;
  args: unknown[];
  memo: Record<string, unknown>;
}

/** Temporal as workflows see it, in virtual time: timers, activities and their retries, updates, signals, closing. */
export class VirtualServer {
  private readonly current = new Map<string, Execution>();
  private runs = 0;
  private tasks = 0;
  /** No worker takes anything before this (epoch ms). */
  workersUpAt = 0;
  private readonly calls: ActivityCalls;
  /** Before which workflow tasks (counted over all workflows) a workflow is built anew from its history. */
  replayBefore = new Set<number>();
  /** At which tasks the server suggests to continue as new. */
  suggestContinueAsNewAt = new Set<number>();
  replays = 0;
  activations = 0;

  constructor(
    private readonly runtime: WorkflowRuntime,
    private readonly agenda: Agenda,
    private readonly dice: Dice,
    carryOut: CarryOut,
  ) {
    this.calls = new ActivityCalls(agenda, dice, carryOut, {
      workersUpAt: () => this.workersUpAt,
      tell: (execution, job) => this.tell(execution, job),
    });
  }

  /** Something in here that is broken, not in what is simulated. */
  get failure(): Error | undefined {
    return this.calls.failure;
  }

  /** No activity is started before this (epoch ms). */
  holdCalls(until: number): void {
    this.calls.possibleAt = Math.max(this.calls.possibleAt, until);
  }

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
    if (scheduleActivity) this.calls.schedule(execution, scheduleActivity);
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
