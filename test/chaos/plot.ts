import type { Figures } from './figures';
import type { ChaosResult } from './run-chaos';

const WIDTH = 1_000;
const LEFT = 70;
const RIGHT = 150;
const PANEL = 170;
const GAP = 50;
const TOP = 60;

/** What is disturbed is told by the colour of its band. */
const BANDS: Readonly<Record<string, string>> = {
  kill: '#d62728',
  pause: '#9467bd',
  cut: '#ff7f0e',
  black_hole: '#111111',
  delay: '#bcbd22',
  events_fail: '#17becf',
  events_hang: '#17becf',
};
const LINES = ['#1f77b4', '#2ca02c', '#8c564b', '#e377c2', '#7f7f7f', '#d62728', '#9467bd'];

interface Series {
  name: string;
  /** Seconds since the load began, and the value; null breaks the line. */
  points: readonly (readonly [number, number | null])[];
}

interface Panel {
  title: string;
  series: readonly Series[];
  logarithmic?: boolean;
}

/** Rate, latency of creates and memory over time, with a band for everything that was disturbed: an SVG document. */
export function plotOf(result: ChaosResult, { spans }: Figures): string {
  const seconds = (result.ended - result.loadBegan) / 1_000;
  const x = (second: number) => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT);
  const panels = panelsOf(result, spans);
  const height = TOP + panels.length * (PANEL + GAP);
  const since = (at: number) => (at - result.loadBegan) / 1_000;
  const bands = result.acts.map(({ kind, from, until }) => {
    const width = Math.max(x(since(until)) - x(since(from)), 1).toFixed(1);
    const area = `x="${x(since(from)).toFixed(1)}" y="${TOP}" width="${width}" height="${height - TOP - GAP}"`;
    return `<rect ${area} fill="${BANDS[kind]}" opacity="0.18"/>`;
  });
  const end = x(since(result.loadEnded)).toFixed(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...legendOf(),
    ...bands,
    `<line x1="${end}" x2="${end}" y1="${TOP}" y2="${height - GAP}" stroke="#555555" stroke-dasharray="4 3"/>`,
    `<text x="${end}" y="${TOP - 4}" text-anchor="middle">end of the load</text>`,
    ...panels.flatMap((panel, index) => drawPanel(panel, TOP + index * (PANEL + GAP), x, seconds)),
    '</svg>',
    '',
  ].join('\n');
}

function panelsOf(result: ChaosResult, spans: Figures['spans']): Panel[] {
  const names = [...new Set(result.memory.flatMap(({ megabytes }) => Object.keys(megabytes)))].sort();
  const memory = names.map((name) => ({
    name,
    points: result.memory.map(
      ({ at, megabytes }) => [(at - result.loadBegan) / 1_000, megabytes[name] ?? null] as const,
    ),
  }));
  return [
    {
      title: 'Payments a second',
      series: [
        { name: 'started', points: spans.map((span) => [span.second, span.startedPerSecond]) },
        { name: 'ended', points: spans.map((span) => [span.second, span.endedPerSecond]) },
      ],
    },
    {
      title: 'Create, first try to acknowledgement, ms (logarithmic)',
      logarithmic: true,
      series: [
        { name: 'p50', points: spans.map(({ second, create }) => [second, create?.p50 ?? null]) },
        { name: 'p99', points: spans.map(({ second, create }) => [second, create?.p99 ?? null]) },
      ],
    },
    ...(memory.length > 0 ? [{ title: 'Resident memory, MB', series: memory }] : []),
  ];
}

function legendOf(): string[] {
  const kinds = Object.keys(BANDS).filter((kind) => kind !== 'events_hang');
  return kinds.map((kind, index) => {
    const at = LEFT + index * 125;
    const name = kind === 'events_fail' ? "backend's events" : kind.replaceAll('_', ' ');
    return (
      `<rect x="${at}" y="12" width="14" height="12" fill="${BANDS[kind]}" opacity="0.5"/>` +
      `<text x="${at + 19}" y="22">${name}</text>`
    );
  });
}

function drawPanel(panel: Panel, top: number, x: (second: number) => number, seconds: number): string[] {
  const values = panel.series.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  const most = Math.max(...values, 1);
  const scale = (value: number) =>
    panel.logarithmic
      ? Math.log10(Math.max(value, 10) / 10) / Math.log10(Math.max(most, 100) / 10)
      : value / most;
  const y = (value: number) => top + PANEL - scale(value) * PANEL;
  const ticks = panel.logarithmic
    ? [10, 100, 1_000, 10_000, 100_000].filter((tick) => tick <= most)
    : [0, most / 2, most];
  const frame = `<rect x="${LEFT}" y="${top}" width="${WIDTH - LEFT - RIGHT}" height="${PANEL}" fill="none" stroke="#999999"/>`;
  return [
    frame,
    `<text x="${LEFT}" y="${top - 8}" font-weight="bold">${panel.title}</text>`,
    ...ticks.map(
      (tick) =>
        `<text x="${LEFT - 6}" y="${(y(tick) + 4).toFixed(1)}" text-anchor="end">${shortOf(tick)}</text>`,
    ),
    ...[0, 0.25, 0.5, 0.75, 1].map((share) => {
      const second = seconds * share;
      return `<text x="${x(second).toFixed(1)}" y="${top + PANEL + 16}" text-anchor="middle">${Math.round(second)} s</text>`;
    }),
    ...panel.series.flatMap((series, index) => drawSeries(series, index, top, x, y)),
  ];
}

function drawSeries(
  { name, points }: Series,
  index: number,
  top: number,
  x: (second: number) => number,
  y: (value: number) => number,
): string[] {
  const colour = LINES[index % LINES.length];
  let drawing = false;
  const path = points
    .map(([second, value]) => {
      if (value === null || second < 0) {
        drawing = false;
        return '';
      }
      const step = `${drawing ? 'L' : 'M'}${x(second).toFixed(1)} ${y(value).toFixed(1)}`;
      drawing = true;
      return step;
    })
    .join('');
  return [
    `<path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
    `<text x="${WIDTH - RIGHT + 10}" y="${top + 14 + index * 16}" fill="${colour}">${name}</text>`,
  ];
}

function shortOf(value: number): string {
  return value >= 10 ? String(Math.round(value)) : String(Math.round(value * 10) / 10);
}
