import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';

type ProtoFailure = temporal.api.failure.v1.IFailure;

/** How an activity failed, as it says itself. */
export interface ActivityError {
  type: string;
  message: string;
  retryable: boolean;
  /** The provider's own "not before". */
  retryAfterMs?: number;
}

/** An attempt that ran out of its time: nobody knows what became of it. */
export const TIMED_OUT = 'timed out';
/** No worker took it in time: it certainly was not made. */
export const NEVER_STARTED = 'never started';

export function activityFailure(
  { activityId, activityType }: { activityId: string; activityType: string },
  error: ActivityError | typeof TIMED_OUT | typeof NEVER_STARTED,
): ProtoFailure {
  return {
    message: 'Activity task failed',
    source: 'simulation',
    activityFailureInfo: {
      activityId,
      activityType: { name: activityType },
      identity: 'simulation',
      retryState: typeof error === 'string' || error.retryable ? RETRIES_EXCEEDED : NOT_RETRYABLE,
    },
    cause: typeof error === 'string' ? timeout(error) : applicationFailure(error),
  };
}

const {
  RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED: RETRIES_EXCEEDED,
  RETRY_STATE_NON_RETRYABLE_FAILURE: NOT_RETRYABLE,
} = temporal.api.enums.v1.RetryState;

function timeout(kind: typeof TIMED_OUT | typeof NEVER_STARTED): ProtoFailure {
  const { TIMEOUT_TYPE_START_TO_CLOSE, TIMEOUT_TYPE_SCHEDULE_TO_START } = temporal.api.enums.v1.TimeoutType;
  return {
    message: `activity ${kind}`,
    source: 'Server',
    timeoutFailureInfo: {
      timeoutType: kind === TIMED_OUT ? TIMEOUT_TYPE_START_TO_CLOSE : TIMEOUT_TYPE_SCHEDULE_TO_START,
    },
  };
}

function applicationFailure({ type, message, retryable, retryAfterMs }: ActivityError): ProtoFailure {
  return {
    message,
    source: 'TypeScriptSDK',
    applicationFailureInfo: {
      type,
      nonRetryable: !retryable,
      details: { payloads: [defaultPayloadConverter.toPayload({ retryAfterMs })] },
    },
  };
}
