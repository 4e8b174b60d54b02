import { spawn } from 'node:child_process';

const LINES_IN_ERRORS = 25;

/** A command that could not be run or failed; `missing` when there is no such program. */
class CommandFailed extends Error {
  constructor(message, { missing = false } = {}) {
    super(message);
    this.missing = missing;
  }
}

/**
 * Runs a command to its end and returns what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void}} options
 * @returns {Promise<string>}
 * @throws {CommandFailed} with the end of its output
 */
export function runCommand(command, args, { cwd, env = process.env, timeoutMs, onLine = () => {} } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = timeoutMs && setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    let output = '';
    const collect = (chunk) => {
      output += chunk;
      const line = String(chunk).trim().split('\n').at(-1);
      if (line) onLine(line);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(unrunnable(command, error));
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(output);
      else
        reject(
          new CommandFailed(`${[command, ...args].join(' ')} ended with ${signal ?? code}\n${tail(output)}`),
        );
    });
  });
}

function unrunnable(command, error) {
  const missing = error.code === 'ENOENT';
  return new CommandFailed(missing ? `there is no ${command} on PATH` : error.message, { missing });
}

function tail(output) {
  return output.trimEnd().split('\n').slice(-LINES_IN_ERRORS).join('\n');
}
