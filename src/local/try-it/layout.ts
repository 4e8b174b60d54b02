import { type Html, html } from '../../api/html';
import type { Payment } from '../../domain/payment';
import type { TimelineEntry } from '../../domain/timeline';

/** A payment with what happened to it. */
export interface ToldPayment {
  payment: Payment;
  timeline: readonly TimelineEntry[];
}

/** A whole page around its content. */
export function document(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="stylesheet" href="/assets/try-it.css" />
        <script src="/assets/try-it.js" defer></script>
      </head>
      <body>
        <main>${content}</main>
      </body>
    </html> `.text;
}

/** Nothing but what is wrong. */
export function problemPage(problem: string): string {
  return document(
    'Try Holdfast',
    html`${backHome()}
      <h1>This did not work</h1>
      ${alert(problem)}`,
  );
}

/** Says what is wrong; nothing when nothing is. */
export function alert(problem: string | null): Html | null {
  return problem === null ? null : html`<p class="alert" role="alert">${problem}</p>`;
}

export function backHome(): Html {
  return html`<p><a href="/">All payments</a></p>`;
}

/** A status as people write it: `requires action`. */
export function statusText({ status }: Payment): string {
  return status.replaceAll('_', ' ');
}

/** Every fact with when, and from whom. */
export function timelineList(timeline: readonly TimelineEntry[]): Html {
  const facts = timeline.map(
    ({ at, from, type, detail }) =>
      html`<li><time datetime="${at}">${clockText(at)}</time> ${from}: ${type}, ${detail}</li>`,
  );
  return html`<ol class="timeline">
    ${facts}
  </ol>`;
}

/** The time of day of an RFC 3339 time, in UTC as it stands there: `10:00:00.123`. */
export function clockText(time: string): string {
  return time.slice(11).replace(/Z$/, '');
}
