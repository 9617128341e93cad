import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { z } from 'zod';
import { type DkimKey, readDkimKey } from './config/dkim.ts';
import { OIDC_ROLES_FORM, type OidcConfig, readRoleMapping } from './config/oidc.ts';
import { Secret } from './config/secret.ts';

export type { DkimKey } from './config/dkim.ts';
export type { OidcConfig } from './config/oidc.ts';
export { Secret } from './config/secret.ts';

export interface MailAddress {
  name: string;
  address: string;
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

/** Everything the environment decides, checked. `null` means: the embedded default. */
export interface Config {
  home: string;
  databaseUrl: Secret | null;
  redisUrl: Secret | null;
  hubspot: {
    accessToken: Secret;
    baseUrl: string;
    /** `v3` (with v4 for associations), or a date-versioned API such as `2026-09`. */
    apiVersion: string;
    webhookSecret: Secret | null;
  } | null;
  smtpUrl: Secret | null;
  /** Taken while the first server can't be reached. */
  smtpFallbackUrl: Secret | null;
  dkim: DkimKey | null;
  /** Return path of all mails; each gets one of its own, `bounces+…@…` (VERP). Null: the sender's address. */
  bounceAddress: string | null;
  /** The mailbox of the bounce address. */
  bounceImapUrl: Secret | null;
  /** What lets a mail provider's webhook in; null switches it off. */
  webhooks: { sesTopicArn: string | null; mailgunSigningKey: Secret | null; postmarkPassword: Secret | null };
  /** Who gets the daily report. */
  operatorEmail: string | null;
  /** Where alerts are posted to, as JSON. */
  alertUrl: Secret | null;
  logLevel: (typeof LOG_LEVELS)[number];
  /** Bearer token for /metrics from other machines; without it, loopback only. */
  metricsToken: Secret | null;
  /** OpenTelemetry is configured (its own variables), so jobs are traced. */
  tracing: boolean;
  mailFrom: MailAddress;
  mailReplyTo: MailAddress | null;
  publicUrl: string;
  port: number;
  host: string;
  secret: Secret | null;
  password: Secret | null;
  /** Single sign-on; null: by password only. */
  oidc: OidcConfig | null;
  libraryDir: string;
  templatesDir: string;
}

export const HUBSPOT_API = 'https://api.hubapi.com';

const projectDir = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const examples = join(projectDir, 'templates');

/** All mistakes of a configuration, together. The CLI prints it as it is and exits with 2. */
export class ConfigError extends Error {
  readonly problems: string[];
  constructor(problems: string[]) {
    super(`The configuration needs attention:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const unset = (value: unknown) => (typeof value === 'string' && value.trim() === '' ? undefined : value);
const optional = <T extends z.ZodType>(schema: T) => z.preprocess(unset, schema.optional());

function urlOf(protocols: string[], example: string) {
  return z.string().transform((text, ctx) => {
    const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
    if (!url || !protocols.includes(url.protocol)) {
      ctx.addIssue({ code: 'custom', message: `must look like ${example}` });
      return z.NEVER;
    }
    return text.trim();
  });
}

const mailbox = z.string().transform((text, ctx): MailAddress => {
  const match = /^\s*(?:"?([^"<>\r\n]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))\s*$/.exec(text);
  const address = match?.[2] ?? match?.[3] ?? '';
  if (!/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(address)) {
    ctx.addIssue({ code: 'custom', message: 'must look like "Orvelin Werke <news@orvelin.example>"' });
    return z.NEVER;
  }
  return { name: match?.[1]?.trim() ?? '', address };
});

const address = mailbox.transform(({ address }) => address);

const variables = z.object({
  DATABASE_URL: optional(urlOf(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/spielbein')),
  REDIS_URL: optional(urlOf(['redis:', 'rediss:'], 'redis://host:6379')),
  HUBSPOT_ACCESS_TOKEN: optional(z.string().trim().regex(/^\S+$/, 'must be the token alone, without spaces')),
  HUBSPOT_BASE_URL: optional(urlOf(['http:', 'https:'], HUBSPOT_API)),
  HUBSPOT_API_VERSION: optional(
    z
      .string()
      .trim()
      // HubSpot's dated versions come out in March and in September
      .regex(/^(v3|20\d\d-0[39])$/, 'must be v3 or a dated version such as 2026-09 (of March or September)'),
  ),
  HUBSPOT_WEBHOOK_SECRET: optional(z.string().trim().min(16, 'must have at least 16 characters')),
  SMTP_URL: optional(urlOf(['smtp:', 'smtps:'], 'smtps://user:password@mail.example.com:465')),
  SMTP_FALLBACK_URL: optional(urlOf(['smtp:', 'smtps:'], 'smtps://user:password@mail.example.com:465')),
  MAIL_FROM: optional(mailbox),
  MAIL_REPLY_TO: optional(mailbox),
  DKIM_KEY_FILE: optional(z.string().trim()),
  DKIM_SELECTOR: optional(
    z
      .string()
      .trim()
      .regex(/^[A-Za-z0-9._-]+$/, 'must be the selector alone, e.g. "spielbein"'),
  ),
  DKIM_DOMAIN: optional(
    z
      .string()
      .trim()
      .regex(/^[^@\s]+\.[^@\s]+$/, 'must be a domain, e.g. "orvelin.example"'),
  ),
  BOUNCE_ADDRESS: optional(address),
  BOUNCE_IMAP_URL: optional(urlOf(['imap:', 'imaps:'], 'imaps://user:password@mail.example.com/INBOX')),
  SES_TOPIC_ARN: optional(
    z.string().trim().startsWith('arn:', 'must look like arn:aws:sns:eu-central-1:123456789012:bounces'),
  ),
  MAILGUN_SIGNING_KEY: optional(z.string().trim()),
  POSTMARK_WEBHOOK_PASSWORD: optional(z.string().min(16, 'must have at least 16 characters')),
  OPERATOR_EMAIL: optional(address),
  ALERT_WEBHOOK_URL: optional(urlOf(['http:', 'https:'], 'https://alerts.example.com/hook')),
  LOG_LEVEL: optional(z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)),
  METRICS_TOKEN: optional(z.string().trim().min(16, 'must have at least 16 characters')),
  PUBLIC_URL: optional(urlOf(['http:', 'https:'], 'https://news.example.com')),
  PORT: optional(
    z.coerce
      .number({ error: 'must be a whole number from 0 to 65535' })
      .int('must be a whole number from 0 to 65535')
      .min(0, 'must be a whole number from 0 to 65535')
      .max(65535, 'must be a whole number from 0 to 65535'),
  ),
  HOST: optional(z.string().trim()),
  SPIELBEIN_SECRET: optional(
    z.string().trim().min(32, 'must have at least 32 characters, e.g. from `openssl rand -hex 32`'),
  ),
  SPIELBEIN_PASSWORD: optional(z.string().min(8, 'must have at least 8 characters')),
  OIDC_ISSUER: optional(
    urlOf(['http:', 'https:'], 'https://login.example.com/realms/company').refine(
      (text) => text.startsWith('https:') || isLoopback(new URL(text).hostname),
      'must be an https address: over plain http anybody could let themselves in',
    ),
  ),
  OIDC_CLIENT_ID: optional(z.string().trim()),
  OIDC_CLIENT_SECRET: optional(z.string().trim()),
  OIDC_ROLES: optional(
    z.string().transform((text, ctx) => {
      const mapping = readRoleMapping(text);
      if (mapping !== null) return mapping;
      ctx.addIssue({ code: 'custom', message: OIDC_ROLES_FORM });
      return z.NEVER;
    }),
  ),
  LIBRARY_DIR: optional(z.string().trim()),
  TEMPLATES_DIR: optional(z.string().trim()),
  SPIELBEIN_HOME: optional(z.string().trim()),
});

/** Every variable Spielbein knows, for `doctor` and for the check of `.env.example`. */
export const VARIABLES = Object.keys(variables.shape) as (keyof typeof variables.shape)[];

/** Loopback names and addresses, on which the console may answer without a password. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  // Four numbers and nothing behind them: 127.0.0.1.evil.example is somebody's domain.
  return /^(::ffff:)?127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Reads the configuration once: the process's environment, then `.env` in the current folder for what is
 * not set there.
 * @throws ConfigError naming every mistake with its variable; values of secrets are never repeated.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Config {
  const file = join(cwd, '.env');
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const parsed = variables.safeParse({ ...fromFile, ...env });
  const problems: string[] = [];
  if (!parsed.success) {
    for (const issue of parsed.error.issues) problems.push(`${String(issue.path[0])} ${issue.message}.`);
  }
  const raw = (name: (typeof VARIABLES)[number]) => unset(env[name] ?? fromFile[name]);
  if (raw('SMTP_URL') && !raw('MAIL_FROM')) {
    problems.push(
      'MAIL_FROM is missing: with SMTP_URL set, real mail needs a sender, e.g. "Orvelin <news@…>".',
    );
  }
  for (const name of ['HUBSPOT_BASE_URL', 'HUBSPOT_API_VERSION', 'HUBSPOT_WEBHOOK_SECRET'] as const) {
    if (raw(name) && !raw('HUBSPOT_ACCESS_TOKEN'))
      problems.push(`HUBSPOT_ACCESS_TOKEN is missing: ${name} is of no use without it.`);
  }
  for (const name of ['LIBRARY_DIR', 'TEMPLATES_DIR'] as const) {
    const dir = raw(name);
    if (typeof dir === 'string' && !existsSync(resolve(cwd, dir))) {
      problems.push(`${name} names a folder that does not exist: ${resolve(cwd, dir)}.`);
    }
  }
  if (raw('SMTP_FALLBACK_URL') && !raw('SMTP_URL')) {
    problems.push('SMTP_URL is missing: SMTP_FALLBACK_URL is the second server, not the only one.');
  }
  if (raw('OIDC_ISSUER') && !raw('OIDC_CLIENT_ID')) {
    problems.push('OIDC_CLIENT_ID is missing: the identity provider of OIDC_ISSUER gives it out.');
  }
  for (const name of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_ROLES'] as const) {
    if (raw(name) && !raw('OIDC_ISSUER'))
      problems.push(`OIDC_ISSUER is missing: ${name} is of no use without it.`);
  }
  const from = mailbox.safeParse(raw('MAIL_FROM'));
  const dkim = readDkimKey(
    {
      file: raw('DKIM_KEY_FILE'),
      selector: raw('DKIM_SELECTOR'),
      domain: raw('DKIM_DOMAIN'),
      senderDomain: from.success ? from.data.address.slice(from.data.address.lastIndexOf('@') + 1) : null,
    },
    cwd,
    problems,
  );
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);

  const v = parsed.data;
  if (v.PUBLIC_URL && /[?#]/.test(v.PUBLIC_URL)) {
    throw new ConfigError([
      'PUBLIC_URL must be a plain address, without ? or #, e.g. https://news.example.com.',
    ]);
  }
  const secret = (text: string | undefined) => (text === undefined ? null : new Secret(text));
  const port = v.PORT ?? 3000;
  return {
    home: resolve(cwd, v.SPIELBEIN_HOME ?? '.spielbein'),
    databaseUrl: secret(v.DATABASE_URL),
    redisUrl: secret(v.REDIS_URL),
    hubspot: v.HUBSPOT_ACCESS_TOKEN
      ? {
          accessToken: new Secret(v.HUBSPOT_ACCESS_TOKEN),
          baseUrl: (v.HUBSPOT_BASE_URL ?? HUBSPOT_API).replace(/\/+$/, ''),
          apiVersion: v.HUBSPOT_API_VERSION ?? 'v3',
          webhookSecret: secret(v.HUBSPOT_WEBHOOK_SECRET),
        }
      : null,
    smtpUrl: secret(v.SMTP_URL),
    smtpFallbackUrl: secret(v.SMTP_FALLBACK_URL),
    dkim,
    bounceAddress: v.BOUNCE_ADDRESS ?? null,
    bounceImapUrl: secret(v.BOUNCE_IMAP_URL),
    webhooks: {
      sesTopicArn: v.SES_TOPIC_ARN ?? null,
      mailgunSigningKey: secret(v.MAILGUN_SIGNING_KEY),
      postmarkPassword: secret(v.POSTMARK_WEBHOOK_PASSWORD),
    },
    operatorEmail: v.OPERATOR_EMAIL ?? null,
    alertUrl: secret(v.ALERT_WEBHOOK_URL),
    logLevel: v.LOG_LEVEL ?? 'info',
    metricsToken: secret(v.METRICS_TOKEN),
    tracing: Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_TRACES_EXPORTER),
    mailFrom: v.MAIL_FROM ?? { name: 'Orvelin Werke', address: 'neuigkeiten@orvelin.example' },
    mailReplyTo: v.MAIL_REPLY_TO ?? null,
    publicUrl: (v.PUBLIC_URL ?? `http://localhost:${port}`).replace(/\/+$/, ''),
    port,
    host: v.HOST ?? '127.0.0.1',
    secret: secret(v.SPIELBEIN_SECRET),
    password: secret(v.SPIELBEIN_PASSWORD),
    oidc:
      v.OIDC_ISSUER && v.OIDC_CLIENT_ID
        ? {
            issuer: v.OIDC_ISSUER,
            clientId: v.OIDC_CLIENT_ID,
            clientSecret: secret(v.OIDC_CLIENT_SECRET),
            roles: v.OIDC_ROLES ?? null,
          }
        : null,
    libraryDir: resolve(cwd, v.LIBRARY_DIR ?? join(examples, 'library')),
    templatesDir: resolve(cwd, v.TEMPLATES_DIR ?? examples),
  };
}
