/**
 * The text of the stand-in for pmdropin.min.js, in plain browser JavaScript (docs/providers/payermax.md §3.2):
 * `PMdropin.create(type, options)` gives an instance with `mount`, `on` and `emit`. The card form itself is a
 * page of `baseUrl` in an iframe, spoken to over a message port.
 */
export function dropinScript(baseUrl: string): string {
  return `'use strict';
(function () {
  var BASE_URL = ${JSON.stringify(baseUrl)};
${SCRIPT}})();
`;
}

const SCRIPT = String.raw`
  var WALLETS = ['googlepay', 'applepay'];

  function Dropin(type, options) {
    if (type !== 'card' && WALLETS.indexOf(type) === -1) {
      throw new Error('PMdropin.create: the type must be card, googlepay or applepay.');
    }
    ['clientKey', 'sessionKey'].forEach(function (name) {
      if (typeof options !== 'object' || options === null || typeof options[name] !== 'string') {
        throw new Error('PMdropin.create: ' + name + ' is required.');
      }
    });
    this._type = type;
    this._options = options;
    this._listeners = {};
    this._answers = {};
    this._lastId = 0;
    this._channel = new MessageChannel();
    this._channel.port1.onmessage = this._received.bind(this);
  }

  Dropin.prototype.mount = function (target) {
    var place = typeof target === 'string' ? document.querySelector(target) : target;
    if (!place) throw new Error('mount: there is no element ' + target + '.');
    if (this._type !== 'card') {
      // No wallet works here: say so as the real component does.
      setTimeout(this._tell.bind(this, 'load', { code: 'UNKNOWN_ISSUE', message: 'No wallet here.' }), 0);
      return;
    }
    var frame = document.createElement('iframe');
    frame.title = 'Card details';
    frame.src = BASE_URL + '/dropin/card-form';
    frame.style.border = '0';
    frame.style.width = '100%';
    frame.style.height = '22rem';
    var self = this;
    frame.addEventListener('load', function () {
      var start = { pmdropin: 'start', options: JSON.parse(JSON.stringify(self._options)) };
      frame.contentWindow.postMessage(start, new URL(BASE_URL).origin, [self._channel.port2]);
    }, { once: true });
    this._frame = frame;
    place.replaceChildren(frame);
  };

  Dropin.prototype.on = function (event, listener) {
    (this._listeners[event] = this._listeners[event] || []).push(listener);
    return this;
  };

  /** Only canMakePayment has an answer; messages before the form is there wait in the port. */
  Dropin.prototype.emit = function (event, value) {
    if (event !== 'canMakePayment') {
      this._channel.port1.postMessage({ event: event, value: value });
      return undefined;
    }
    if (this._type !== 'card') {
      return Promise.resolve({ code: 'UNKNOWN_ISSUE', message: 'No wallet here.', data: null });
    }
    var id = (this._lastId += 1);
    var self = this;
    return new Promise(function (resolve) {
      self._answers[id] = resolve;
      self._channel.port1.postMessage({ event: event, id: id });
    });
  };

  Dropin.prototype._received = function (message) {
    var data = message.data;
    if (data.height && this._frame) this._frame.style.height = data.height + 'px';
    if (data.event) this._tell(data.event, data.value);
    if (data.id && this._answers[data.id]) {
      this._answers[data.id](data.answer);
      delete this._answers[data.id];
    }
  };

  Dropin.prototype._tell = function (event, value) {
    (this._listeners[event] || []).forEach(function (listener) {
      listener(value);
    });
  };

  window.PMdropin = {
    create: function (type, options) {
      return new Dropin(type, options);
    },
  };
`;
