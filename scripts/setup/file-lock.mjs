import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;
const HEARTBEAT_MS = 10_000;
/** A lock whose heartbeat stopped this long ago has no owner, whatever process has its pid now. */
const ABANDONED_MS = 120_000;
/** Taking over an abandoned lock takes microseconds; who holds on to that right longer was killed. */
const TAKEOVER_MS = 5_000;

/**
 * Runs `work` while no other process holds the lock at `path`. A lock left by a process that was killed is taken over.
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {(owner: {pid: number}) => void} onWait called once when another process has to be waited for
 * @returns {Promise<T>}
 * @template T
 */
export async function withFileLock(path, work, onWait = () => {}) {
  mkdirSync(dirname(path), { recursive: true });
  const self = { pid: process.pid, host: hostname(), id: randomUUID() };
  await acquire(path, self, onWait);
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS).unref();
  const release = () => read(path)?.id === self.id && rmSync(path, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener('exit', release);
    release();
  }
}

async function acquire(path, self, onWait) {
  for (let told = false; !create(path, self);) {
    const owner = read(path);
    if (isAbandoned(path, owner)) takeAway(path, owner);
    else {
      if (!told && owner) onWait(owner);
      told ||= owner !== null;
      await delay(POLL_MS);
    }
  }
}

function create(path, content) {
  try {
    writeFileSync(path, JSON.stringify(content), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Null while the owner has created the file but not yet written its name, and when there is none. */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function isAbandoned(path, owner) {
  const age = ageOf(path);
  if (age === null) return false;
  if (owner === null) return age > TAKEOVER_MS;
  return age > ABANDONED_MS || (owner.host === hostname() && !isAlive(owner.pid));
}

/** Two that see the same dead owner must not both remove: the second would remove the first one's new lock. */
function takeAway(path, deadOwner) {
  const right = `${path}.takeover`;
  if (!create(right, { pid: process.pid })) {
    if ((ageOf(right) ?? 0) > TAKEOVER_MS) rmSync(right, { force: true });
    return;
  }
  try {
    if (read(path)?.id === deadOwner?.id) rmSync(path, { force: true });
  } finally {
    rmSync(right, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function ageOf(path) {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return null;
  }
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // The directory was removed under us: the next owner makes a new one.
  }
}
