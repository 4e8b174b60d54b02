import { http, startTestSandbox, type TestSandbox } from './sandbox-client';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterAll(() => sandbox.close());

/** What a browser without JavaScript would do: the form's own address. */
async function press(pageUrl: string, button: string) {
  const page = await http('GET', pageUrl);
  const form = new RegExp(`<form method="post" action="([^"]+)"><button[^>]*>${button}`).exec(page.text);
  if (form?.[1] === undefined) throw new Error(`no button ${button} in ${page.text}`);
  return http('POST', new URL(form[1], pageUrl).href);
}
const statusOf = async (id: string): Promise<string> =>
  (await sandbox.control('GET', `/droppay/authorizations/${id}`)).body.status;

it('shows who asks for how much and for what', async () => {
  const { sharing } = await sandbox.create({ description: '<b>Two & "more"</b>', charge_amount: 1234.5 });
  const page = await http('GET', sharing);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.text).toContain('Sandbox Shop S.r.l.');
  expect(page.text).toContain('€ 1234.50');
  expect(page.text).toContain('&lt;b&gt;Two &amp; &quot;more&quot;&lt;/b&gt;');
  expect(page.text).not.toMatch(/<script|<b>Two/);
});

it('Approve grants and leads back with dps and dpcht (V7)', async () => {
  const { id, sharing } = await sandbox.create({ loopback_uri: 'https://shop.example/o/1001/' });
  const answer = await press(sharing, 'Approve');
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe(`https://shop.example/o/1001/?dps=1&dpcht=${id}`);
  expect(await statusOf(id)).toBe('GRANTED');
  const again = await http('GET', sharing);
  expect(again.text).toContain('You approved this payment');
  expect(again.text).not.toContain('<form');
});

it.each([
  ['https://shop.example/o?order=1', (id: string) => `https://shop.example/o?order=1&dps=1&dpcht=${id}`],
  ['https://shop.example/o#end', (id: string) => `https://shop.example/o?dps=1&dpcht=${id}#end`],
  ['myapp://paid', (id: string) => `myapp://paid?dps=1&dpcht=${id}`],
])('joins its parameters to %s', async (loopback_uri, expected) => {
  const { id, sharing } = await sandbox.create({ loopback_uri });
  expect((await press(sharing, 'Approve')).headers.get('location')).toBe(expected(id));
});

it('Approve without a way back says so', async () => {
  const { id, sharing } = await sandbox.create();
  const answer = await press(sharing, 'Approve');
  expect([answer.status, await statusOf(id)]).toEqual([200, 'GRANTED']);
  expect(answer.text).toContain('You can close this page.');
});

it('Refuse refuses and leads back without dps', async () => {
  const { id, sharing } = await sandbox.create({ loopback_uri: 'https://shop.example/o/1/' });
  const answer = await press(sharing, 'Refuse');
  expect([answer.status, await statusOf(id)]).toEqual([200, 'REFUSED']);
  expect(answer.text).toContain('href="https://shop.example/o/1/"');
  expect(answer.text).not.toContain('dps=1');
});

it('Walk away changes nothing', async () => {
  const { id, sharing } = await sandbox.create({ loopback_uri: 'https://shop.example/o/2/' });
  const answer = await press(sharing, 'Walk away');
  expect([answer.status, await statusOf(id)]).toEqual([200, 'WAITING']);
  expect(answer.text).toContain('You walked away');
});

it('never links to a script', async () => {
  const { sharing } = await sandbox.create({ loopback_uri: 'javascript:alert(1)' });
  const answer = await press(sharing, 'Approve');
  expect(answer.status).toBe(200);
  expect(answer.text).not.toContain('javascript:');
});

it('tells a payer who comes too late', async () => {
  const { id, sharing } = await sandbox.create();
  await sandbox.control('POST', `/droppay/authorizations/${id}/expire`);
  const answer = await http('POST', `${sharing}/approve`);
  expect([answer.status, await statusOf(id)]).toEqual([409, 'EXPIRED']);
  expect(answer.text).toContain('This request has expired');
});

it('knows nothing of strangers, and an Acquirer authorization has no page', async () => {
  const { id } = await sandbox.create({ pos_id: sandbox.acquirerPosId });
  for (const unknown of [id, 'CHTNONE']) {
    const address = `${sandbox.url}/droppay/app/10/${unknown}`;
    expect((await http('GET', address)).status).toBe(404);
    expect((await http('POST', `${address}/approve`)).status).toBe(404);
  }
  expect(await statusOf(id)).toBe('WAITING');
});
