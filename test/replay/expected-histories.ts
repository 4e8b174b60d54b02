import { ACCESS_TOKEN_OUTCOMES } from './access-token-outcomes';
import { DROPPAY_POS_OUTCOMES } from './droppay-pos-outcomes';

/** What the names of the histories of each workflow begin with. */
export const POS = 'droppay-pos.';
export const KEEPER = 'droppay-token.';

/** A keeper's run that grew long, and the run that took over from it. */
export const CONTINUED_KEEPER = [`${KEEPER}continued-as-new`, `${KEEPER}carried-on`] as const;

/** Names of all histories that there have to be. */
export const EXPECTED_HISTORIES: readonly string[] = [
  ...Object.keys(DROPPAY_POS_OUTCOMES).map((name) => POS + name),
  ...Object.keys(ACCESS_TOKEN_OUTCOMES).map((name) => KEEPER + name),
  ...CONTINUED_KEEPER,
];
