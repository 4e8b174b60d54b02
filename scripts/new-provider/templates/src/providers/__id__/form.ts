//: form
/**
 * Code for the browser: mounts $Name$'s form in the element with `data-session-key`, and posts `{paymentToken}` to its
 * `data-confirm-url` (docs/providers/$id$.md §3). src/providers/payermax/card-form.ts is much like it: once a token is on its
 * way, only a certain "it was not taken" opens the form again.
 */
export const FORM_CODE = `
'use strict';
throw new Error('not written yet: FORM_CODE of src/providers/$id$/form.ts, docs/providers/$id$.md §3');
`;
