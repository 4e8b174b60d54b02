import type { NewPayment } from '../../src/client';
import { type ProviderId, PROVIDERS } from '../../src/domain/payment';
import { dropPayAcquirer } from './droppay-acquirer';
import { dropPayPos } from './droppay-pos';
import { etPay } from './etpay';
import { payerMax } from './payermax';
import { pomelo } from './pomelo';
import type { ProviderUnderTest } from './provider-under-test';

/** What every suite knows of each provider. */
const UNDER_TEST: Readonly<Record<ProviderId, ProviderUnderTest>> = {
  'droppay-pos': dropPayPos,
  'droppay-acquirer': dropPayAcquirer,
  payermax: payerMax,
  pomelo: pomelo,
  etpay: etPay,
};

/** Every provider, in the order of PROVIDERS. */
export const PROVIDERS_UNDER_TEST: readonly ProviderUnderTest[] = PROVIDERS.map((id) => UNDER_TEST[id]);

export function underTest(provider: ProviderId): ProviderUnderTest {
  return UNDER_TEST[provider];
}

/** The companies of these providers, each once. */
export function companiesOf(providers: readonly ProviderId[]): string[] {
  return [...new Set(providers.map((provider) => underTest(provider).company))];
}

/** Every call that Holdfast makes of a company, whichever of its providers makes it. */
export function callsOfCompany(company: string): string[] {
  const concerned = PROVIDERS_UNDER_TEST.filter((each) => each.company === company);
  const calls = concerned.flatMap((each) => Object.values(each.calls));
  const besides = concerned.flatMap(({ readRefund, callsBesides }) => [
    ...(readRefund === undefined ? [] : [readRefund]),
    ...callsBesides,
  ]);
  return [...new Set([...calls, ...besides])];
}

/** What is ordered of a provider in every case, so that each of its calls can be told by our reference. */
export function orderOf(provider: ProviderUnderTest, reference: string): NewPayment {
  return {
    ...provider.order,
    provider: provider.provider,
    reference: 'order-1042',
    description: 'Two tickets',
    ...(provider.openMatch && { customer: { ...provider.order.customer, id: reference } }),
  };
}

/** What tells the calls of one payment from all others at the sandbox. */
export function matchOf(
  { calls, openMatch }: ProviderUnderTest,
  call: string,
  reference: string,
): Record<string, string> {
  return call === calls.open && openMatch ? openMatch(reference) : { reference };
}
