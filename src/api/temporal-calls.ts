import { type Client, WorkflowNotFoundError, type WorkflowUpdateHandle } from '@temporalio/client';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { TASK_QUEUE } from '../contract/workflow';
import { InFlightLimit } from './in-flight-limit';
import { temporarilyUnavailable } from './problem';
import { isCutOffByClose, isUnavailable } from './temporal-errors';

/** A create or another update waits at most 10 s in the workflow: after this nobody is working. */
export const UPDATE_DEADLINE_MS = 15_000;
export const READ_DEADLINE_MS = 5_000;

/** What a workflow keeps for readers, and whether it still runs. */
export interface Described<Memo> {
  memo: Memo;
  running: boolean;
}

/** How much of each kind may be under way at once. */
export interface TemporalCallLimits {
  create: InFlightLimit;
  update: InFlightLimit;
  /** Everything that waits for no worker. */
  other: InFlightLimit;
}

const unlimited = () => new InFlightLimit(Infinity);

/** Calls of Temporal with deadlines and limits, and with our words for what may become of them. */
export class TemporalCalls {
  constructor(
    readonly client: Client,
    readonly taskQueue = TASK_QUEUE,
    private readonly limits: TemporalCallLimits = {
      create: unlimited(),
      update: unlimited(),
      other: unlimited(),
    },
  ) {}

  /** The memo of a workflow's newest run, open or closed; null when there is none. No worker needed. */
  async describe<Memo>(workflowId: string, deadlineMs = READ_DEADLINE_MS): Promise<Described<Memo> | null> {
    try {
      const handle = this.client.workflow.getHandle(workflowId);
      const { memo, status } = await this.within(deadlineMs, () => handle.describe());
      return { memo: memo as Memo, running: status.name === 'RUNNING' };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  /**
   * Sends an update.
   * @returns null when no open workflow has this id
   * @throws WorkflowUpdateFailedError when the workflow refuses
   */
  async update<Result, Args extends [unknown, ...unknown[]] | []>(
    workflowId: string,
    definition: UpdateDefinition<Result, Args>,
    args: Args,
  ): Promise<Result | null> {
    const handle = this.client.workflow.getHandle(workflowId);
    // The overloads for "no arguments" and "some" cannot be chosen for a generic tuple.
    const start = handle.startUpdate.bind(handle) as (
      definition: unknown,
      options: { args: Args; waitForStage: 'ACCEPTED' },
    ) => Promise<WorkflowUpdateHandle<Result>>;
    try {
      return await this.untilDone('update', () => start(definition, { args, waitForStage: 'ACCEPTED' }));
    } catch (error) {
      if (error instanceof WorkflowNotFoundError || isCutOffByClose(error)) return null;
      throw error;
    }
  }

  /** @returns false when no open workflow has this id */
  async signal<Args extends unknown[]>(
    workflowId: string,
    definition: SignalDefinition<Args>,
    args: Args,
    deadlineMs: number,
  ): Promise<boolean> {
    try {
      const handle = this.client.workflow.getHandle(workflowId);
      await this.within(deadlineMs, () => handle.signal(definition, ...args));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  /**
   * Sends an update by `start`, which waits until a worker has accepted it, and then waits for its outcome. Only the wait
   * until then counts against the limit: how long a provider takes to answer says nothing about us.
   *
   * @throws Problem temporarily_unavailable when there is too much at once, or nobody answers
   */
  untilDone<Result>(
    kind: 'create' | 'update',
    start: () => Promise<WorkflowUpdateHandle<Result>>,
  ): Promise<Result> {
    return this.withDeadline(UPDATE_DEADLINE_MS, async () => {
      const accepted = await this.limits[kind].run(start);
      return accepted.result();
    });
  }

  /**
   * A call that waits for no worker.
   *
   * @throws Problem temporarily_unavailable when there is too much at once, or Temporal is out of reach
   */
  within<T>(deadlineMs: number, call: () => Promise<T>): Promise<T> {
    return this.withDeadline(deadlineMs, () => this.limits.other.run(call));
  }

  private async withDeadline<T>(deadlineMs: number, call: () => Promise<T>): Promise<T> {
    try {
      return await this.client.withDeadline(Date.now() + deadlineMs, call);
    } catch (error) {
      if (isUnavailable(error))
        throw temporarilyUnavailable('Temporal or all workers are out of reach; try again');
      throw error;
    }
  }
}
