import { readFileSync } from 'node:fs';

/** Resident memory of a process in MiB; null where the system does not tell (only Linux does), or when it is gone. */
export function residentMib(pid: number): number | null {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? null : Math.round(Number(kib) / 1_024);
  } catch {
    return null;
  }
}
