import type { CustomerFacts } from '../compose/facts.ts';
import { seededUniform } from '../compose/random.ts';
import type { MailAddress } from '../config.ts';
import type { Composition } from '../domain/composition.ts';
import type { Beginning } from '../ledger/begin.ts';
import type { Campaign } from '../ledger/campaigns.ts';
import type { OpenSend } from '../ledger/open-sends.ts';
import type { Links } from '../links/links.ts';
import type { ReturnPaths } from '../links/return-path.ts';
import type { Content } from '../render/content.ts';
import { mailHeaders } from '../render/headers.ts';
import type { RenderedMail } from '../render/renderer.ts';
import { salespersonOf } from '../render/salesperson.ts';
import type { Encode } from './encode.ts';
import type { Mail } from './smtp/session.ts';

/** Who mails come from, and what signs their links. */
export interface Sender {
  from: MailAddress;
  replyTo: MailAddress | null;
  links: Links;
  randomKey: string;
  encode: Encode;
  /** A return path of its own for each mail (VERP); null: bounces go to the sender's address. */
  returnPaths: Pick<ReturnPaths, 'make'> | null;
}

/** A mail ready to go: what the ledger writes when it begins, and the bytes for the transport. */
export interface Prepared {
  send: OpenSend;
  /** Seeded random number for the spread of retries. */
  uniform: number;
  beginning: Beginning;
  mail: Mail;
}

export interface Mailer {
  /** The mail of one send, from the composition of this moment. @throws TemplateError */
  prepare(given: {
    send: OpenSend;
    campaign: Pick<Campaign, 'id'>;
    facts: CustomerFacts;
    composition: Composition;
    content: Content;
    now: Date;
    /** Since when mails to the address were counted for the decision. */
    mailsSince: Date;
  }): Promise<Prepared>;
  /** A mail outside the ledger, e.g. a test: `to` may be anybody; links lead nowhere that matters. */
  sample(given: {
    campaignId: string;
    facts: CustomerFacts;
    composition: Composition;
    content: Content;
    to: string;
    now: Date;
  }): Promise<{ rendered: RenderedMail; mail: Mail }>;
}

/** Renders mails, and puts headers and parts together; the bytes are nodemailer's work (`encode.ts`). */
export function createMailer(sender: Sender): Mailer {
  async function make(given: {
    sendId: number;
    campaignId: string;
    facts: CustomerFacts;
    composition: Composition;
    content: Content;
    to: string;
    now: Date;
    test: boolean;
  }) {
    const { sendId, campaignId, facts, composition, content, to, now, test } = given;
    const { customer, owned } = facts;
    const { links, from, replyTo } = sender;
    const rendered = content.renderer.render({
      sendId,
      campaignId,
      customer,
      composition,
      owned,
      links,
      test,
    });
    const salesperson = content.library.settings.delivery.replyToSalesperson ? salespersonOf(customer) : null;
    const head = mailHeaders({ sendId, campaignId, customer, to, from, replyTo, salesperson, links });
    const raw = await sender.encode({
      ...head,
      subject: rendered.subject,
      html: rendered.html,
      text: rendered.text,
      date: now,
    });
    const returnPath = sender.returnPaths?.make(sendId) ?? from.address;
    const mail: Mail = { envelope: { from: returnPath, to }, raw };
    return { rendered, mail, messageId: head.messageId };
  }

  return {
    async prepare(given) {
      const { send, facts, composition } = given;
      const to = facts.customer.email ?? '';
      const made = await make({ ...given, sendId: send.id, campaignId: given.campaign.id, to, test: false });
      return {
        send,
        uniform: seededUniform(sender.randomKey, send.id, 'retry', send.attempts),
        mail: made.mail,
        beginning: {
          id: send.id,
          messageId: made.messageId,
          subject: made.rendered.subject,
          composition,
          address: to,
          mailsKnown: facts.recentMails.length,
          mailsSince: given.mailsSince,
        },
      };
    },
    sample: (given) => make({ ...given, sendId: 0, test: true }),
  };
}
