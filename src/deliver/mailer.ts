import type { SendMailOptions } from 'nodemailer';
import type { CustomerFacts } from '../compose/facts.ts';
import { seededUniform } from '../compose/random.ts';
import type { MailAddress } from '../config.ts';
import type { Composition } from '../domain/composition.ts';
import type { Campaign } from '../ledger/campaigns.ts';
import type { ClaimDecision, OpenSend } from '../ledger/claim.ts';
import type { Links } from '../links/links.ts';
import type { Content } from '../render/content.ts';
import { mailHeaders } from '../render/headers.ts';
import type { RenderedMail } from '../render/renderer.ts';

/** Who mails come from, and what signs their links. */
export interface Sender {
  from: MailAddress;
  replyTo: MailAddress | null;
  links: Links;
  randomKey: string;
}

/** A mail ready to go: its row in the ledger, and the message for the transport. */
export interface Prepared {
  id: number;
  attempt: number;
  /** Seeded random number for the spread of retries. */
  uniform: number;
  claim: ClaimDecision;
  message: SendMailOptions;
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
  }): Prepared;
  /** A mail outside the ledger, e.g. a test: `to` may be anybody; links lead nowhere that matters. */
  sample(given: {
    campaignId: string;
    facts: CustomerFacts;
    composition: Composition;
    content: Content;
    to: string;
    now: Date;
  }): { mail: RenderedMail; message: SendMailOptions };
}

/** Renders mails and puts headers and parts together for nodemailer, which does the MIME encoding. */
export function createMailer(sender: Sender): Mailer {
  function make(given: {
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
    const { links } = sender;
    const mail = content.renderer.render({ sendId, campaignId, customer, composition, owned, links, test });
    const head = mailHeaders({
      sendId,
      campaignId,
      customer,
      to,
      from: sender.from,
      replyTo: sender.replyTo,
      links,
    });
    const message: SendMailOptions & { messageId: string } = {
      ...head,
      envelope: { from: sender.from.address, to: [to] },
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
      date: now,
      // Mails here are mostly ASCII with umlauts: asking nodemailer to count first costs more than it saves.
      textEncoding: 'quoted-printable',
    };
    return { mail, message };
  }

  return {
    prepare(given) {
      const { send, facts, composition } = given;
      const to = facts.customer.email ?? '';
      const { mail, message } = make({
        ...given,
        sendId: send.id,
        campaignId: given.campaign.id,
        to,
        test: false,
      });
      return {
        id: send.id,
        attempt: send.attempts + 1,
        uniform: seededUniform(sender.randomKey, send.id, 'retry', send.attempts),
        message,
        claim: {
          id: send.id,
          kind: 'send',
          messageId: message.messageId,
          subject: mail.subject,
          composition,
        },
      };
    },
    sample: (given) => make({ ...given, sendId: 0, test: true }),
  };
}
