import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { TASK_QUEUE } from '../contract/workflow';
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

/** Calls of Temporal with deadlines, and with our words for what may become of them. */
export class TemporalCalls {
  constructor(
    readonly client: Client,
    readonly taskQueue = TASK_QUEUE,
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
    const execute = handle.executeUpdate.bind(handle) as (
      definition: unknown,
      options: { args: Args },
    ) => Promise<Result>;
    try {
      return await this.within(UPDATE_DEADLINE_MS, () => execute.call(handle, definition, { args }));
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

  /** @throws Problem temporarily_unavailable when Temporal or every worker is out of reach */
  async within<T>(deadlineMs: number, call: () => Promise<T>): Promise<T> {
    try {
      return await this.client.withDeadline(Date.now() + deadlineMs, call);
    } catch (error) {
      if (isUnavailable(error))
        throw temporarilyUnavailable('Temporal or all workers are out of reach; try again');
      throw error;
    }
  }
}
