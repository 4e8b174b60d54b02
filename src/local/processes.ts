import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What to start, and how to know that it serves. */
export interface ProcessOptions {
  /** Names the process in errors. */
  name: string;
  command: string;
  args: readonly string[];
  /** The whole environment of the process; the caller's own by default. */
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Where its output is appended; each start adds to what is there. */
  logFile: string;
  /** True once the process serves. Asked again and again; a rejection counts as not yet. */
  readyWhen: () => Promise<boolean>;
  readyTimeoutMs?: number;
  /** How long `stop` waits after SIGTERM before it kills. */
  stopTimeoutMs?: number;
}

export interface RunningProcess {
  name: string;
  pid: number;
  logFile: string;
  /** Resolves when the process has ended, however that came about. */
  ended: Promise<ProcessEnd>;
  /** Asks it to end (SIGTERM), kills it when it does not, and waits until it is gone. */
  stop: () => Promise<void>;
  /** SIGKILL, at once: what a crash looks like. */
  kill: () => void;
}

export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The process ended before it was ready, or was not ready in time. Carries the end of its log. */
export class ProcessFailedToStart extends Error {
  override readonly name = 'ProcessFailedToStart';
}

const POLL_MS = 50;
const LOG_LINES_IN_ERRORS = 15;
const running: RunningProcess[] = [];

/**
 * Starts a process and waits until it serves. It never outlives this one: a watchdog ends it when this process is
 * gone, even by SIGKILL. It is kept away from the terminal's Ctrl-C, so that `stopAllProcesses` decides the order.
 * @throws ProcessFailedToStart with the last lines of its log
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const child = spawnLogged(options);
  const ended = endOf(child);
  const pid = await pidOf(child, options);
  const watchdog = watch(pid);
  const started: RunningProcess = {
    name: options.name,
    pid,
    logFile: options.logFile,
    ended,
    stop: () => stop(child, ended, options.stopTimeoutMs ?? 10_000),
    kill: () => void child.kill('SIGKILL'),
  };
  running.push(started);
  void ended.then(() => {
    watchdog.kill('SIGKILL');
    running.splice(running.indexOf(started), 1);
  });
  try {
    await ready(options, ended);
  } catch (error) {
    await started.stop();
    throw error;
  }
  return started;
}

/** Stops every process that was started here and still runs, the last started first. */
export async function stopAllProcesses(): Promise<void> {
  for (const started of [...running].reverse()) await started.stop();
}

/**
 * From now on the first SIGINT, SIGTERM or SIGHUP stops all processes in reverse order and exits with 128 + its
 * number; a second one kills them at once. For composition roots.
 */
export function stopAllProcessesOnSignal(onSignal?: (signal: NodeJS.Signals) => void): void {
  let stopping = false;
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => {
      if (stopping) {
        for (const started of running) started.kill();
        process.exit(128 + number);
      }
      stopping = true;
      onSignal?.(signal);
      void stopAllProcesses().finally(() => process.exit(128 + number));
    });
  }
}

function spawnLogged({ command, args, env, cwd, logFile }: ProcessOptions): ChildProcess {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a');
  try {
    return spawn(command, args, {
      env,
      cwd,
      detached: true,
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
}

function pidOf(child: ChildProcess, { name, command }: ProcessOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid as number));
    child.once('error', (error) =>
      reject(new ProcessFailedToStart(`${name}: cannot run ${command}: ${error.message}`)),
    );
  });
}

/** Its standard input closes when this process ends in whatever way; only then does it get past `read`. */
const WATCHDOG = `read -r _; kill -TERM "$1" 2>/dev/null; i=0
while kill -0 "$1" 2>/dev/null && [ "$i" -lt 50 ]; do sleep 0.1; i=$((i+1)); done; kill -KILL "$1" 2>/dev/null`;

function watch(pid: number): ChildProcess {
  const watchdog = spawn('/bin/sh', ['-c', WATCHDOG, 'watchdog', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
  return watchdog;
}

async function ready(options: ProcessOptions, ended: Promise<ProcessEnd>): Promise<void> {
  const timeout = options.readyTimeoutMs ?? 30_000;
  const deadline = Date.now() + timeout;
  let end: ProcessEnd | undefined;
  void ended.then((value) => (end = value));
  while (!(await options.readyWhen().catch(() => false))) {
    if (end)
      throw failedToStart(options, `ended with ${end.signal ?? `code ${end.code}`} before it was ready`);
    if (Date.now() > deadline) throw failedToStart(options, `was not ready after ${timeout / 1000} s`);
    await Promise.race([delay(POLL_MS), ended]);
  }
  if (end)
    throw failedToStart(
      options,
      `ended with ${end.signal ?? `code ${end.code}`}; something else answers for it`,
    );
}

function failedToStart({ name, logFile }: ProcessOptions, what: string): ProcessFailedToStart {
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-LOG_LINES_IN_ERRORS);
  return new ProcessFailedToStart(`${name} ${what}. The end of ${logFile}:\n${lines.join('\n')}`);
}

async function stop(child: ChildProcess, ended: Promise<ProcessEnd>, timeoutMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  await ended;
  clearTimeout(timer);
}
