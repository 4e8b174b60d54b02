import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloaded and built programs are kept, outside the checkout so that all checkouts share them. */
export function cacheDirectory(...path) {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(base, 'holdfast', ...path);
}
