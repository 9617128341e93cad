import { type Config, isLoopback } from '../config.ts';
import { type Finding, note, ok, wrong } from './finding.ts';

/** What is set, what runs on its embedded default, and which combinations are unwise. */
export function settings(config: Config): Finding[] {
  const production = Boolean(config.smtpUrl);
  const findings = [
    config.databaseUrl
      ? ok('DATABASE_URL', 'set')
      : ok('DATABASE_URL', `not set: PostgreSQL is embedded in ${config.home}`),
    config.redisUrl ? ok('REDIS_URL', 'set') : ok('REDIS_URL', 'not set: the queue is kept in PostgreSQL'),
    config.hubspot
      ? ok('HUBSPOT_ACCESS_TOKEN', `set, for ${config.hubspot.baseUrl}`)
      : note('HUBSPOT_ACCESS_TOKEN', 'not set: customers come from the demo company (or from CSV files)'),
    config.smtpUrl
      ? ok('SMTP_URL', 'set')
      : note('SMTP_URL', 'not set: mails stay in the embedded inbox and reach nobody'),
    ok('MAIL_FROM', `${config.mailFrom.name} <${config.mailFrom.address}>`),
    config.mailReplyTo
      ? ok('MAIL_REPLY_TO', config.mailReplyTo.address)
      : note('MAIL_REPLY_TO', 'not set: replies go to MAIL_FROM'),
    ...(production ? [signing(config), bounces(config)] : []),
    ...alerts(config),
  ];
  const { hostname, protocol } = new URL(config.publicUrl);
  if (production && isLoopback(hostname)) {
    findings.push(
      wrong(
        'PUBLIC_URL',
        `is ${config.publicUrl}: recipients can’t reach it, so nobody could unsubscribe. Set the address the world sees.`,
      ),
    );
  } else if (production && protocol !== 'https:') {
    findings.push(
      wrong(
        'PUBLIC_URL',
        `is ${config.publicUrl}: mailbox providers want https for one-click unsubscribe (RFC 8058).`,
      ),
    );
  } else findings.push(ok('PUBLIC_URL', config.publicUrl));
  if (!config.secret && config.databaseUrl) {
    findings.push(
      note(
        'SPIELBEIN_SECRET',
        `not set: kept in ${config.home}. With several machines all need the same one, or links made here fail there.`,
      ),
    );
  } else findings.push(ok('SPIELBEIN_SECRET', config.secret ? 'set' : `kept in ${config.home}`));
  if (!config.password && !isLoopback(config.host)) {
    findings.push(
      note(
        'SPIELBEIN_PASSWORD',
        `not set while HOST is ${config.host}: recipients’ pages answer everywhere, the console on loopback only.`,
      ),
    );
  } else
    findings.push(
      ok('SPIELBEIN_PASSWORD', config.password ? 'set' : 'not set: the console answers on loopback only'),
    );
  return findings;
}

function signing({ dkim }: Config): Finding {
  return dkim
    ? ok('DKIM_KEY_FILE', `signs as ${dkim.domain} with the selector ${dkim.selector}`)
    : note(
        'DKIM_KEY_FILE',
        'not set: the mail server must sign (DKIM), or large providers refuse the mails.',
      );
}

function bounces({ bounceAddress, webhooks }: Config): Finding {
  if (bounceAddress) return ok('BOUNCE_ADDRESS', bounceAddress);
  return Object.values(webhooks).some((webhook) => webhook !== null)
    ? ok('BOUNCE_ADDRESS', 'not set: the mail provider reports bounces')
    : note(
        'BOUNCE_ADDRESS',
        'not set: bounces go to MAIL_FROM, where nobody counts them, and dead addresses are written to again.',
      );
}

function alerts({ alertUrl }: Config): Finding[] {
  if (!alertUrl) return [];
  const { protocol, hostname } = new URL(alertUrl.reveal());
  return [
    protocol === 'https:' || isLoopback(hostname)
      ? ok('ALERT_WEBHOOK_URL', 'set')
      : note('ALERT_WEBHOOK_URL', 'is http: whoever is on the way reads the alerts, and its key. Use https.'),
  ];
}

export function versions(): Finding {
  const [major = 0] = process.versions.node.split('.').map(Number);
  return major >= 24
    ? ok('Node', process.version)
    : wrong(
        'Node',
        `${process.version} is too old: 24 is needed. \`npm ci\` brings it, and \`npm run\` and \`npx\` use it.`,
      );
}
