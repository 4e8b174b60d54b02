const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const SPIN_MS = 100;
/** Without a terminal a line now and then, so that nobody thinks it hangs. */
const PLAIN_MS = 15_000;
const out = process.stderr;
const isTerminal = out.isTTY && !process.env.CI;

/**
 * Runs one step and shows that it runs, for how long, and how it ended.
 * @param {string} title
 * @param {(report: (detail: string) => void) => Promise<T>} work `report` says what is being done at the moment
 * @returns {Promise<T>}
 * @template T
 */
export async function step(title, work) {
  const started = Date.now();
  let detail = '';
  const show = isTerminal ? spinner(title, started) : plainLines(title, started);
  const timer = setInterval(() => show(detail), isTerminal ? SPIN_MS : PLAIN_MS);
  try {
    const result = await work((now) => (detail = now));
    finish('✓', title, started);
    return result;
  } catch (error) {
    finish('✗', title, started);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function spinner(title, started) {
  let frame = 0;
  return (detail) => {
    const text = `${FRAMES[frame++ % FRAMES.length]} ${title} (${elapsed(started)})${detail && `: ${detail}`}`;
    out.write(`\r\x1b[2K${text.slice(0, out.columns - 1)}`);
  };
}

function plainLines(title, started) {
  return (detail) => out.write(`… ${title} (${elapsed(started)})${detail && `: ${detail}`}\n`);
}

function finish(mark, title, started) {
  out.write(`${isTerminal ? '\r\x1b[2K' : ''}${mark} ${title} (${elapsed(started)})\n`);
}

function elapsed(since) {
  const seconds = (Date.now() - since) / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  return seconds < 100
    ? `${Math.round(seconds)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
