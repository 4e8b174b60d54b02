import { DefaultFailureConverter } from '@temporalio/common';

/** Encrypts failure messages and stack traces too: they may quote what a provider answered. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
