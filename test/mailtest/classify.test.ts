import { describe, expect, it } from 'vitest';
import { classOf, classOfMail, isUnnamed, originOf } from '../../src/mailtest/classify.ts';
import { bookOf } from '../../src/mailtest/customers.ts';
import type { Head } from '../../src/mailtest/head.ts';
import { type People, readPeople } from '../../src/mailtest/people.ts';
import { verdictOf } from '../../src/mailtest/verdict.ts';

const peopleOf = (text: string) => readPeople('people.yaml', text).people as People;
const people = peopleOf(`
me: [kim@orvelin.example]
domains: [orvelin.example]
up: [chef@orvelin.example, beirat@kanzlei.example]
sideways: [lou@orvelin.example]
down: [azubi@orvelin.example]
customers: {addresses: [alt@web.de], domains: [neukunde.example]}
`);
const crm = bookOf([
  'einkauf@nordwerk.example',
  'p.sommer@web.de',
  'info@müller.example',
  'test@orvelin.example',
  'chef@kanzlei.example',
]);

describe('an address belongs', () => {
  it.each([
    ['einkauf@nordwerk.example', 'customers'],
    ['somebody.else@nordwerk.example', 'customers'],
    ['x@werk2.nordwerk.example', 'customers'],
    ['x@ordwerk.example', 'elsewhere'],
    ['p.sommer@web.de', 'customers'],
    ['another@web.de', 'elsewhere'],
    ['alt@web.de', 'customers'],
    ['info@xn--mller-kva.example', 'customers'],
    ['x@neukunde.example', 'customers'],
    ['chef@orvelin.example', 'up'],
    // named by hand, though the CRM knows the domain
    ['beirat@kanzlei.example', 'up'],
    ['lou@orvelin.example', 'sideways'],
    ['azubi@orvelin.example', 'down'],
    // a test contact in the CRM makes no customer of a colleague, nor of the whole company
    ['test@orvelin.example', 'elsewhere'],
    ['empfang@orvelin.example', 'elsewhere'],
    ['kim@orvelin.example', 'elsewhere'],
  ])('%s: %s', (address, expected) => {
    expect(classOf(address, people, crm)).toBe(expected);
  });

  it('to nobody without a CRM, unless the people file says so', () => {
    expect(classOf('einkauf@nordwerk.example', people, null)).toBe('elsewhere');
    expect(classOf('alt@web.de', people, null)).toBe('customers');
  });
});

it('a mail counts once: customers, then up, down, sideways, elsewhere', () => {
  expect(classOfMail(['elsewhere', 'sideways', 'up', 'customers'])).toBe('customers');
  expect(classOfMail(['elsewhere', 'sideways', 'down', 'up'])).toBe('up');
  expect(classOfMail(['elsewhere', 'sideways', 'down'])).toBe('down');
  expect(classOfMail(['elsewhere', 'sideways'])).toBe('sideways');
});

it('colleagues in no circle are unnamed, oneself and strangers are not', () => {
  const unnamed = (address: string) => isUnnamed(address, people);
  expect(unnamed('empfang@orvelin.example')).toBe(true);
  expect(unnamed('x@intern.orvelin.example')).toBe(true);
  expect(unnamed('kim@orvelin.example')).toBe(false);
  expect(unnamed('chef@orvelin.example')).toBe(false);
  expect(unnamed('x@nordwerk.example')).toBe(false);
});

describe('a mail is one’s own', () => {
  const mail = (given: Partial<Head>): Head => ({
    from: ['kim@orvelin.example'],
    recipients: [],
    date: null,
    labels: null,
    deleted: false,
    ...given,
  });

  it('by From; without “me”, of anybody at the own domains', () => {
    const company = peopleOf('domains: [orvelin.example]');
    expect(originOf(mail({}), people)).toBe('sent');
    expect(originOf(mail({ from: ['lou@orvelin.example'] }), people)).toBe('received');
    expect(originOf(mail({ from: ['lou@orvelin.example'] }), company)).toBe('sent');
    expect(originOf(mail({ from: ['x@nordwerk.example'] }), company)).toBe('received');
    expect(originOf(mail({ from: [] }), people)).toBe('unknown');
  });

  it('and by Gmail’s labels, where there are any', () => {
    expect(originOf(mail({ labels: ['sent', 'opened'] }), people)).toBe('sent');
    expect(originOf(mail({ labels: ['geöffnet', 'gesendet'] }), people)).toBe('sent');
    expect(originOf(mail({ labels: ['inbox'] }), people)).toBe('received');
    for (const label of ['entwürfe', 'drafts', 'spam', 'trash', 'papierkorb', 'chat']) {
      expect(originOf(mail({ labels: ['sent', label] }), people)).toBe('left_out');
    }
    expect(originOf(mail({ deleted: true }), people)).toBe('left_out');
  });
});

describe('a mailbox stands', () => {
  it('where the marks say', () => {
    expect(verdictOf(9, 1000, true).standing).toBe('common');
    expect(verdictOf(10, 1000, true).standing).toBe('between');
    expect(verdictOf(200, 1000, true).standing).toBe('between');
    expect(verdictOf(201, 1000, true)).toEqual({ share: 0.201, standing: 'rare', range: null });
  });

  it('nowhere, when nothing was sent or no customers are known', () => {
    expect(verdictOf(0, 0, true).standing).toBe('nothing_sent');
    expect(verdictOf(0, 5000, false).standing).toBe('no_customers');
  });

  it('with few mails: in a wide range', () => {
    // Wilson's interval of 1 in 50
    const { range } = verdictOf(1, 50, true);
    expect(range?.[0]).toBeCloseTo(0.0035, 4);
    expect(range?.[1]).toBeCloseTo(0.105, 3);
    expect(verdictOf(0, 20, true).range?.[0]).toBe(0);
  });
});
