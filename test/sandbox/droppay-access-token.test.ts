import { http, startTestSandbox, type TestSandbox } from './sandbox-client';

const AUTHORIZATION = '/shop/v1/pos/authorization';
const TOKEN = '/oa2/v1/ac/token';
const HEX_32 = /^[0-9a-f]{32}$/;

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox({ publicUrl: 'https://sandbox.example/' });
});
afterAll(() => sandbox.close());

function setting(change: Record<string, unknown>) {
  return sandbox.control('POST', '/droppay/settings', { clientId: sandbox.clientId, ...change });
}

describe('access token', () => {
  it('answers a login with a bearer token (V1)', async () => {
    const answer = await sandbox.api('POST', TOKEN, sandbox.login);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      token_type: 'bearer',
      access_token: expect.stringMatching(HEX_32),
      expires_in: 3600,
      refresh_token: expect.stringMatching(HEX_32),
    });
  });

  it('logs the default account in', async () => {
    const login = { ...sandbox.login, client_id: 'sandbox-app', client_secret: 'sandbox-secret' };
    const { body } = await sandbox.api('POST', TOKEN, { ...login, code: 'sandbox-connection' });
    for (const pos_id of ['POSSANDBOX1', 'POSSANDBOXACQ1']) {
      const order = { description: 'Order', charge_amount: 1, pos_id };
      expect((await sandbox.api('POST', AUTHORIZATION, order, body.access_token)).status).toBe(200);
    }
  });

  it.each([
    ['a missing field', { scope: undefined }, 400, '100'],
    ['a missing code', { code: undefined }, 400, '100'],
    ['an unknown field', { surprise: 1 }, 400, '101'],
    ['another grant type', { grant_type: 'password' }, 400, '101'],
    ['a number for a text', { client_id: 7 }, 400, '101'],
    ['a wrong secret', { client_secret: 'no' }, 401, '100'],
    ['a wrong code', { code: 'no' }, 401, '100'],
    ['an unknown application', { client_id: 'nobody' }, 401, '100'],
    ['another scope', { scope: 'user' }, 401, '101'],
  ])('refuses %s', async (_what, change, status, code) => {
    const answer = await sandbox.api('POST', TOKEN, { ...sandbox.login, ...change });
    expect([answer.status, answer.body]).toEqual([status, { code, description: expect.any(String) }]);
  });

  it('refuses a body that is no JSON', async () => {
    const answer = await sandbox.api('POST', TOKEN, '{"grant_type": "authorization_code",}');
    expect([answer.status, answer.body.code]).toEqual([400, '101']);
  });

  it('renews by PUT with all fields, and by grant type refresh_token', async () => {
    const { refresh_token } = (await sandbox.api('POST', TOKEN, sandbox.login)).body;
    const put = await sandbox.api('PUT', TOKEN, { ...sandbox.login, refresh_token });
    expect([put.status, put.body.access_token]).toEqual([200, expect.stringMatching(HEX_32)]);
    const { code: _code, ...withoutCode } = sandbox.login;
    const assumed = await sandbox.api('POST', TOKEN, {
      ...withoutCode,
      grant_type: 'refresh_token',
      refresh_token,
    });
    expect(assumed.status).toBe(200);

    expect((await sandbox.api('PUT', TOKEN, sandbox.login)).body.code).toBe('100');
    const wrong = await sandbox.api('PUT', TOKEN, { ...sandbox.login, refresh_token: 'no' });
    expect([wrong.status, wrong.body.code]).toEqual([401, '100']);
  });

  it('refuses calls without a live token with 401/102 (V8)', async () => {
    for (const token of ['', 'made-up']) {
      const answer = await http('GET', `${sandbox.url}/droppay${AUTHORIZATION}/CHTX`, undefined, token);
      expect([answer.status, answer.body.code]).toEqual([401, '102']);
      expect(answer.headers.get('content-type')).toContain('application/json');
    }
  });

  it('kills the old token at a new login only when told to', async () => {
    const { id } = await sandbox.create();
    const old = sandbox.token;
    await sandbox.logIn();
    expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`, undefined, old)).status).toBe(200);
    await setting({ newTokenKillsOld: true });
    await sandbox.logIn();
    expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`, undefined, old)).status).toBe(401);
    expect((await sandbox.api('GET', `${AUTHORIZATION}/${id}`)).status).toBe(200);
    await setting({ newTokenKillsOld: false });
  });
});
