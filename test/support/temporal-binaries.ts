import { prepared } from './prepared';

/** Path of the Temporal CLI; `npm test` names it, else it is looked for (and got) as `npm test` does. */
export function temporalCliPath(): string {
  return (process.env.TEMPORAL_CLI_PATH ||= prepared('temporal-cli').TEMPORAL_CLI_PATH);
}

/** Path of the time-skipping test server: a command that takes a port. */
export function testServerPath(): string {
  return (process.env.TEMPORAL_TEST_SERVER_PATH ||= prepared('test-server').TEMPORAL_TEST_SERVER_PATH);
}
