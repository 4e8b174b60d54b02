import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Line, plot } from './plot';
import { between, countBy, type Sample, summaryOf } from './samples';
import type { Measured, MeasuredOutage, Phase } from './scenarios';
import type { Accepted } from './traffic';

const RESULTS = join(__dirname, 'results');
const BUCKET_MS = 5_000;
const COLOURS = ['#0969da', '#cf222e', '#1a7f37', '#9a6700', '#8250df', '#57606a'];
/** What the outage of one provider may cost the others. */
const MOST_RATIO = 1.5;
/** A refusal that takes longer than this is not quick, in ms: 99 of 100. */
const QUICK_MS = 1_000;
/** Of the recovery, in ms: by its end everything is as before. */
const RECOVERED_MS = 30_000;

/** Writes the results. @returns what is not as it should be */
export function overloadReport(measured: Measured): string[] {
  const { traffic, phases, capacity, open } = measured;
  const [created, refused] = [withStatus('201'), withStatus('503')].map((is) => traffic.answers.filter(is));
  const rows = phases.map((phase) => {
    const [ok, no] = [within(created, phase), within(refused, phase)];
    const all = within(traffic.answers, phase);
    return `| ${phase.name} | ${all.length} | ${ok.length} | ${no.length} | ${all.length - ok.length - no.length} | ${cells(ok)} | ${cells(no)} |`;
  });
  const [calm, , recovery] = phases;
  const asBefore = [calm, recovery && { ...recovery, from: recovery.to - RECOVERED_MS }].flatMap((phase) =>
    phase ? within(traffic.answers, phase) : [],
  );
  const statuses = countBy(traffic.answers, ({ outcome }) => outcome.split(' ').slice(1).join(' '));
  const problems = [
    ...(open.length > 0 ? [`${open.length} accepted payments have not ended`] : []),
    ...(traffic.refusedWithoutRetryAfter > 0
      ? [`${traffic.refusedWithoutRetryAfter} refusals had no Retry-After`]
      : []),
    ...(summaryOf(refused ?? []).p99 <= QUICK_MS ? [] : ['there were no quick refusals']),
    ...(asBefore.every(withStatus('201'))
      ? []
      : ['not all was answered 201 in the calm and when it was over']),
    ...otherEnds(measured, () => true),
    ...Object.keys(statuses)
      .filter((status) => !['201', '429', '503'].includes(status))
      .map((status) => `${statuses[status]} answers were ${status}`),
  ];
  const text = `# Overload

${about(measured)}

Capacity: ${capacity.toFixed(1)} payments a second, load generator and sandbox on the same machine. Overload is ten times of it.

| Phase | Asked | Created | Refused (503) | Other | Created: p50 / p99 (ms) | Refused: p50 / p99 (ms) |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

- Answers by status: ${Object.entries(statuses)
    .map(([status, count]) => `${status}: ${count}`)
    .join(', ')}.
- Accepted: ${traffic.accepted.length}, how they ended: ${endsOf(measured)}.
- Refusals without Retry-After: ${traffic.refusedWithoutRetryAfter}.
${memoryText(measured)}
${verdict(problems)}

![over time](overload.svg)
`;
  const panels = [
    { title: 'answers', unit: 'a second', lines: [rateLine('201', created, 0), rateLine('503', refused, 1)] },
    { title: 'p99 of answers', unit: 'ms', lines: [p99Line('201', created, 0), p99Line('503', refused, 1)] },
    { title: 'memory', unit: 'MiB', lines: memoryLines(measured) },
  ];
  write('overload', text, plot('Overload', phases, panels), {
    capacity,
    statuses,
    phases,
    problems,
    answers: traffic.answers,
    memory: measured.memory,
  });
  return problems;
}

/** Writes the results. @returns what is not as it should be */
export function outageReport(measured: MeasuredOutage): string[] {
  const { traffic, phases, options, open } = measured;
  const [calm, outage] = phases;
  const isOther = ({ outcome }: Sample) => !outcome.startsWith(options.provider);
  const created = traffic.answers.filter(withStatus('201'));
  const series = {
    'create → first answer, other providers': created.filter(isOther),
    'payer acts → succeeded, other providers': traffic.payments.filter(isOther),
    [`create → first answer, ${options.provider}`]: created.filter((sample) => !isOther(sample)),
    [`payer acts → succeeded, ${options.provider}`]: traffic.payments.filter((sample) => !isOther(sample)),
  };
  const ratios = Object.entries(series).map(([name, samples]) => {
    const [before, during] = [calm, outage].map((phase) => summaryOf(phase ? within(samples, phase) : []));
    return { name, ratio: (during?.p99 ?? Number.NaN) / (before?.p99 ?? Number.NaN) };
  });
  const rows = Object.entries(series).map(([name, samples], index) => {
    const each = phases.map((phase) => cells(within(samples, phase))).join(' | ');
    return `| ${name} | ${each} | ${ratioText(ratios[index]?.ratio)} |`;
  });
  const tooSlow = ratios.slice(0, 2).filter(({ ratio }) => !(ratio <= MOST_RATIO));
  const refused = traffic.answers.filter((sample) => !withStatus('201')(sample));
  const problems = [
    ...tooSlow.map(({ name, ratio }) => `${name}: p99 of the outage is ${ratio.toFixed(2)} of the calm`),
    ...(open.length > 0 ? [`${open.length} accepted payments have not ended`] : []),
    ...otherEnds(measured, ({ provider }) => provider !== options.provider),
    ...Object.entries(countBy(refused.filter(isOther), ({ outcome }) => outcome)).map(
      ([outcome, count]) => `${count} × ${outcome}`,
    ),
  ];
  const { name, callsPerSecond } = options;
  const limit =
    callsPerSecond === null ? '' : `, ${callsPerSecond} calls a second to ${options.provider} at most`;
  const text = `# Outage of ${options.provider}${options.oneQueue ? ', all calls on one queue' : ''}

${about(measured)}

${options.rate.toFixed(1)} payments a second at four providers in turn, ${options.concurrency} calls in flight per provider${limit}. Every call of
${options.provider} hangs during the outage, while payments go on being asked for there.

| p50 / p99 (ms), of how many | ${phases.map((phase) => phase.name).join(' | ')} | p99 outage / calm |
| --- | ${phases.map(() => '---').join(' | ')} | --- |
${rows.join('\n')}

- Accepted: ${traffic.accepted.length}, how they ended: ${endsOf(measured)}.
- Answers that were not 201: ${JSON.stringify(countBy(refused, ({ outcome }) => outcome))}.
${memoryText(measured)}
${verdict(problems)}

![over time](${name}.svg)
`;
  const lines = Object.entries(series);
  const panels = [
    {
      title: 'p99, other providers',
      unit: 'ms',
      lines: lines.slice(0, 2).map(([line, samples], index) => p99Line(line, samples, index)),
    },
    {
      title: `p99, ${options.provider}`,
      unit: 'ms',
      lines: lines.slice(2).map(([line, samples], index) => p99Line(line, samples, index)),
    },
    { title: 'memory', unit: 'MiB', lines: memoryLines(measured) },
  ];
  write(name, text, plot(`Outage of ${options.provider}`, phases, panels), {
    options,
    phases,
    ratios,
    problems,
    answers: traffic.answers,
    payments: traffic.payments,
    memory: measured.memory,
  });
  return problems;
}

function endsOf({ traffic }: Measured): string {
  const ends = countBy(traffic.accepted, (one) => `${one.provider} ${traffic.endOf(one)}`);
  return Object.entries(ends)
    .map(([end, count]) => `${end}: ${count}`)
    .join(', ');
}

/** Every payer pays, so nothing else than success is an end; p99 is of those that succeeded. */
function otherEnds({ traffic }: Measured, counts: (one: Accepted) => boolean): string[] {
  const others = traffic.accepted.filter((one) => counts(one) && traffic.endOf(one) !== 'succeeded');
  return others.length === 0 ? [] : [`${others.length} accepted payments did not succeed`];
}

const withStatus =
  (status: string) =>
  ({ outcome }: Sample) =>
    outcome.endsWith(` ${status}`);
const within = (samples: readonly Sample[] | undefined, { from, to }: Phase) =>
  between(samples ?? [], from, to);

function cells(samples: readonly Sample[]): string {
  const { count, p50, p99 } = summaryOf(samples);
  return count === 0 ? '–' : `${p50} / ${p99}, of ${count}`;
}

function about({ cores }: Measured): string {
  return `Measured by \`npm run load\` on ${new Date().toISOString().slice(0, 10)}: ${cores} cores, Node ${process.versions.node}, everything on one machine.`;
}

function verdict(problems: string[]): string {
  return problems.length === 0
    ? '\nAs it should be.'
    : `\n**Not as it should be:**\n\n${problems.map((problem) => `- ${problem}`).join('\n')}`;
}

function memoryText({ memory }: Measured): string {
  return ['api', 'worker']
    .map((process) => {
      const mib = memory.filter((sample) => sample.process === process).map((sample) => sample.mib);
      return `- Memory of ${process}: ${mib[0]} MiB at first, ${Math.max(...mib)} at most, ${mib.at(-1)} at the end.`;
    })
    .join('\n');
}

function memoryLines({ memory }: Measured): Line[] {
  return ['api', 'worker'].map((process, index) => ({
    name: process,
    colour: colour(index),
    points: memory.filter((sample) => sample.process === process).map(({ at, mib }) => [at / 1_000, mib]),
  }));
}

const colour = (index: number) => COLOURS[index % COLOURS.length] ?? 'black';

function buckets(samples: readonly Sample[]): [number, Sample[]][] {
  const last = Math.max(0, ...samples.map(({ at }) => at));
  return Array.from({ length: Math.floor(last / BUCKET_MS) + 1 }, (_, index) => [
    (index * BUCKET_MS) / 1_000,
    between(samples, index * BUCKET_MS, (index + 1) * BUCKET_MS),
  ]);
}

function p99Line(name: string, samples: readonly Sample[] | undefined, index: number): Line {
  return {
    name,
    colour: colour(index),
    points: buckets(samples ?? []).map(([second, some]) => [second, summaryOf(some).p99]),
  };
}

function rateLine(name: string, samples: readonly Sample[] | undefined, index: number): Line {
  return {
    name,
    colour: colour(index),
    points: buckets(samples ?? []).map(([second, some]) => [second, some.length / (BUCKET_MS / 1_000)]),
  };
}

function write(name: string, text: string, svg: string, data: unknown): void {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${name}.md`), text);
  writeFileSync(join(RESULTS, `${name}.svg`), svg);
  writeFileSync(join(RESULTS, `${name}.json`), `${JSON.stringify(data)}\n`);
  process.stdout.write(`\n${text}\nWritten to ${RESULTS}\n`);
}

/** Nothing that takes an end happens at a provider that hangs. */
function ratioText(ratio = Number.NaN): string {
  return Number.isFinite(ratio) ? ratio.toFixed(2) : '–';
}
