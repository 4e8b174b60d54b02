import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheDirectory } from './cache-directory.mjs';
import { downloadFromTemporal } from './download.mjs';
import { withFileLock } from './file-lock.mjs';
import { runCommand } from './run-command.mjs';

const VERSION = '1.38.0';

/**
 * Finds or gets Temporal's time-skipping test server: a program that takes the port to listen on.
 * @param {(detail: string) => void} report
 * @returns {Promise<string>} its path
 * @throws {Error} that says what was tried and what to install
 */
export async function resolveTimeSkippingServer(report) {
  const named = process.env.TEMPORAL_TEST_SERVER_PATH;
  if (named && existsSync(named)) return named;
  if (named)
    throw new Error(`TEMPORAL_TEST_SERVER_PATH names ${named}, which does not exist. Correct or unset it.`);
  const folder = cacheDirectory('temporal-test-server', VERSION);
  const target = join(folder, 'temporal-test-server');
  if (existsSync(target)) return target;
  await withFileLock(
    `${folder}.lock`,
    () => (existsSync(target) ? undefined : fetchOrResolve(target, report)),
    ({ pid }) => report(`process ${pid} is getting it; waiting`),
  );
  return target;
}

async function fetchOrResolve(target, report) {
  const failures = [];
  const ways = [
    // Its archive has no build for ARM.
    [
      'download',
      () => downloadFromTemporal({ artifact: 'temporal-test-server', version: 'default', target, report }),
    ],
    ['Maven', () => copyFromMaven(dirname(target))],
  ];
  for (const [name, attempt] of ways) {
    try {
      report(name);
      return await attempt();
    } catch (error) {
      failures.push(`${name}: ${error.message}`);
    }
  }
  throw new Error(instructions(failures));
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>holdfast</groupId>
  <artifactId>time-skipping-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;

/** A short-lived server: compiling it with C2 costs more than it gains. */
const LAUNCHER = `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$(dirname "$0")/jars/*" io.temporal.testserver.TestServer "$@"
`;

async function copyFromMaven(folder) {
  await runCommand('java', ['-version']);
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}.build-`);
  try {
    writeFileSync(join(work, 'pom.xml'), POM);
    writeFileSync(join(work, 'temporal-test-server'), LAUNCHER, { mode: 0o755 });
    await runCommand('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=jars'], {
      cwd: work,
    });
    rmSync(folder, { recursive: true, force: true });
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function instructions(failures) {
  return [
    'No time-skipping test server could be found or got. Do one of these and run the command again:',
    '  - install a Java runtime (17 or later) and Maven (Debian: apt-get install default-jre-headless maven)',
    '  - set TEMPORAL_TEST_SERVER_PATH to a program that starts one on the port it is given',
    'What was tried:',
    ...failures.map((failure) => `  - ${failure.replaceAll('\n', '\n    ')}`),
  ].join('\n');
}
