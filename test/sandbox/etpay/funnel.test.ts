import { http, startReceiver } from '../sandbox-client';
import { startEtpaySandbox, verifiedClaims, type EtpaySandbox, type OpenedSession } from './etpay-client';

const URLS = {
  payment_completed_url: 'https://shop.example/ok',
  payment_cancellation_url: 'https://shop.example/ko',
};

let sandbox: EtpaySandbox;
beforeAll(async () => {
  sandbox = await startEtpaySandbox();
});
afterAll(() => sandbox.close());

const pageOf = ({ token }: OpenedSession): string => `${sandbox.url}/etpay/pmt/session/${token}`;
const stateOf = async ({ token }: OpenedSession): Promise<string> =>
  (await sandbox.control('GET', `/etpay/payments/${token}`)).body.state;

/** What a browser without JavaScript would do: the form's own method and address. */
async function press(pageUrl: string, button: string) {
  const page = await http('GET', pageUrl);
  const form = new RegExp(`<form method="(get|post)" action="([^"]+)"><button[^>]*>${button}`).exec(
    page.text,
  );
  if (form?.[1] === undefined || form[2] === undefined)
    throw new Error(`no button ${button} in ${page.text}`);
  const url = new URL(form[2], pageUrl).href;
  return { url, ...(await http(form[1].toUpperCase(), url)) };
}
async function atBank(session: OpenedSession, bank: string, button: string) {
  return press((await press(pageOf(session), bank)).url, button);
}
function jwtIn(location: string | null, before: string): string {
  expect(location?.slice(0, before.length)).toBe(before);
  return location?.slice(before.length) ?? '';
}

it('shows who asks for how much, what the shop wants shown, and the banks', async () => {
  const session = await sandbox.session({
    metadata: [
      { name: '<b>Seat</b>', value: 'A & B', show: true },
      { name: 'Hidden', value: 'secret', show: false },
    ],
  });
  expect(await stateOf(session)).toBe('CREATED');
  const page = await http('GET', pageOf(session));
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  for (const text of [
    'Sandbox Shop SpA',
    '$ 15990 CLP',
    'ORDER-1001',
    '&lt;b&gt;Seat&lt;/b&gt;: A &amp; B',
  ]) {
    expect(page.text).toContain(text);
  }
  expect(page.text.match(/<form method="get"/g)).toHaveLength(9);
  expect(page.text).not.toMatch(/<script|<b>Seat|Hidden|mx_/);
  expect(await stateOf(session)).toBe('IN_FUNNEL');
});

it('Approve pays once and leads to the completed URL with a JWT that says so', async () => {
  const session = await sandbox.session({ ...URLS, merchant_order_id: 'approved' });
  const answer = await atBank(session, 'Banco de Chile', 'Approve the transfer');
  expect(answer.status).toBe(303);
  const jwt = jwtIn(answer.headers.get('location'), 'https://shop.example/ok?jwt=');
  const claims = verifiedClaims(jwt, session.signature_token);
  expect(claims).toMatchObject({
    payment_status: 'success',
    session_token: session.token,
    merchant_order_id: 'approved',
    merchant_amount: 15990,
    merchant_currency: 'CLP',
    user_bank: 'Banco de Chile',
  });
  expect((await sandbox.status({ session_token: session.token })).body).toEqual([claims]);
  const again = await http('POST', `${pageOf(session)}/bank/cl_bch/approve`);
  expect(again.status).toBe(409);
  expect(again.text).toContain('The transfer was made');
  expect(again.text).toContain('href="https://shop.example/ok?jwt=');
  expect((await sandbox.ledger('approved')).charges).toHaveLength(1);
});

it.each([
  ['Let the bank refuse', 'bank_refused', 'Bci'],
  ['Cancel and go back', 'user_cancelled', ''],
])('%s takes nothing and leads to the cancellation URL', async (button, reason, user_bank) => {
  const session = await sandbox.session({ ...URLS, merchant_order_id: 'none' });
  const answer =
    user_bank === '' ? await press(pageOf(session), button) : await atBank(session, user_bank, button);
  expect(answer.status).toBe(303);
  const jwt = jwtIn(answer.headers.get('location'), 'https://shop.example/ko?jwt=');
  expect(verifiedClaims(jwt, session.signature_token)).toMatchObject({
    payment_status: 'error',
    payment_token: expect.stringMatching(/^\w{64}$/),
    reason,
    user_bank,
  });
  expect(await stateOf(session)).toBe('FAILED');
  expect((await sandbox.ledger('none')).charges).toEqual([]);
});

it('Walk away changes nothing, and the payer can come back and pay', async () => {
  const session = await sandbox.session(URLS);
  const away = await press(pageOf(session), 'Walk away');
  expect([away.status, await stateOf(session)]).toEqual([200, 'IN_FUNNEL']);
  expect(away.text).toContain('You walked away');
  expect(away.text).not.toContain('shop.example');
  expect((await atBank(session, 'Santander', 'Approve the transfer')).status).toBe(303);
});

it('Approve and close pays while the browser never returns', async () => {
  const receiver = await startReceiver();
  const session = await sandbox.session({ ...URLS, payment_webhook_url: receiver.url });
  const answer = await atBank(session, 'Itaú', 'Approve and close');
  expect([answer.status, answer.headers.get('location')]).toEqual([200, null]);
  expect(await stateOf(session)).toBe('PAID');
  await receiver.arrived(1);
  await receiver.close();
});

it.each([
  ['&', 'https://shop.example/ok?o=1', 'https://shop.example/ok?o=1&jwt='],
  ['#', 'https://shop.example/ok', 'https://shop.example/ok#jwt='],
  [undefined, 'https://shop.example/ok?o=1', 'https://shop.example/ok?o=1?jwt='],
  [undefined, 'myshop://done', 'myshop://done?jwt='],
])('takes concat %s literally', async (concat, payment_completed_url, before) => {
  const session = await sandbox.session({ concat, payment_completed_url });
  const { status, body } = await sandbox.act(session.token, 'approve');
  expect(status).toBe(200);
  verifiedClaims(jwtIn(body.returnUrl, before), session.signature_token);
});

it('opens at the bank that the shop named', async () => {
  const session = await sandbox.session({ ...URLS, user_bank_code: 'CL_MACH' });
  const answer = await press(pageOf(session), 'Approve the transfer');
  const jwt = jwtIn(answer.headers.get('location'), 'https://shop.example/ok?jwt=');
  expect(verifiedClaims(jwt, session.signature_token).user_bank).toBe('MACH');
});

it('never links or redirects to a script, and says when there is no way back', async () => {
  for (const payment_completed_url of ['javascript:alert(1)', undefined]) {
    const session = await sandbox.session({ payment_completed_url });
    const answer = await atBank(session, 'Bci', 'Approve the transfer');
    expect([answer.status, await stateOf(session)]).toEqual([200, 'PAID']);
    expect(answer.text).toContain('You can close this page.');
    expect(answer.text).not.toContain('javascript:');
  }
});

it('delivers the webhook before the redirect where a rule says so', async () => {
  const receiver = await startReceiver();
  const session = await sandbox.session({
    ...URLS,
    merchant_order_id: 'early',
    payment_webhook_url: receiver.url,
  });
  await sandbox.control('POST', '/etpay/webhooks/rules', {
    match: { reference: 'early' },
    beforeAnswer: true,
  });
  const answer = await http('POST', `${pageOf(session)}/bank/cl_bci/approve`);
  expect(answer.status).toBe(303);
  expect(receiver.received).toHaveLength(1);
  await receiver.close();
});

it('forges the returned JWT where a switch says so', async () => {
  const other = await startEtpaySandbox();
  await other.settings({ returnShape: 'other_session_key' });
  const stranger = await other.session();
  const session = await other.session(URLS);
  const { returnUrl } = (await other.act(session.token, 'approve')).body;
  const jwt = jwtIn(returnUrl, 'https://shop.example/ok?jwt=');
  expect(() => verifiedClaims(jwt, session.signature_token)).toThrow('signature refused');
  expect(verifiedClaims(jwt, stranger.signature_token)).toMatchObject({
    session_token: session.token,
  });
  await other.close();
});

it('knows no strangers, no other banks and no other choices', async () => {
  const session = await sandbox.session();
  const page = pageOf(session);
  for (const address of [`${page}x`, `${page}/bank/mx_bbva`, `${sandbox.url}/etpay/pmt/`]) {
    expect((await http('GET', address)).status).toBe(404);
  }
  for (const step of ['/approve', '/bank/mx_bbva/approve', '/bank/toString/approve', '/bank/cl_bci/expire']) {
    expect((await http('POST', page + step)).status).toBe(404);
  }
  expect((await sandbox.control('GET', `/etpay/payments/${session.token}`)).body.attempts).toEqual([]);
});

it('tells a payer who comes too late', async () => {
  const session = await sandbox.session(URLS);
  await sandbox.act(session.token, 'expire');
  for (const step of ['/bank/cl_bci/approve', '/leave', '/cancel']) {
    const answer = await http('POST', pageOf(session) + step);
    expect([answer.status, await stateOf(session)]).toEqual([409, 'EXPIRED']);
    expect(answer.text).toContain('This session has expired');
    expect(answer.text).not.toContain('shop.example');
  }
});
