import { http } from '../sandbox-client';
import { checksum, startPomelo, type TestPomelo } from './pomelo-client';

let pomelo: TestPomelo;
beforeAll(async () => {
  pomelo = await startPomelo({}, { tradingName: 'Tea & <Sons>' });
});
afterAll(() => pomelo.close());

/** What a browser without JavaScript would do: the form's own address and fields. */
async function press(pageUrl: string, button: string, fields: Record<string, string> = {}) {
  const page = await http('GET', pageUrl);
  const form = new RegExp(
    `<form method="post" action="([^"]+)">(?:(?!</form>).)*<button[^>]*>${button}`,
  ).exec(page.text);
  if (form?.[1] === undefined) throw new Error(`no button ${button} in ${page.text}`);
  const answer = await fetch(new URL(form[1], pageUrl), {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
const stateOf = async (id: string): Promise<string> => (await pomelo.read(id)).state;
const signature = (method: 'sha1' | 'md5' = 'sha1') => checksum(method, 2000, 'GBP', pomelo.merchant.apiKey);

it('shows who asks for how much and for what', async () => {
  const { url } = await pomelo.create({ customerReference: '<b>Two & "more"</b>', amount: 123405 });
  const page = await http('GET', url);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.text).toContain('Tea &amp; &lt;Sons&gt;');
  expect(page.text).toContain('GBP 1234.05');
  expect(page.text).toContain('&lt;b&gt;Two &amp; &quot;more&quot;&lt;/b&gt;');
  expect(page.text).not.toMatch(/<script|<b>Two|<Sons>/);
});

it('Pay confirms and leads back with state, transactionId and signature', async () => {
  const { id, url } = await pomelo.create({ localId: 'pay', redirectUrl: 'https://shop.example/return/1' });
  const answer = await press(url, 'Pay');
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(
    `https://shop.example/return/1?state=CONFIRMED&transactionId=${id}&signature=${signature()}`,
  );
  expect(await stateOf(id)).toBe('CONFIRMED');
  expect((await pomelo.ledger('pay')).charges).toHaveLength(1);
  const again = await http('GET', url);
  expect(again.text).toContain('You have paid');
  expect(again.text).not.toContain('<form');
});

it('joins its parameters to what the address holds already, and escapes a Base64 signature', async () => {
  for (const [redirectUrl, before, after] of [
    ['https://shop.example/r?a=b%20c', 'https://shop.example/r?a=b%20c&', ''],
    ['https://shop.example/r#end', 'https://shop.example/r?', '#end'],
    ['myshop://paid', 'myshop://paid?', ''],
  ] as const) {
    const { id, url } = await pomelo.create({ signMethod: 'md5', redirectUrl });
    const query = new URLSearchParams({
      state: 'CONFIRMED',
      transactionId: id,
      signature: signature('md5'),
    }).toString();
    expect((await press(url, 'Pay')).headers.get('location')).toBe(`${before}${query}${after}`);
  }
});

it('offers a choice of payment without `provider`, and none with it', async () => {
  const open = await pomelo.create();
  expect((await http('GET', open.url)).text).toContain(
    '<option>card</option><option>sandbox-wallet</option>',
  );
  expect((await press(open.url, 'Pay', { provider: 'sandbox-wallet' })).status).toBe(200);
  expect((await pomelo.read(open.id)).provider).toBe('sandbox-wallet');
  const fixed = await pomelo.create({ provider: 'card' });
  const page = await http('GET', fixed.url);
  expect([page.text.includes('<select'), page.text.includes('Pay by card')]).toEqual([false, true]);
  const forged = await pomelo.create();
  expect((await press(forged.url, 'Pay', { provider: 'cheque' })).status).toBe(409);
  expect(await stateOf(forged.id)).toBe('QR_CODE_GENERATED');
});

it('a declined attempt can be tried again', async () => {
  const { id, url } = await pomelo.create({ redirectUrl: 'https://shop.example/return/2' });
  const declined = await press(url, 'Have this attempt declined');
  expect([declined.status, await stateOf(id)]).toEqual([200, 'QR_CODE_GENERATED']);
  expect(declined.text).toContain('This attempt was declined. You can try again.');
  expect(declined.text).toContain('>Pay</button>');
  expect((await press(url, 'Pay')).status).toBe(303);
  expect(await stateOf(id)).toBe('CONFIRMED');
});

it('a declined attempt leads to paymentAttemptFailureUrl where there is one', async () => {
  const { id, url } = await pomelo.createV2({ paymentAttemptFailureUrl: 'https://shop.example/failed' });
  expect((await press(url, 'Have this attempt declined')).headers.get('location')).toBe(
    `https://shop.example/failed?state=QR_CODE_GENERATED&transactionId=${id}&signature=${signature()}`,
  );
});

it('Cancel cancels and leads back', async () => {
  const { id, url } = await pomelo.create({ redirectUrl: 'https://shop.example/return/3' });
  const answer = await press(url, 'Cancel the payment');
  expect([answer.status, await stateOf(id)]).toEqual([303, 'CANCELLED']);
  expect(answer.headers.get('location')).toContain('?state=CANCELLED&transactionId=');
});

it('Walk away changes nothing', async () => {
  const { id, url } = await pomelo.create({ redirectUrl: 'https://shop.example/return/4' });
  const answer = await press(url, 'Walk away');
  expect([answer.status, await stateOf(id)]).toEqual([200, 'QR_CODE_GENERATED']);
  expect(answer.text).toContain('You walked away');
  expect(answer.text).toContain('https://shop.example/return/4?state=QR_CODE_GENERATED&amp;');
});

it('leads back before the confirmation, by switch', async () => {
  await pomelo.set({ confirmationDelayMs: 60_000 });
  const { id, url } = await pomelo.create({ redirectUrl: 'https://shop.example/return/5' });
  await pomelo.set({ confirmationDelayMs: 60_000 });
  expect((await press(url, 'Pay')).headers.get('location')).toContain('?state=QR_CODE_GENERATED&');
  await pomelo.set({ confirmationDelayMs: 0 });
  const page = await http('GET', url);
  expect(page.text).toContain('Your payment is being processed');
  expect(page.text).not.toContain('<form');
  await pomelo.advance(60_000);
  expect(await stateOf(id)).toBe('CONFIRMED');
});

it('tells a payer who comes too late', async () => {
  const { id, url } = await pomelo.create();
  await pomelo.act(id, 'expire');
  const answer = await http('POST', `${url}/approve`);
  expect([answer.status, await stateOf(id)]).toEqual([409, 'CANCELLED']);
  expect(answer.text).toContain('This payment was cancelled');
});

it('never links to a script, and knows nothing of strangers', async () => {
  const { url } = await pomelo.create({ redirectUrl: 'javascript:alert(1)' });
  const answer = await press(url, 'Pay');
  expect([answer.status, answer.text.includes('javascript:')]).toEqual([200, false]);
  for (const path of ['/pay/none', '/qr/none.svg']) {
    expect((await http('GET', `${pomelo.url}/pomelo${path}`)).status).toBe(404);
  }
  expect((await http('POST', `${pomelo.url}/pomelo/pay/none/approve`)).status).toBe(404);
});

it('draws a QR code that belongs to the page’s address', async () => {
  const [first, second] = [await pomelo.create(), await pomelo.create()];
  const pictures = await Promise.all([first, second].map(({ qr }) => http('GET', qr.url)));
  for (const picture of pictures) {
    expect([picture.status, picture.headers.get('content-type')]).toEqual([
      200,
      'image/svg+xml; charset=utf-8',
    ]);
    expect(picture.text).toContain('<svg');
  }
  expect(pictures[0]?.text).not.toBe(pictures[1]?.text);
});

it('keeps to the address that people reach it by', async () => {
  const proxied = await startPomelo({ publicUrl: 'https://sandbox.example/holdfast/' });
  const { id, url } = await proxied.create();
  const page = await http('GET', `${proxied.url}/pomelo/pay/${id}`);
  await proxied.close();
  expect(url).toBe(`https://sandbox.example/holdfast/pomelo/pay/${id}`);
  expect(page.text).toContain(`action="/holdfast/pomelo/pay/${id}/approve"`);
});
