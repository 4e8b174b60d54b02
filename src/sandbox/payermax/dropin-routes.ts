import { Router, type RequestHandler } from 'express';
import { CARD_FORM_HEADERS, cardFormPage } from './card-form-page';
import { CARD_FORM_SCRIPT } from './card-form-script';
import { dropinScript } from './dropin-script';

/** Any page may load the script, with or without `crossorigin`. */
const SCRIPT_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/javascript; charset=utf-8',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** What a payer's browser loads: the Drop-in script, and the card form with its own script. */
export function dropinRoutes(publicUrl: () => string): Router {
  const router = Router();
  router.get(
    '/dropin/js/pmdropin.min.js',
    script(() => dropinScript(publicUrl())),
  );
  router.get(
    '/dropin/js/card-form.js',
    script(() => CARD_FORM_SCRIPT),
  );
  router.get('/dropin/card-form', (_request, response) => {
    response.set(CARD_FORM_HEADERS).send(cardFormPage());
  });
  return router;
}

function script(text: () => string): RequestHandler {
  return (_request, response) => {
    response.set(SCRIPT_HEADERS).send(text());
  };
}
