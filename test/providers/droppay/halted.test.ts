import { CALL_WAITS_AT_MOST_MS } from '../../../src/contract/workflow';
import * as v from './vectors';
import { forTests } from '../local-server';
import { WireServer } from '../wire-server';
import { DropPayRig, granted } from './activities-rig';

/** A call waits for a worker for that long at most, and is then given 45 s (src/workflows/provider-calls.ts). */
const LONGEST_LIFE_MS = CALL_WAITS_AT_MOST_MS + 45_000;

const wire = forTests(new WireServer());
let rig: DropPayRig;
beforeEach(() => {
  const assumed = { acquirerCreatedGranted: true };
  rig = new DropPayRig(wire, { refundPath: '/shop/v1/pos/refund', acquirerPosId: 'POSACQ1', assumed });
  wire.on(v.READ, granted()).on(v.CHARGE, { status: 200, json: v.V4_ANSWER });
  wire.on(v.REFUND, { status: 200, json: v.REFUND_ANSWER });
});

describe('a worker that was halted after it had taken a call, and goes on when nobody expects it any more', () => {
  beforeEach(() => {
    rig.askedBeforeMs = LONGEST_LIFE_MS;
  });

  test('charges nothing', async () => {
    await expect(rig.charge()).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.sent(v.CHARGE)).toHaveLength(0);
  });

  test('gives nothing back', async () => {
    await expect(rig.refund()).resolves.toMatchObject({ outcome: 'not_sent' });
    expect(wire.sent(v.REFUND)).toHaveLength(0);
  });

  test('creates nothing that a device grants', async () => {
    await expect(rig.announce()).rejects.toMatchObject({ type: 'not_sent', nonRetryable: false });
    expect(wire.sent(v.CREATE)).toHaveLength(0);
  });
});

test('a call that has waited for a worker as long as it may is made', async () => {
  rig.askedBeforeMs = CALL_WAITS_AT_MOST_MS - 1_000;
  await expect(rig.charge()).resolves.toMatchObject({ outcome: 'succeeded' });
  expect(wire.sent(v.CHARGE)).toHaveLength(1);
});
