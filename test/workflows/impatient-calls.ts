import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

const IMPATIENCE = 200;

/** Every wait of a call is this many times shorter: the time-skipping server skips none while a call waits. */
export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: ({ options, ...rest }, next) => {
        const { scheduleToStartTimeout, scheduleToCloseTimeout } = options;
        return next({
          ...rest,
          options: {
            ...options,
            ...(scheduleToStartTimeout && { scheduleToStartTimeout: shorter(scheduleToStartTimeout) }),
            ...(scheduleToCloseTimeout && { scheduleToCloseTimeout: shorter(scheduleToCloseTimeout) }),
          },
        });
      },
    },
  ],
});

function shorter(wait: string | number): number {
  if (typeof wait === 'string') throw new Error(`waits are in milliseconds, not ${wait}`);
  return wait / IMPATIENCE;
}
