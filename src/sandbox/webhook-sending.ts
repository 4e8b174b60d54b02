const ANSWER_TIMEOUT_MS = 10_000;

interface WebhookMessage {
  readonly url: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly omitUrlCredentials?: boolean;
  /** https on other ports than 443 too. */
  readonly anyHttpsPort?: boolean;
  /** How long the receiver may take; default 10 seconds. */
  readonly answerTimeoutMs?: number;
  /** Whether the text of a 2xx answer counts as received; absent: every 2xx does. */
  readonly acknowledges?: (text: string) => boolean;
}

/**
 * Whether a webhook address gets anything: https, on port 443 unless the company takes any port, and plain
 * http to this machine only when the switch is on.
 */
export function isDeliverable(url: URL, allowLoopbackHttp: boolean, anyHttpsPort = false): boolean {
  if (url.protocol === 'https:' && (url.port === '' || anyHttpsPort)) return true;
  return allowLoopbackHttp && url.protocol === 'http:' && isLoopback(url.hostname);
}

/** POSTs one message; user and password in the address become HTTP Basic credentials. Never rejects. */
export async function postWebhook(
  message: WebhookMessage,
  text: string,
  options: { readonly allowLoopbackHttp: boolean; readonly stopped: AbortSignal },
): Promise<'undeliverable' | { statusCode: number | null; error: string | null }> {
  const url = URL.canParse(message.url ?? '') ? new URL(message.url ?? '') : undefined;
  if (url === undefined || !isDeliverable(url, options.allowLoopbackHttp, message.anyHttpsPort)) {
    return 'undeliverable';
  }
  const basic = message.omitUrlCredentials === true ? {} : basicCredentials(url);
  url.username = '';
  url.password = '';
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...basic, ...message.headers },
      body: text,
      redirect: 'manual',
      signal: AbortSignal.any([
        AbortSignal.timeout(message.answerTimeoutMs ?? ANSWER_TIMEOUT_MS),
        options.stopped,
      ]),
    });
    if (message.acknowledges === undefined || !answer.ok) {
      await answer.body?.cancel();
      return { statusCode: answer.status, error: null };
    }
    const acknowledged = message.acknowledges(await answer.text());
    return { statusCode: answer.status, error: acknowledged ? null : 'the answer does not acknowledge' };
  } catch (error) {
    return { statusCode: null, error: describeFailure(error) };
  }
}

function basicCredentials(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const pair = `${percentDecoded(url.username)}:${percentDecoded(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** fetch wraps the reason that people need (`ECONNREFUSED …`) as the cause of a "fetch failed". */
function describeFailure(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  return [cause?.code, cause?.message ?? message].filter(Boolean).join(': ') || 'no answer';
}
