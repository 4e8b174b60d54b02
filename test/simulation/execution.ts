import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { coresdk, temporal } from '@temporalio/proto';
import type { WorkflowRun } from './workflow-runtime';

/** How an update ended, as its caller hears it. */
export type UpdateEnd =
  | { result: unknown }
  | { failure: temporal.api.failure.v1.IFailure }
  /** The workflow closed before it answered. */
  | { cutOff: true };

export interface Update {
  id: string;
  name: string;
  args: unknown[];
  /** Whether the workflow has taken it in. */
  accepted: boolean;
  end?: UpdateEnd;
  waiting: ((end: UpdateEnd) => void)[];
}

/** One workflow of the virtual server: what it keeps for it. */
export interface Execution {
  workflowId: string;
  workflowType: string;
  runId: string;
  status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CONTINUED_AS_NEW';
  memo: Record<string, unknown>;
  run: WorkflowRun;
  /** What happened since its last task. */
  jobs: coresdk.workflow_activation.IWorkflowActivationJob[];
  taskPlanned: boolean;
  updates: Map<string, Update>;
  timers: Map<number, { cancelled: boolean }>;
  activations: number;
}

export function toPayloads(values: readonly unknown[]): Payload[] {
  return values.map((value) => defaultPayloadConverter.toPayload(value));
}

export function fromPayload(payload: temporal.api.common.v1.IPayload | null | undefined): unknown {
  // What the workflow runtime makes has plain arrays of the other realm.
  return payload ? defaultPayloadConverter.fromPayload(payload) : undefined;
}
