import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { startTimeSkippingEnvironment } from '../support/temporal-servers';
import { patience } from '../support/patience';

const HOUR_MS = 3_600_000;

describe('the time-skipping server of the tests', () => {
  let environment: TestWorkflowEnvironment;

  beforeAll(async () => {
    environment = await startTimeSkippingEnvironment();
  }, patience(30_000));

  afterAll(() => environment.teardown());

  it('lets an hour pass in less than a second', async () => {
    const started = Date.now();
    const before = await environment.currentTimeMs();
    await environment.sleep(HOUR_MS);
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(HOUR_MS);
    expect(Date.now() - started).toBeLessThan(HOUR_MS / 100);
  });
});
