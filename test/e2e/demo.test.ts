import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Payer, PHONE, startChromium } from '../browser/payer';
import { describeInChromium } from '../support/chromium';
import { eventually } from '../support/eventually';
import { temporalCliPath } from '../support/temporal-binaries';
import { patience } from '../support/patience';

const CLI = join(__dirname, '../../dist/local/cli.js');
/** A child that hangs is killed; whatever it started ends with it. */
const LONGEST_RUN_MS = patience(90_000);

interface Run {
  child: ChildProcess;
  output: () => string;
  ended: Promise<number | null>;
}

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The program as users run it, with data and logs in a directory of this test's own. */
function run(args: string[], environment: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ['--enable-source-maps', CLI, ...args], {
    env: {
      ...process.env,
      ...{ TEMPORAL_CLI_PATH: temporalCliPath(), XDG_CACHE_HOME: directory, TMPDIR: directory },
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_RUN_MS,
    killSignal: 'SIGKILL',
  });
  const pieces: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return { child, output: () => pieces.join(''), ended };
}

describe('npm run demo', () => {
  it('takes a payment with every provider and shows all side by side', async () => {
    const { output, ended } = run(['demo']);
    const code = await ended;
    const text = output();
    expect([code, text]).toEqual([0, expect.stringContaining('the ledgers of the sandbox agree')]);
    const rows = [
      /^droppay-pos .*✓ succeeded +12\.50 EUR +1 charge +\d/m,
      /^droppay-acquirer .*✓ succeeded +12\.50 EUR +1 charge +\d/m,
      /^payermax .*✓ succeeded +19\.99 USD +1 charge, 1 refund +\d/m,
      /^pomelo .*✓ succeeded +20\.00 GBP +1 charge +\d/m,
      /^etpay .*✓ succeeded +15990 CLP +1 charge +\d/m,
      /^etpay .*✓ failed +15990 CLP +0 charges +\d/m,
      /^droppay-pos .*✓ expired +12\.50 EUR +0 charges +\d/m,
    ];
    for (const row of rows) expect(text).toMatch(row);
    for (const type of ['payment.succeeded', 'payment.failed', 'payment.expired', 'refund.succeeded']) {
      expect(text).toMatch(new RegExp(`event +order-\\d +${type}$`, 'm'));
    }
    expect(text).toMatch(/^Timeline of order-3 \(payermax\)\n +0\.000 s +backend +requested/m);
    expect(readdirSync(directory).filter((name) => name.startsWith('holdfast-demo'))).toEqual([]);
  });

  it('fails when a process of its does not start, and says which', async () => {
    const { output, ended } = run(['demo'], { TEMPORAL_CLI_PATH: join(directory, 'missing') });
    expect(await ended).toBe(1);
    expect(output()).toContain('The Temporal dev server: cannot run');
  });
});

describe('the try-it page of npm start', () => {
  let start: Run;
  let url: string;
  beforeAll(async () => {
    start = run(['start', '--free-ports']);
    const address = /^ *Try it +(\S+)/m;
    const printed = () => Promise.resolve(start.output());
    await eventually(printed, (text) => address.test(text) || start.child.exitCode !== null, 60_000);
    url = address.exec(start.output())?.[1] ?? '';
    if (!url) throw new Error(`npm start did not come up:\n${start.output()}`);
  });
  afterAll(async () => {
    start.child.kill('SIGINT');
    expect(await start.ended).toBe(130);
  });

  const pageOf = async (path: string) => (await fetch(`${url}${path}`)).text();
  const statusIn = (page: string) => /data-status="(\w+)"/.exec(page)?.[1];
  const submit = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
      redirect: 'manual',
    });
  const hiddenKey = (page: string) => /name="key" value="([^"]+)"/.exec(page)?.[1] ?? '';

  it('takes a payment by its form, follows it to its end and gives money back', async () => {
    const home = await pageOf('/');
    const reference = `try-${randomUUID().slice(0, 8)}`;
    const form = { provider: 'droppay-pos', amount: '12,50', reference, description: 'Tea & <b>cake</b>' };
    const key = hiddenKey(home);
    const created = await submit('/payments', { ...form, key });
    const path = created.headers.get('location') ?? '';
    expect([created.status, path]).toEqual([303, expect.stringMatching(/^\/payments\/pay_\w+$/)]);
    expect((await submit('/payments', { ...form, key })).headers.get('location')).toBe(path);

    const waiting = await pageOf(path);
    expect(statusIn(waiting)).toBe('requires_action');
    expect(waiting).toContain('12.50 EUR');
    expect(waiting).toContain('Tea &amp; &lt;b&gt;cake&lt;/b&gt;');
    expect(waiting).toMatch(/href="http[^"]+\/checkout\/pay_/);
    const payer = /id="payer" href="([^"]+)"/.exec(waiting)?.[1] ?? '';
    expect((await fetch(`${payer}/approve`, { method: 'POST' })).ok).toBe(true);

    const paid = await eventually(
      () => pageOf(path),
      (page) => statusIn(page) === 'succeeded',
    );
    const part = { amount: '2.50', key: hiddenKey(paid) };
    expect((await submit(`${path}/refund`, part)).status).toBe(303);
    await eventually(
      () => pageOf(path),
      (page) => /<dt>Refunded<\/dt>\s*<dd>2\.50 EUR<\/dd>/.test(page),
    );
    const list = await eventually(
      () => pageOf('/'),
      (page) => page.includes(reference),
    );
    expect(list).toContain('backend: requested');
    const apiKey = /API key +(\S+)/.exec(start.output())?.[1] ?? '';
    expect(apiKey).not.toBe('');
    for (const page of [home, waiting, paid, list]) expect(page).not.toContain(apiKey);
  });

  it('confirms, cancels, and says what cannot be done', async () => {
    const order = { amount: '20', reference: 'try-it', description: 'Tea' };
    const create = async (provider: string) =>
      (await submit('/payments', { ...order, provider, key: randomUUID() })).headers.get('location') ?? '';
    const terminal = await create('droppay-acquirer');
    expect((await submit(`${terminal}/confirm`, {})).status).toBe(303);
    await eventually(
      () => pageOf(terminal),
      (page) => statusIn(page) === 'succeeded',
    );
    const unwanted = await create('payermax');
    expect((await submit(`${unwanted}/cancel`, {})).status).toBe(303);
    expect(statusIn(await pageOf(unwanted))).toBe('cancelled');

    const unstoppable = await submit(`${await create('etpay')}/cancel`, {});
    expect([unstoppable.status, await unstoppable.text()]).toEqual([
      409,
      expect.stringContaining('role="alert"'),
    ]);
    const centavos = await submit('/payments', { ...order, provider: 'etpay', amount: '1.5', key: 'k' });
    expect([centavos.status, await centavos.text()]).toEqual([400, expect.stringContaining('value="1.5"')]);
    const stranger = await submit(
      '/payments',
      { ...order, provider: 'etpay' },
      { origin: 'http://evil.example' },
    );
    expect(stranger.status).toBe(403);
    expect((await fetch(`${url}/payments/pay_none`)).status).toBe(404);
  });

  it('runs nothing but its own script', async () => {
    const { headers } = await fetch(url);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(await pageOf('/')).not.toMatch(/<script(?![^>]* src="\/assets\/)|<style|\son\w+=|\sstyle=/);
    for (const path of ['/assets/try-it.js', '/assets/try-it.css'])
      expect((await fetch(`${url}${path}`)).ok).toBe(true);
  });

  describeInChromium('on a phone', (path) => {
    it('follows the payer without being loaded again, and takes keys', async () => {
      const browser = await startChromium(path);
      try {
        const shop = await Payer.at(browser, url, { viewport: PHONE });
        await shop.page.getByLabel('Provider').selectOption('pomelo');
        await shop.page.getByLabel('Reference').fill('order-phone');
        await shop.page.getByLabel('Reference').press('Enter');
        await shop.reads('requires action');
        expect(await shop.overflow()).toBe(0);
        await shop.page.evaluate('window.sameDocument = true');
        const [payer] = await Promise.all([
          shop.page.waitForEvent('popup'),
          shop.follow('Be the payer at Pomelo'),
        ]);
        await payer.getByRole('button', { name: /^Pay/ }).first().click();
        await shop.reads('succeeded');
        await shop.page.getByRole('listitem').filter({ hasText: 'the money was taken' }).waitFor();
        expect(await shop.page.evaluate('window.sameDocument')).toBe(true);
        await shop.follow('All payments');
        const details = shop.page.getByRole('listitem').filter({ hasText: 'order-phone' }).getByRole('group');
        await details.getByText('Timeline').click();
        await details.getByText('the money was taken').waitFor();
        expect(await shop.overflow()).toBe(0);
        expect(shop.complaints).toEqual([]);
      } finally {
        await browser.close();
      }
    });
  });
});
