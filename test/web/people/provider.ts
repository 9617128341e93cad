import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** Somebody whom the identity provider knows. */
export interface Known {
  sub: string;
  email: string;
  email_verified: boolean;
  name: string;
  groups: string[];
}

/** A real identity provider on this machine, which lets in whoever `lets` names, without asking. */
export async function startProvider(redirectUri: string) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let who: Known | null = null;
  const provider = new Provider(issuer, {
    clients: [
      { client_id: 'spielbein', client_secret: 'a secret of the tests', redirect_uris: [redirectUri] },
    ],
    claims: { openid: ['sub', 'groups'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: async () => ({ ...who, sub: id }) }),
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    cookies: { keys: ['tests'] },
  });
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return provider.callback()(request, response);
    const { params } = await provider.interactionDetails(request, response);
    if (who === null) {
      const error = { error: 'access_denied', error_description: 'nobody' };
      return provider.interactionFinished(request, response, error, { mergeWithLastSubmission: false });
    }
    const grant = new provider.Grant({ accountId: who.sub, clientId: String(params.client_id) });
    grant.addOIDCScope('openid email profile');
    const result = { login: { accountId: who.sub }, consent: { grantId: await grant.save() } };
    return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  return {
    issuer,
    lets: (known: Known | null) => {
      who = known;
    },
    /** What a browser does there: follows the provider until it is sent back. @returns the address it is sent to */
    async visit(address: string): Promise<string> {
      const cookies = new Map<string, string>();
      let url = address;
      for (let step = 0; step < 10 && url.startsWith(issuer); step += 1) {
        const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
        const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
        for (const line of answer.headers.getSetCookie()) {
          const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/);
          cookies.set(name, value);
        }
        const next = answer.headers.get('location');
        if (next === null) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
        url = new URL(next, url).href;
      }
      return url;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
