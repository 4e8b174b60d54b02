import { startTestSandbox, type Answer, type TestSandbox } from './sandbox-client';

const AUTHORIZATION = '/shop/v1/pos/authorization';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());
afterEach(() => sandbox.control('DELETE', '/droppay/faults'));

const order = async (fault: Record<string, unknown>): Promise<string> => {
  const answer = await sandbox.control('POST', '/droppay/faults', fault);
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body.id;
};
const chargesOf = async (reference: string): Promise<number> =>
  (await sandbox.control('GET', `/droppay/ledger?reference=${reference}`)).body.charges.length;
const chargeCalls = async (reference: string) =>
  (await sandbox.control('GET', `/droppay/calls?call=charge&reference=${reference}`)).body;
const granted = (reference: string) => sandbox.granted({ merchant_custom_id: reference });
const causeOf = (failed: Promise<unknown>): Promise<string> =>
  failed.then(
    () => 'no error',
    (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.name,
  );

/** Ends once the ledger holds `count` charges; the test's own time limit ends a wait in vain. */
async function untilCharged(reference: string, count: number): Promise<void> {
  while ((await chargesOf(reference)) !== count) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('reset', () => {
  it('after applying loses the answer, not the charge (V12)', async () => {
    const read = await granted('v12');
    await order({ call: 'charge', kind: 'reset', apply: 'before', match: { reference: 'v12' } });
    expect(await causeOf(sandbox.charge(read.pay_token.val))).toBe('ECONNRESET');
    const after = (await sandbox.api('GET', `${AUTHORIZATION}/${read.id}`)).body;
    expect(after.charge_success_count).toBe(1);
    expect(await chargesOf('v12')).toBe(1);
    const { calls } = await chargeCalls('v12');
    expect(calls).toMatchObject([{ effect: { httpStatus: 200 }, answer: 'none', fault: { kind: 'reset' } }]);
  });

  it('without applying loses both', async () => {
    const read = await granted('reset-never');
    await order({ call: 'charge', kind: 'reset', match: { reference: 'reset-never' } });
    expect(await causeOf(sandbox.charge(read.pay_token.val))).toBe('ECONNRESET');
    expect(await chargesOf('reset-never')).toBe(0);
    expect((await chargeCalls('reset-never')).counts.charge.notApplied).toBe(1);
    expect((await sandbox.charge(read.pay_token.val)).status).toBe(200);
  });

  it('before applying lets the charge happen late', async () => {
    const read = await granted('reset-late');
    await order({
      call: 'charge',
      kind: 'reset',
      apply: 'after',
      ms: 50,
      match: { reference: 'reset-late' },
    });
    expect(await causeOf(sandbox.charge(read.pay_token.val))).toBe('ECONNRESET');
    await untilCharged('reset-late', 1);
  });
});

describe('status', () => {
  it.each([
    ['never', 0],
    ['before', 1],
  ])('answers 503 with apply %s', async (apply, charges) => {
    const reference = `status-${apply}`;
    const read = await granted(reference);
    const headers = { 'retry-after': '7' };
    await order({ call: 'charge', kind: 'status', status: 503, headers, apply, match: { reference } });
    const answer = await sandbox.charge(read.pay_token.val);
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([503, '', null]);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(await chargesOf(reference)).toBe(charges);
  });

  it('answers first and charges after', async () => {
    const read = await granted('status-late');
    await order({
      call: 'charge',
      kind: 'status',
      status: 504,
      apply: 'after',
      match: { reference: 'status-late' },
    });
    expect((await sandbox.charge(read.pay_token.val)).status).toBe(504);
    await untilCharged('status-late', 1);
  });

  it('gives the body it is told: 401/102 (V8), 403/200 and 409/200 (V10)', async () => {
    const { id } = await sandbox.create();
    for (const [status, code] of [
      [401, '102'],
      [403, '200'],
      [409, '200'],
    ] as const) {
      await order({ call: 'read', kind: 'status', status, body: { code, description: 'as told' } });
      const answer = await sandbox.api('GET', `${AUTHORIZATION}/${id}`);
      expect([answer.status, answer.body]).toEqual([status, { code, description: 'as told' }]);
    }
  });
});

describe('hang', () => {
  it.each([
    ['never', 0],
    ['before', 1],
    ['after', 1],
  ])('keeps the caller waiting with apply %s', async (apply, charges) => {
    const reference = `hang-${apply}`;
    const read = await granted(reference);
    await order({ call: 'charge', kind: 'hang', apply, match: { reference } });
    const impatient = fetch(`${sandbox.url}/droppay/shop/v1/pos/charge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${sandbox.token}` },
      body: JSON.stringify({ pay_token_val: read.pay_token.val, description: 'x', amount: 12.3 }),
      signal: AbortSignal.timeout(300),
    });
    expect(await causeOf(impatient)).toBe('TimeoutError');
    await untilCharged(reference, charges);
    expect((await chargeCalls(reference)).calls[0].answer).toBe('none');
  });

  it('cuts the connection after ms', async () => {
    await order({ call: 'token', kind: 'hang', ms: 20, match: { clientId: sandbox.clientId } });
    expect(await causeOf(sandbox.api('POST', '/oa2/v1/ac/token', sandbox.login))).toBe('ECONNRESET');
  });
});

it('garbage says 200 and JSON, and is none', async () => {
  const read = await granted('garbage');
  await order({ call: 'charge', kind: 'garbage', apply: 'before', match: { reference: 'garbage' } });
  const answer = await sandbox.charge(read.pay_token.val);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(() => JSON.parse(answer.text)).toThrow(SyntaxError);
  expect(await chargesOf('garbage')).toBe(1);
});

it('slow waits with the answer, not with the effect', async () => {
  const read = await granted('slow');
  await order({ call: 'charge', kind: 'slow', ms: 400, match: { reference: 'slow' } });
  let answered = false;
  const slow = sandbox.charge(read.pay_token.val).then((answer: Answer) => {
    answered = true;
    return answer;
  });
  await untilCharged('slow', 1);
  expect(answered).toBe(false);
  expect((await slow).body.status).toBe('DONE');
});

it('wrong_content_type keeps the body', async () => {
  const { id } = await sandbox.create();
  await order({ call: 'read', kind: 'wrong_content_type' });
  const answer = await sandbox.api('GET', `${AUTHORIZATION}/${id}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
  expect(JSON.parse(answer.text).id).toBe(id);
});

it('override merges into the answer, null removes, the ledger stays true', async () => {
  const read = await granted('override');
  const body = {
    status: 'PONDERING',
    charge_amount: 13,
    pay_token: { val: 'other' },
    charge_success_count: null,
  };
  await order({ call: 'read', kind: 'override', body, match: { reference: 'override' } });
  const lie = (await sandbox.api('GET', `${AUTHORIZATION}/${read.id}`)).body;
  expect(lie).toMatchObject({ id: read.id, status: 'PONDERING', charge_amount: 13 });
  expect(lie.pay_token).toEqual({ ...read.pay_token, val: 'other' });
  expect('charge_success_count' in lie).toBe(false);
  expect((await sandbox.api('GET', `${AUTHORIZATION}/${read.id}`)).body).toEqual(read);
});

describe('matching', () => {
  it('strikes every call of the one reference, and no other', async () => {
    const [mine, other] = [await granted('mine'), await granted('other')];
    for (const call of ['create', 'read', 'delete', 'patch', 'charge']) {
      await order({ call, kind: 'status', status: 503, match: { reference: 'mine' } });
    }
    const create = { description: 'x', charge_amount: 1, pos_id: sandbox.posId, merchant_custom_id: 'mine' };
    expect((await sandbox.api('GET', `${AUTHORIZATION}/${other.id}`)).status).toBe(200);
    expect((await sandbox.api('DELETE', `${AUTHORIZATION}/${other.id}`)).status).toBe(409);
    expect((await sandbox.charge(other.pay_token.val)).status).toBe(200);
    const struck = [
      await sandbox.api('POST', AUTHORIZATION, create),
      await sandbox.api('GET', `${AUTHORIZATION}/${mine.id}`),
      await sandbox.api('DELETE', `${AUTHORIZATION}/${mine.id}`),
      await sandbox.api('PATCH', `${AUTHORIZATION}/${mine.id}`, { status: 'GRANTED' }),
      await sandbox.charge(mine.pay_token.val),
    ];
    expect(struck.map((answer) => answer.status)).toEqual([503, 503, 503, 503, 503]);

    const paid = await sandbox.charge(mine.pay_token.val);
    await order({ call: 'refund', kind: 'status', status: 503, match: { reference: 'mine' } });
    const refund = { charge_id: paid.body.id, amount: 1 };
    expect((await sandbox.api('POST', '/shop/v1/pos/refund', refund)).status).toBe(503);
    expect((await sandbox.api('POST', '/shop/v1/pos/refund', refund)).status).toBe(200);
  });

  it('still finds a charge with a pay token of an earlier life', async () => {
    const read = await granted('old-token');
    await sandbox.control('POST', '/clock', { advanceMs: 182_000 });
    await sandbox.api('GET', `${AUTHORIZATION}/${read.id}`);
    await order({ call: 'charge', kind: 'status', status: 503, match: { reference: 'old-token' } });
    expect((await sandbox.charge(read.pay_token.val)).status).toBe(503);
  });

  it('strikes the logins of one account', async () => {
    await order({ call: 'token', kind: 'status', status: 500, match: { clientId: 'somebody-else' } });
    expect((await sandbox.api('POST', '/oa2/v1/ac/token', sandbox.login)).status).toBe(200);
    await order({ call: 'token', kind: 'status', status: 500, match: { clientId: sandbox.clientId } });
    expect((await sandbox.api('POST', '/oa2/v1/ac/token', sandbox.login)).status).toBe(500);
  });

  it('strikes as often as told, then no more; null until cleared', async () => {
    const { id } = await sandbox.create({ merchant_custom_id: 'often' });
    const statusOfRead = async (): Promise<number> =>
      (await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).status;
    await order({ call: 'read', kind: 'status', times: 2 });
    expect([await statusOfRead(), await statusOfRead(), await statusOfRead()]).toEqual([500, 500, 200]);
    const fault = await order({ call: 'read', kind: 'status', times: null });
    expect([await statusOfRead(), await statusOfRead()]).toEqual([500, 500]);
    const { faults } = (await sandbox.control('GET', '/droppay/faults')).body;
    expect(faults).toMatchObject([{ id: fault, timesLeft: null }]);
    expect((await sandbox.control('DELETE', `/droppay/faults/${fault}`)).body).toEqual({ cleared: 1 });
    expect(await statusOfRead()).toBe(200);
    expect((await sandbox.control('DELETE', `/droppay/faults/${fault}`)).status).toBe(404);
  });
});

it.each([
  [{ call: 'pay', kind: 'status' }, 'call'],
  [{ call: 'read', kind: 'explode' }, 'kind'],
  [{ call: 'read', kind: 'slow' }, 'ms'],
  [{ call: 'read', kind: 'override' }, 'body'],
  [{ call: 'read', kind: 'override', body: {}, apply: 'before' }, 'apply'],
  [{ call: 'read', kind: 'status', status: 42 }, 'status'],
  [{ call: 'read', kind: 'status', match: { referense: 'x' } }, 'match'],
])('refuses %j and names the field', async (fault, field) => {
  const answer = await sandbox.control('POST', '/droppay/faults', fault);
  expect(answer.status).toBe(400);
  expect(answer.body.error.problems).toContainEqual({ field, problem: expect.any(String) });
});
