/** One line of a plot: its points are [seconds since the run began, value]. */
export interface Line {
  name: string;
  colour: string;
  points: [number, number][];
}

export interface Panel {
  title: string;
  unit: string;
  lines: Line[];
}

const [WIDTH, HEIGHT, LEFT, TOP, GAP] = [900, 200, 70, 40, 60];

/** Panels under each other over the same time, with the phases shaded by name. */
export function plot(
  title: string,
  phases: { name: string; from: number; to: number }[],
  panels: Panel[],
): string {
  const seconds = Math.max(
    1,
    ...panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map(([x]) => x))),
  );
  const x = (second: number) => LEFT + (second / seconds) * (WIDTH - LEFT - 20);
  const height = TOP + panels.length * (HEIGHT + GAP);
  const shades = phases.map(({ name, from, to }, index) => {
    const [left, right] = [x(from / 1_000), x(Math.min(to / 1_000, seconds))];
    const shade = index % 2 === 1 ? '#fdecea' : '#f6f8fa';
    return `<rect x="${left}" y="${TOP}" width="${Math.max(right - left, 0)}" height="${height - TOP - GAP}" fill="${shade}"/>
<text x="${left + 4}" y="${TOP - 6}" font-size="11" fill="#57606a">${name}</text>`;
  });
  const drawn = panels.map((panel, index) => panelOf(panel, TOP + index * (HEIGHT + GAP), x, seconds));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif">
<rect width="${WIDTH}" height="${height}" fill="white"/>
<text x="${LEFT}" y="18" font-size="15">${title}</text>
${[...shades, ...drawn].join('\n')}
</svg>
`;
}

function panelOf(
  { title, unit, lines }: Panel,
  top: number,
  x: (second: number) => number,
  seconds: number,
): string {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite);
  const most = Math.max(1, ...values);
  const y = (value: number) => top + HEIGHT - (value / most) * (HEIGHT - 24);
  const ticks = [0, 0.5, 1].map(
    (
      part,
    ) => `<text x="${LEFT - 6}" y="${y(part * most) + 4}" font-size="10" text-anchor="end">${Math.round(part * most)}</text>
<line x1="${LEFT}" x2="${WIDTH - 20}" y1="${y(part * most)}" y2="${y(part * most)}" stroke="#d0d7de"/>`,
  );
  const drawn = lines.map(({ name, colour, points }, index) => {
    const path = points
      .filter(([, value]) => Number.isFinite(value))
      .map(([second, value]) => `${x(second).toFixed(1)},${y(value).toFixed(1)}`);
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${path.join(' ')}"/>
<text x="${LEFT + 8 + index * 190}" y="${top + 16}" font-size="11" fill="${colour}">${name}</text>`;
  });
  return `${ticks.join('\n')}
${drawn.join('\n')}
<text x="${WIDTH - 20}" y="${top + 16}" font-size="11" text-anchor="end">${title} (${unit})</text>
<text x="${WIDTH - 20}" y="${top + HEIGHT + 16}" font-size="10" text-anchor="end">${Math.round(seconds)} s</text>`;
}
