import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What undici publishes when the head of an answer has come. */
interface Answered {
  request: { origin?: string | URL };
  response: { headers: Buffer[] };
}

const ANSWERED = 'undici:request:headers';
/** A Date header leaves out the fraction of its second. */
const MEAN_FRACTION_MS = 500;

/**
 * Tells at every HTTP answer to this process how many seconds our clock is ahead of the server's (negative: behind), as far as
 * its Date header lets one know. Signed requests are refused by whoever has another time.
 *
 * @param tell `server` is host and port
 * @param onProblem told what `tell` throws: a call does not fail for being watched
 * @returns how to stop
 */
export function watchClocks(
  tell: (server: string, secondsAhead: number) => void,
  onProblem: (error: unknown) => void,
): () => void {
  const onAnswer = (message: unknown): void => {
    const { request, response } = message as Answered;
    const date = Date.parse(headerOf(response.headers, 'date') ?? '');
    if (Number.isNaN(date) || !request.origin || !URL.canParse(String(request.origin))) return;
    const secondsAhead = (Date.now() - date - MEAN_FRACTION_MS) / 1_000;
    try {
      tell(new URL(request.origin).host, secondsAhead);
    } catch (error) {
      // What a subscriber throws would end the process.
      onProblem(error);
    }
  };
  subscribe(ANSWERED, onAnswer);
  return () => void unsubscribe(ANSWERED, onAnswer);
}

/** Names and values come in turn. */
function headerOf(headers: readonly Buffer[], name: string): string | undefined {
  const index = headers.findIndex((item, at) => at % 2 === 0 && item.toString().toLowerCase() === name);
  return index < 0 ? undefined : headers[index + 1]?.toString();
}
