import type { PaymentRequest } from '../../domain/payment';
import type {
  Finding,
  ProviderCall,
  RefundCall,
  RefundFinding,
  Refunding,
  StopCall,
} from '../../domain/provider-answer';

/** How the kit asks one provider. */
export interface ProviderPort {
  /** Asks what the provider knows of the payment. */
  lookUp: (call: ProviderCall, request: PaymentRequest) => Promise<Finding>;
  /**
   * How a payment is stopped: by telling the provider, which then says what it knows; or by our own word, where nothing can
   * be paid until we ask for it; or not at all: then it ends at its expiry and is watched afterwards.
   */
  stop: ((call: StopCall) => Promise<Finding>) | 'our_word' | 'impossible';
  /**
   * Whether the payer's agreement reserves the money. Then the provider is told to stop a payment that ends without money until
   * it says that nothing is held. Absent: the agreement merely permits a charge, and without one it holds nothing.
   */
  reserves?: true;
  /**
   * For how long the provider could still carry out a taking call whose answer is missing, in milliseconds. Used when the call
   * itself could not say, because its worker died.
   */
  settlesWithinMs: number;
  /** Whether making the payment known may take the money already, as the account's settings say. */
  openingMayTake?: true;
  /**
   * Whether opening alone reaches the payer (a push message). When the answer to it was lost, the payment is withdrawn at the
   * provider after its end: so `stop` and `lookUp` must find it by our reference.
   */
  openingReachesPayer?: true;
  /** Whether the taking call may be made anew once it is proven that nothing was taken. */
  takesAgain: boolean;
  /** Whether an end that the provider tells is its last word. Otherwise the payment is watched for a while after it. */
  endsAreFinal: boolean;
  /** How money is given back by us; how often it may be is the provider's `refund` capability. Absent: never. */
  refunds?: RefundPort;
}

/** How money is given back. */
export interface RefundPort {
  send: (call: RefundCall & { webhookUrl: string }) => Promise<Refunding>;
  /** Absent where the provider cannot be asked about a refund: an unknown outcome is then for a person. */
  lookUp?: (call: RefundCall) => Promise<RefundFinding>;
}
