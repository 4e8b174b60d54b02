import type { NewPayment } from '../../src/client';
import type { ProviderId } from '../../src/domain/payment';

/** What the payer and the backend do with one payment. */
export type Story =
  | 'paid'
  | 'declined'
  | 'cancelled'
  /** Backend and payer act in the same moment. */
  | 'cancelled_while_paying'
  | 'walked_away'
  /** The backend confirms twice in the same moment. */
  | 'confirmed_twice';

/** How the backend asks for it, always with one key. */
export type Creating = 'once' | 'three_at_once' | 'again_later' | 'other_body_later';

/** How the money is given back. */
export type Refunding = 'none' | 'full' | 'partial' | 'two_parts' | 'racing' | 'same_key_at_once';

export interface PlannedPayment {
  number: number;
  key: string;
  provider: ProviderId;
  order: NewPayment;
  story: Story;
  creating: Creating;
  refunding: Refunding;
  /** Whether the payer's browser comes back from the provider's page. */
  comesBack: boolean;
  /** How long the payer thinks, in milliseconds. */
  thinkMs: number;
  /** When the backend has it looked up, counted from its first answer; null: never. */
  recheckAfterMs: number | null;
}
