import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ProcessFailedToStart,
  type ProcessOptions,
  startProcess,
  stopAllProcesses,
} from '../../src/local/processes';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-processes-'));
});

afterEach(async () => {
  await stopAllProcesses();
  rmSync(folder, { recursive: true });
});

/** A shell program that says it is ready by making a file. */
function program(name: string, script: string): ProcessOptions {
  const readyFile = join(folder, `${name}.ready`);
  return {
    name,
    command: '/bin/sh',
    args: ['-c', script.replace('READY', `touch ${readyFile}`)],
    logFile: join(folder, `${name}.log`),
    readyWhen: async () => existsSync(readyFile),
  };
}

/** Appends its name to one file when asked to end: shows who was stopped, and in which order. */
const graceful = (name: string) =>
  program(name, `trap 'echo ${name} >> ${folder}/stopped; exit 0' TERM; READY; while :; do sleep 0.05; done`);

const stoppedInOrder = () => readFileSync(join(folder, 'stopped'), 'utf8').trim().split('\n');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(20);
}

describe('startProcess', () => {
  it('waits until the process serves, and stops it in good order', async () => {
    const started = await startProcess(graceful('one'));
    expect(isAlive(started.pid)).toBe(true);
    await started.stop();
    expect(await started.ended).toEqual({ code: 0, signal: null });
    expect(stoppedInOrder()).toEqual(['one']);
  });

  it('reports an early death with the end of its log', async () => {
    const dying = program('dying', 'echo the reason; exit 3');
    const error: unknown = await startProcess(dying).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProcessFailedToStart);
    expect(String(error)).toMatch(/dying ended with code 3 before it was ready.*the reason/s);
  });

  it('reports a command that does not exist', async () => {
    await expect(startProcess({ ...program('absent', ''), command: '/no/such/program' })).rejects.toThrow(
      /absent: cannot run \/no\/such\/program: .*ENOENT/,
    );
  });

  it('ends a process that is not ready in time', async () => {
    const slow = { ...program('slow', `echo $$ > ${folder}/pid; exec sleep 60`), readyTimeoutMs: 200 };
    await expect(startProcess(slow)).rejects.toThrow('slow was not ready after 0.2 s');
    expect(isAlive(Number(readFileSync(join(folder, 'pid'), 'utf8')))).toBe(false);
  });

  it('kills a process that does not end when asked to', async () => {
    const stubborn = program('stubborn', `trap '' TERM; READY; while :; do sleep 0.05; done`);
    const started = await startProcess({ ...stubborn, stopTimeoutMs: 200 });
    await started.stop();
    expect(await started.ended).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

it('stopAllProcesses stops the last started first', async () => {
  for (const name of ['first', 'second', 'third']) await startProcess(graceful(name));
  await stopAllProcesses();
  expect(stoppedInOrder()).toEqual(['third', 'second', 'first']);
});

describe('a program that has started processes', () => {
  /** Its own Node process, compiled on the fly, with two children. */
  async function parent(): Promise<{ child: ChildProcess; pids: number[] }> {
    const script = join(folder, 'parent.cjs');
    writeFileSync(script, PARENT);
    const options = JSON.stringify([graceful('first'), graceful('second')]);
    const child = spawn(
      process.execPath,
      [script, join(__dirname, '../../src/local/processes.ts'), options],
      {
        cwd: join(__dirname, '../..'),
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, pids: JSON.parse(line.toString()) as number[] };
  }

  it('stops them in reverse order on Ctrl-C and tells so by its exit code', async () => {
    const { child, pids } = await parent();
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(stoppedInOrder()).toEqual(['second', 'first']);
  });

  it('leaves none behind when it is killed', async () => {
    const { child, pids } = await parent();
    expect(pids.map(isAlive)).toEqual([true, true]);
    child.kill('SIGKILL');
    await until(() => !pids.some(isAlive));
    expect(stoppedInOrder().sort()).toEqual(['first', 'second']);
  });
});

const PARENT = `
const { transformFileSync } = require(require.resolve('@swc/core', { paths: [process.cwd()] }));
const { existsSync } = require('node:fs');
const [, , file, options] = process.argv;
const { code } = transformFileSync(file, { jsc: { parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } });
const loaded = { exports: {} };
new Function('module', 'exports', 'require', code)(loaded, loaded.exports, require);
(async () => {
  loaded.exports.stopAllProcessesOnSignal();
  const pids = [];
  for (const process of JSON.parse(options)) {
    const readyFile = process.logFile.replace('.log', '.ready');
    pids.push((await loaded.exports.startProcess({ ...process, readyWhen: async () => existsSync(readyFile) })).pid);
  }
  console.log(JSON.stringify(pids));
})();
`;
