import { campaignContent } from '../campaign/content.ts';
import { CampaignError, getCampaign } from '../ledger/campaigns.ts';
import { mailOf } from '../worker.ts';
import { UsageError } from './exit.ts';
import { composeFor } from './find-customer.ts';
import { plain } from './output.ts';
import { type Common, print, withApp } from './session.ts';

interface TestOptions extends Common {
  to: string;
  customer?: string;
}

/** Sends one real mail to a colleague; the ledger and the customer's history are left alone. */
export async function testCampaign(id: string, options: TestOptions): Promise<void> {
  if (!/^[^@\s]+@[^@\s]+$/.test(options.to))
    throw new UsageError(`--to ${options.to} is not an e-mail address.`);
  await withApp(async (app) => {
    const campaign = await getCampaign(app.db, id);
    const content = await campaignContent(app.content, campaign);
    const { facts, composition } = await composeFor(app, content, campaign, options.customer);
    const { mailer, transport } = await mailOf(app);
    const { rendered, mail } = await mailer.sample({
      campaignId: id,
      facts,
      composition,
      content,
      to: options.to,
      now: app.now(),
    });
    const outcome = await transport.send(mail);
    if (outcome.kind !== 'sent') {
      const said = outcome.kind === 'recalled' ? 'this process is shutting down' : outcome.response;
      throw new CampaignError(`The mail server did not take the test mail: ${said}`);
    }
    const result = { customer: facts.customer.id, subject: rendered.subject, response: outcome.response };
    print(options, result, () => `Sent as customer ${facts.customer.id}: “${plain(rendered.subject, 120)}”`);
  });
}
