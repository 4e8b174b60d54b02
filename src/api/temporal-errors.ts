import {
  isGrpcServiceError,
  ServiceError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** gRPC codes that blame the request, not the cluster: INVALID_ARGUMENT, OUT_OF_RANGE, UNIMPLEMENTED. */
const OUR_FAULT = [3, 11, 12];

/** Whether Temporal, or every worker, is out of reach; trying again later may work. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && !OUR_FAULT.includes(cause.code);
}

/** Code and message of a refused update; null when the error is something else. */
export function refusalOf(error: unknown): { code: string; message: string } | null {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure))
    return null;
  return { code: error.cause.type ?? '', message: error.cause.message };
}

/** The server's word for an update that was accepted by a workflow which then closed. */
export function isCutOffByClose(error: unknown): boolean {
  return refusalOf(error)?.code === 'AcceptedUpdateCompletedWorkflow';
}
