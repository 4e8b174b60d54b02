import { z } from 'zod';
import type { CompanyCall } from '../call-serving';
import { cardFormSchema } from './card';
import type { DropinSessions, PaymentToken, Session } from './dropin-sessions';
import { textAt } from './envelope';
import { answerRefusals, PayerMaxRefusal } from './errors';
import { checkedParams } from './requests';
import type { JsonObject } from '../exact-json';

const requestSchema = cardFormSchema.extend({ clientKey: z.string(), sessionKey: z.string() });

/**
 * What the card form sends and what its `canMakePayment` resolves with (docs/providers/payermax.md §3.2). The
 * real form's own calls are not documented: this one is invented, its codes are those of §4.
 */
export function cardTokenCall(sessions: DropinSessions): CompanyCall {
  return {
    name: 'cardToken',
    describe: (call) => {
      const session = sessions.find(textAt(call, 'sessionKey') ?? '');
      return { clientId: session?.account.appId, subject: session?.userId };
    },
    apply: (call) =>
      answerRefusals(() => {
        const { clientKey, sessionKey, ...form } = checkedParams(call.body, requestSchema);
        const session = sessions.find(sessionKey);
        if (session?.clientKey !== clientKey) {
          throw new PayerMaxRefusal('PARAMS_INVALID', 'sessionKey and clientKey do not belong together');
        }
        const data = tokenData(session, sessions.tokenize(session, form));
        return { status: 200, code: 'APPLY_SUCCESS', body: { code: 'APPLY_SUCCESS', msg: '', data } };
      }),
  };
}

/** `data` of a successful `canMakePayment`. */
export function tokenData(session: Session, { value, card }: PaymentToken): JsonObject {
  return {
    paymentToken: value,
    cardBinNo: card.bin,
    maskCardNumber: card.masked,
    cardHolderFullName: card.holder,
    cardOrg: card.org,
    cardType: 'CREDIT',
    cardIssuingCountry: session.country,
    cardExpirationMonth: card.expirationMonth,
    cardExpirationYear: card.expirationYear,
    agreementAccepted: card.agreementAccepted,
  };
}
