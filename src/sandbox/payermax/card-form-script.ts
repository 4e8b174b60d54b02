/**
 * The text of the script of the card form, in plain browser JavaScript. It answers the Drop-in script over the
 * port it was started with; the form's look at what is typed only guides the payer: the server decides.
 */
export const CARD_FORM_SCRIPT = String.raw`'use strict';
(function () {
  var form = document.querySelector('form');
  var fieldset = form.querySelector('fieldset');
  var formProblem = document.getElementById('form-problem');
  var PROBLEMS = {
    CARD_INVALID: ['cardNumber', 'Check the card number.'],
    CARD_EXPIRE_DATE_INVALID: ['expiry', 'Check the expiry date.'],
    CVV_INVALID: ['cvv', 'Check the security code.'],
  };
  var port = null;
  var options = {};

  function typed(name) {
    return form.elements[name].value.trim();
  }

  function looksValid(name) {
    switch (name) {
      case 'cardNumber':
        return /^\d{13,19}$/.test(typed(name).replace(/[ -]/g, ''));
      case 'expiry':
        return /^(0[1-9]|1[0-2])\s*\/?\s*\d\d$/.test(typed(name));
      case 'cvv':
        return /^\d{3,4}$/.test(typed(name));
      default:
        return true;
    }
  }

  function isFormValid() {
    return ['cardNumber', 'expiry', 'cvv'].every(looksValid);
  }

  function show(name, text) {
    document.getElementById(name + '-problem').textContent = text;
    if (text) form.elements[name].setAttribute('aria-invalid', 'true');
    else form.elements[name].removeAttribute('aria-invalid');
    tellHeight();
  }

  function tellHeight() {
    port.postMessage({ height: Math.ceil(form.getBoundingClientRect().height) + 8 });
  }

  function filled() {
    var expiry = typed('expiry').replace(/\D/g, '');
    return {
      clientKey: options.clientKey,
      sessionKey: options.sessionKey,
      cardNumber: typed('cardNumber'),
      cvv: typed('cvv'),
      cardExpirationMonth: expiry.slice(0, 2),
      cardExpirationYear: expiry.slice(2),
      cardHolderFullName: typed('cardHolderFullName'),
    };
  }

  function canMakePayment() {
    formProblem.textContent = '';
    return fetch('card-tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(filled()),
    })
      .then(function (answer) {
        return answer.json();
      })
      .then(function (body) {
        var problem = PROBLEMS[body.code];
        if (problem) {
          show(problem[0], problem[1]);
          form.elements[problem[0]].focus();
        }
        if (!problem && body.code !== 'APPLY_SUCCESS') {
          formProblem.textContent = 'The card cannot be used now. Reload the page.';
          tellHeight();
        }
        return { code: body.code, message: body.msg, data: body.data || null };
      })
      .catch(function () {
        formProblem.textContent = 'The card form cannot be reached. Try again.';
        tellHeight();
        return { code: 'UNKNOWN_ISSUE', message: 'The card form got no answer.', data: null };
      });
  }

  function received(message) {
    var data = message.data;
    if (data.event === 'setDisabled') fieldset.disabled = Boolean(data.value);
    if (data.event === 'switchTheme') document.documentElement.dataset.theme = String(data.value);
    if (data.event === 'canMakePayment') {
      canMakePayment().then(function (answer) {
        port.postMessage({ id: data.id, answer: answer });
      });
    }
  }

  form.addEventListener('submit', function (event) {
    event.preventDefault();
  });
  form.addEventListener('input', function (event) {
    if (!port) return;
    show(event.target.name, '');
    port.postMessage({ event: 'form-check', value: { isFormValid: isFormValid() } });
  });
  form.addEventListener('focusout', function (event) {
    var name = event.target.name;
    if (!port || !name || typed(name) === '' || looksValid(name)) return;
    var found = Object.values(PROBLEMS).find(function (problem) {
      return problem[0] === name;
    });
    if (found) show(name, found[1]);
  });

  window.addEventListener('message', function (message) {
    if (port || !message.data || message.data.pmdropin !== 'start' || !message.ports[0]) return;
    port = message.ports[0];
    options = message.data.options;
    // Without a theme of the shop's choice the payer's own counts.
    document.documentElement.dataset.theme = options.theme === 'dark' || options.theme === 'light' ? options.theme : 'auto';
    if (options.isRtl) document.documentElement.dir = 'rtl';
    if (options.hideCardHolderName) document.getElementById('cardHolderFullName-field').hidden = true;
    port.onmessage = received;
    tellHeight();
    port.postMessage({ event: 'ready' });
  });
})();
`;
