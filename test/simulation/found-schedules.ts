import type { Schedule } from './schedule';

const NOTHING: Omit<Schedule, 'provider' | 'expiresInSeconds' | 'acts'> = {
  amount: 1_250,
  seed: 0,
  faults: {},
  callbacks: [],
  bank: 'at_once',
  guardsRepeats: false,
  workersDown: [],
  temporalDown: [],
  backendDown: [],
  replayBefore: [],
  continueAsNewAt: [],
  forgetsUpdates: false,
  person: [],
};

/** Schedules that once broke a promise, made as small as could be. */
export const FOUND: Readonly<Record<string, Schedule>> = {
  'paid while nobody could look, its callback lost, until the watch was over': {
    ...NOTHING,
    provider: 'etpay',
    expiresInSeconds: 318,
    acts: [{ at: 319, act: { do: 'approve' } }],
    callbacks: ['lost'],
    workersDown: [{ what: 'all', from: 319, seconds: 172_800 }],
  },
  'paid after it had failed': {
    ...NOTHING,
    provider: 'payermax',
    expiresInSeconds: 1_510,
    acts: [
      { at: 0, act: { do: 'confirm' } },
      { at: 1, act: { do: 'approve' } },
      { at: 0.311, act: { do: 'confirm' } },
    ],
    bank: 'declines',
  },
  'a person decided while the provider was being asked': {
    ...NOTHING,
    provider: 'etpay',
    expiresInSeconds: 604,
    acts: [
      { at: 18.434, act: { do: 'resolve', decision: 'succeeded' } },
      { at: 18.454, act: { do: 'read' } },
      { at: 18.424, act: { do: 'come_back' } },
    ],
    faults: {
      open: ['unclear', 'unavailable', 'ok', 'rate_limited', 'unclear'],
      read: ['dies_with_late_effect', 'ok', 'ok'],
      tell: ['dies_with_effect'],
    },
    callbacks: ['twice', 'at_once'],
  },
  'a dashboard refund that was turned down, asked for again and turned down again': {
    ...NOTHING,
    provider: 'pomelo',
    expiresInSeconds: 3_669,
    acts: [
      { at: 1, act: { do: 'approve' } },
      { at: 1.236, act: { do: 'dashboard_refund' } },
      { at: 52, act: { do: 'dashboard_refund_turned_down' } },
      { at: 55.454, act: { do: 'dashboard_refund' } },
      { at: 56.464, act: { do: 'dashboard_refund_turned_down' } },
    ],
    callbacks: ['at_once', 'ok', 'ok', 'at_once', 'twice', 'twice'],
  },
  'given back twice: a refund after a review failed, the next one had its reference, and the look-up showed the first':
    {
      ...NOTHING,
      provider: 'payermax',
      expiresInSeconds: 3_089,
      seed: 14,
      acts: [
        { at: 1, act: { do: 'approve' } },
        { at: 6, act: { do: 'confirm' } },
        { at: 22, act: { do: 'resolve', decision: 'refund' } },
      ],
      faults: {
        take: ['lying_amount', 'refused'],
        read_refund: ['dies_without_effect'],
        tell: ['dies_without_effect'],
      },
      replayBefore: [26, 21, 6],
      forgetsUpdates: true,
      person: ['refund', 'refund'],
    },
  'a refund that waited for another, of which nobody knew for two weeks': {
    ...NOTHING,
    provider: 'payermax',
    expiresInSeconds: 3_034,
    acts: [
      { at: 1, act: { do: 'confirm' } },
      { at: 1, act: { do: 'approve' } },
      { at: 1.27, act: { do: 'refund', key: 1, amount: 1, answerLost: false } },
      { at: 1.273, act: { do: 'refund', key: 0, amount: 1, answerLost: false } },
    ],
    faults: { refund: ['dies_without_effect', 'lost_without_effect'], tell: ['unavailable'] },
    callbacks: ['at_once'],
  },
};
