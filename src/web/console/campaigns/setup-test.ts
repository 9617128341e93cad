import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { firstOf } from '../../bodies.ts';
import { rootOf } from '../../root.ts';
import { findCustomers } from '../customer-search.ts';
import { contentOrError } from '../page.ts';
import { askedOf } from '../studio/asked.ts';
import { peopleHere, sendTest, TOLD, type Told } from '../studio/test-mail.ts';
import { loadSetup, type Setup, sendStep } from './setup-page.ts';
import type { CampaignTools } from './tools.ts';

const form = z.object({
  // what no address can be is nobody's
  to: firstOf(z.string().trim().max(254)).catch('').default(''),
  customer: firstOf(z.string().max(200)).catch('').default(''),
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
    return show(request, reply, setup, { said, search });
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
    // what was refused stays in the form, and out of the address line
    if (said !== 'test_sent')
      return show(request, reply, setup, { said, search: '', to, customer, status: 422 });
    return reply.redirect(
      `${rootOf(request.url)}campaigns/${encodeURIComponent(id)}/setup/test?told=${said}`,
      303,
    );
  });

  async function show(
    request: FastifyRequest,
    reply: FastifyReply,
    setup: Setup,
    given: { said: Told | null; search: string; to?: string; customer?: string; status?: number },
  ): Promise<FastifyReply> {
    const { said, search, to = '', customer = '', status = 200 } = given;
    const [people, customers] = await Promise.all([peopleHere(tools), wouldGetOne(setup.draft.id, search)]);
    const listed = setup.library.settings.preview.testAddresses;
    return sendStep(tools, request, reply, {
      setup,
      step: 'test',
      status,
      data: {
        said,
        sent: said === 'test_sent',
        to,
        people,
        listed,
        nobody: people.length === 0 && listed.length === 0,
        customers: customers.map((each) => ({ ...each, chosen: each.id === customer })),
        search,
        possible: tools.mail !== undefined,
      },
    });
  }

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
