import { availableParallelism, loadavg } from 'node:os';

/**
 * How many times as long everything may take as on a machine that does nothing else: as HOLDFAST_TEST_PATIENCE says, or by how
 * many processes wait for each processor.
 */
const FACTOR = factor();

/** Tests that are not about time wait for at least this long before they give up. */
const LEAST_MS = 10_000;

/** After how many ms a test gives up that is not about time: `ms`, or more on a machine that is busy. */
export function patience(ms = LEAST_MS): number {
  return scaled(Math.max(ms, LEAST_MS));
}

/** For a test that waits for a time-out on purpose: `ms`, or more on a machine that is busy. */
export function scaled(ms: number): number {
  return Math.round(ms * FACTOR);
}

/** No adapter may be told to wait for longer. */
const LONGEST_CALL_MS = 10_000;

/** Settings of an adapter whose time-outs are not what is tested. */
export const PATIENT = { connectTimeoutMs: LONGEST_CALL_MS, callTimeoutMs: LONGEST_CALL_MS };

/** Settings of an adapter under test: its calls are given up soon only where one of the answers never comes. */
export function soonWhereItHangs(...answers: unknown[]): typeof PATIENT {
  const hangs = answers.includes('hang');
  return { ...PATIENT, ...(hangs && { callTimeoutMs: Math.min(scaled(400), LONGEST_CALL_MS) }) };
}

function factor(): number {
  const asked = Number(process.env['HOLDFAST_TEST_PATIENCE'] ?? Number.NaN);
  if (asked > 0) return asked;
  const [lastMinute = 0] = loadavg();
  return Math.max(1, lastMinute / availableParallelism());
}
