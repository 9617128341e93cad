import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { firstOf } from '../../bodies.ts';
import { rootOf } from '../../root.ts';
import { findCustomers } from '../customer-search.ts';
import { contentOrError } from '../page.ts';
import { askedOf } from '../studio/asked.ts';
import { peopleHere, sendTest, TOLD } from '../studio/test-mail.ts';
import { loadSetup, sendStep } from './setup-page.ts';
import type { CampaignTools } from './tools.ts';

const form = z.object({
  to: firstOf(z.string().trim().max(254)).default(''),
  customer: firstOf(z.string().max(200)).default(''),
});
const told = z.object({
  told: firstOf(z.enum(TOLD)).nullable().catch(null).default(null),
  search: firstOf(z.string().max(100)).catch('').default(''),
});
/** Customers looked at for one who would get a mail. */
const TRIED = 40;

/** Step 6: a real mail, to somebody who works here. */
export function testRoutes(app: FastifyInstance, tools: CampaignTools): void {
  const { db } = tools;

  app.get('/campaigns/:id/setup/test', { config: { role: 'marketer' } }, async (request, reply) => {
    const setup = await loadSetup(tools, request, reply);
    if (!setup) return reply;
    const { told: said, search } = told.parse(request.query);
    const [people, customers] = await Promise.all([peopleHere(tools), wouldGetOne(setup.draft.id, search)]);
    return sendStep(tools, request, reply, {
      setup,
      step: 'test',
      data: {
        said,
        sent: said === 'test_sent',
        people,
        listed: setup.library.settings.preview.testAddresses,
        customers,
        search,
        possible: tools.mail !== undefined,
      },
    });
  });

  app.post('/campaigns/:id/setup/test', async (request, reply) => {
    const setup = await loadSetup(tools, request, reply);
    if (!setup) return reply;
    const { to, customer } = form.parse(request.body ?? {});
    const { id } = setup.draft;
    const content = await contentOrError(tools);
    const asked = askedOf.parse({ campaign: id, customer });
    const said =
      content instanceof Error
        ? 'test_no_mail'
        : await sendTest(tools, content, { asked, to, person: request.person });
    return reply.redirect(
      `${rootOf(request.url)}campaigns/${encodeURIComponent(id)}/setup/test?told=${said}`,
      303,
    );
  });

  /** Customers who would get a mail by the last dry run; without one, whoever is found. */
  async function wouldGetOne(campaignId: string, search: string) {
    const rows = await db
      .selectFrom('dry_run_customers as d')
      .innerJoin('dry_runs as r', 'r.id', 'd.run_id')
      .select('d.customer_id as id')
      .where('r.campaign_id', '=', campaignId)
      .where('d.reason', 'is', null)
      .orderBy('r.id', 'desc')
      .orderBy('d.customer_id')
      .limit(search === '' ? TRIED : 0)
      .execute();
    if (rows.length === 0) return findCustomers(db, search, TRIED);
    return db
      .selectFrom('customers')
      .leftJoin('companies', 'companies.id', 'customers.company_id')
      .select(({ fn, val }) => [
        'customers.id',
        'companies.name as company',
        fn<string>('concat_ws', [val(' '), 'customers.first_name', 'customers.last_name']).as('name'),
      ])
      .where(
        'customers.id',
        'in',
        rows.map(({ id }) => id),
      )
      .orderBy('customers.id')
      .execute();
  }
}
