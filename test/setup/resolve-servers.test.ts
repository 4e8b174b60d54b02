import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PREPARE = join(__dirname, '../../scripts/prepare.mjs');
const NEW_ENOUGH = 'echo "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)"';
const TOO_OLD = 'echo "temporal version 1.0.0 (Server 1.24.2, UI 2.28.0)"';

let folder: string;
let bin: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-resolve-'));
  bin = join(folder, 'bin');
  mkdirSync(bin);
});

afterEach(() => rmSync(folder, { recursive: true }));

function executable(path: string, script: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Runs one step with nothing on PATH but `bin`, an empty cache and no way to the internet. */
function prepare(step: string, environment: Record<string, string> = {}) {
  const offline = join(folder, 'offline.cjs');
  writeFileSync(
    offline,
    `globalThis.fetch = async () => { throw new Error('no network in this test'); };
     process.getuid = () => Number(process.env.TEST_UID ?? 1000);`,
  );
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--require', offline, PREPARE, step, '--json'],
    {
      env: { PATH: bin, XDG_CACHE_HOME: join(folder, 'cache'), ...environment },
      encoding: 'utf8',
    },
  );
  return { status, stderr, found: (stdout ? JSON.parse(stdout) : {}) as Record<string, string> };
}

const cached = (...path: string[]) => join(folder, 'cache/holdfast', ...path);

describe('the Temporal CLI', () => {
  it('is the one that TEMPORAL_CLI_PATH names', () => {
    const named = executable(join(folder, 'my-temporal'), NEW_ENOUGH);
    executable(join(bin, 'temporal'), NEW_ENOUGH);
    expect(prepare('temporal-cli', { TEMPORAL_CLI_PATH: named }).found).toEqual({ TEMPORAL_CLI_PATH: named });
  });

  it('is never another one when TEMPORAL_CLI_PATH is wrong', () => {
    executable(join(bin, 'temporal'), NEW_ENOUGH);
    const { status, stderr } = prepare('temporal-cli', { TEMPORAL_CLI_PATH: '/no/such/temporal' });
    expect(status).toBe(1);
    expect(stderr).toContain('TEMPORAL_CLI_PATH names /no/such/temporal, which is not usable');
    expect(stderr).toContain('Correct or unset it.');
  });

  it('is then the one on PATH, before the cache', () => {
    executable(join(bin, 'temporal'), NEW_ENOUGH);
    executable(cached('temporal-cli/1.5.1/temporal'), NEW_ENOUGH);
    expect(prepare('temporal-cli').found).toEqual({ TEMPORAL_CLI_PATH: 'temporal' });
  });

  it.each([
    ['is too old', TOO_OLD],
    ['does not run', 'exit 1'],
    ['is something else', 'echo hello'],
  ])('is the one in the cache when the one on PATH %s', (_why, script) => {
    executable(join(bin, 'temporal'), script);
    const inCache = executable(cached('temporal-cli/1.5.1/temporal'), NEW_ENOUGH);
    expect(prepare('temporal-cli').found).toEqual({ TEMPORAL_CLI_PATH: inCache });
  });

  it('is built by Go into the cache when it cannot be downloaded', () => {
    executable(join(bin, 'go'), `echo "$2" > ${folder}/asked; printf '#!/bin/sh\\n' > "$GOBIN/temporal"`);
    const { found, stderr } = prepare('temporal-cli');
    expect(found).toEqual({ TEMPORAL_CLI_PATH: cached('temporal-cli/1.5.1/temporal') });
    expect(stderr).toContain('✓ Temporal dev server');
  });

  it('is asked for in words when there is no way to get it', () => {
    const { status, stderr } = prepare('temporal-cli');
    expect(status).toBe(1);
    for (const way of ['install the Temporal CLI', 'install Go', 'TEMPORAL_CLI_PATH', 'TEMPORAL_ADDRESS'])
      expect(stderr).toContain(way);
    expect(stderr).toContain('temporal on PATH: there is no temporal on PATH');
    expect(stderr).toContain('temporal.download is out of reach (no network in this test)');
    expect(stderr).toContain('go install: there is no go on PATH');
  });
});

describe('the time-skipping test server', () => {
  it('is the one that TEMPORAL_TEST_SERVER_PATH names', () => {
    const named = executable(join(folder, 'server'), '');
    const { found } = prepare('test-server', { TEMPORAL_TEST_SERVER_PATH: named });
    expect(found).toEqual({ TEMPORAL_TEST_SERVER_PATH: named });
  });

  it('is asked for in words when there is no way to get it', () => {
    const { status, stderr } = prepare('test-server');
    expect(status).toBe(1);
    expect(stderr).toContain('install a Java runtime (17 or later) and Maven');
    expect(stderr).toContain('Maven: there is no java on PATH');
  });
});

describe('Chromium', () => {
  const CHROMIUM = 'echo "Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)"';
  const CHROME = 'echo "Google Chrome 149.0.7827.53 "';
  /** Puts a Chromium on PATH, as the package would. */
  const installs = () => `
    echo "$*" >> ${folder}/asked
    case "$*" in
      *install*chromium*) printf '#!/bin/sh\\n${CHROMIUM}\\n' > ${bin}/chromium; /bin/chmod 755 ${bin}/chromium ;;
    esac`;

  it('is the one that CHROMIUM_PATH names', () => {
    const named = executable(join(folder, 'my-chromium'), CHROMIUM);
    executable(join(bin, 'chromium'), CHROMIUM);
    expect(prepare('chromium', { CHROMIUM_PATH: named }).found).toEqual({ CHROMIUM_PATH: named });
  });

  it('is never another one when CHROMIUM_PATH is wrong', () => {
    executable(join(bin, 'chromium'), CHROMIUM);
    const { status, stderr } = prepare('chromium', { CHROMIUM_PATH: '/no/such/chromium' });
    expect(status).toBe(1);
    expect(stderr).toContain('CHROMIUM_PATH names /no/such/chromium, which is not usable');
    expect(stderr).toContain('Correct or unset it.');
  });

  it.each([
    ['chromium', CHROMIUM],
    ['chromium-browser', CHROMIUM],
    ['google-chrome', CHROME],
  ])('is then %s on PATH', (name, script) => {
    const onPath = executable(join(bin, name), script);
    expect(prepare('chromium').found).toEqual({ CHROMIUM_PATH: onPath });
  });

  it('is not a program of that name that only says where to get it', () => {
    executable(
      join(bin, 'chromium-browser'),
      'echo "requires the chromium snap to be installed" >&2; exit 1',
    );
    const chrome = executable(join(bin, 'google-chrome'), CHROME);
    expect(prepare('chromium').found).toEqual({ CHROMIUM_PATH: chrome });
  });

  it('is installed by root, after the lists of packages were renewed', () => {
    executable(join(bin, 'apt-get'), installs());
    const { found, stderr } = prepare('chromium', { TEST_UID: '0' });
    expect(found).toEqual({ CHROMIUM_PATH: join(bin, 'chromium') });
    expect(stderr).toContain('✓ Chromium');
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n');
    expect(asked).toEqual([expect.stringMatching(/update$/), expect.stringMatching(/install.* chromium/)]);
  });

  it('can be done without: what was tried and what to do is said, and why for the tests to repeat', () => {
    executable(join(bin, 'apt-get'), installs());
    const { status, stderr, found } = prepare('chromium');
    expect([status, found]).toEqual([0, { CHROMIUM_ABSENCE: 'there is no Chromium' }]);
    expect(stderr).toContain('the tests of the checkout pages are skipped');
    for (const way of ['install Chromium or Google Chrome', 'CHROMIUM_PATH']) expect(stderr).toContain(way);
    expect(stderr).toContain('google-chrome: there is no google-chrome on PATH');
    expect(stderr).toContain('apt-get install: only root may');
  });

  it('says why root could not install it', () => {
    executable(join(bin, 'apt-get'), 'echo "E: Unable to locate package chromium"; exit 100');
    const { status, stderr } = prepare('chromium', { TEST_UID: '0' });
    expect(status).toBe(0);
    expect(stderr).toContain('E: Unable to locate package chromium');
  });
});

const PROMTOOL = 'echo "promtool, version 2.42.0+ds (branch: debian/sid)"';

describe('promtool', () => {
  it('is the one that PROMTOOL_PATH names, and never another one when that is wrong', () => {
    const named = executable(join(folder, 'my-promtool'), PROMTOOL);
    executable(join(bin, 'promtool'), PROMTOOL);
    expect(prepare('promtool', { PROMTOOL_PATH: named }).found).toEqual({ PROMTOOL_PATH: named });
    const { status, stderr } = prepare('promtool', { PROMTOOL_PATH: '/no/such/promtool' });
    expect(status).toBe(1);
    expect(stderr).toContain('PROMTOOL_PATH names /no/such/promtool, which is not usable');
  });

  it('is then the one on PATH', () => {
    executable(join(bin, 'promtool'), PROMTOOL);
    expect(prepare('promtool').found).toEqual({ PROMTOOL_PATH: 'promtool' });
  });

  it.each(['at once', 'after the lists of packages were fetched'])(
    'is taken out of the package of Debian %s, without installing it',
    (when) => {
      const listed = when === 'at once' ? 'true' : `[ -e ${folder}/lists ]`;
      const asked = `echo "$@" >> ${folder}/asked`;
      executable(
        join(bin, 'apt-get'),
        `${asked}; case "$*" in *update*) : > ${folder}/lists ;; *) ${listed} && : > prometheus_2.deb ;; esac`,
      );
      const unpacked = `mkdir -p "$3/usr/bin" && printf '#!/bin/sh\\n%s\\n' '${PROMTOOL}' > "$3/usr/bin/promtool"`;
      executable(join(bin, 'dpkg-deb'), `${unpacked} && chmod +x "$3/usr/bin/promtool"`);
      for (const program of ['mkdir', 'chmod']) executable(join(bin, program), `exec /bin/${program} "$@"`);
      const { found, stderr } = prepare('promtool');
      expect(stderr).toContain('✓ promtool');
      expect(found).toEqual({ PROMTOOL_PATH: cached('promtool', 'promtool') });
      expect(readFileSync(join(folder, 'asked'), 'utf8')).not.toContain('install');
    },
  );

  it('says what to install where it cannot be had', () => {
    const { status, stderr } = prepare('promtool');
    expect(status).toBe(1);
    for (const way of ['apt-get install prometheus', 'PROMTOOL_PATH']) expect(stderr).toContain(way);
    expect(stderr).toContain('there is no apt-get on PATH');
  });
});

it('names the steps that exist when asked for another', () => {
  const { status, stderr } = prepare('coffee');
  expect(status).toBe(1);
  expect(stderr).toContain(
    'No such step: coffee. Steps: dependencies, build, temporal-cli, test-server, chromium, promtool.',
  );
});
