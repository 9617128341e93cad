import { checkMail } from '../../../check/checks.ts';
import { type Finding, SEVERITIES } from '../../../check/finding.ts';
import { linkedPages } from '../../../check/linked-pages.ts';
import { findingSentence } from '../../../check/sentence.ts';
import type { Language } from '../../../domain/customer.ts';
import type { Content } from '../../../render/content.ts';
import type { Header } from '../../../studio/head.ts';
import type { Preview } from '../../../studio/preview.ts';

/** What is wrong with the mail on screen, by severity, with where it is and how to mend it. */
export function findingsView(
  { mail, composition }: Extract<Preview, { kind: 'mail' }>,
  given: { content: Content; publicUrl: string; language: Language; headers: readonly Header[] | null },
) {
  const { content, publicUrl, language, headers } = given;
  const findings = checkMail({
    ...mail,
    language: composition.language,
    company: content.library.settings.company,
    publicUrl,
    targets: linkedPages(composition, content.library),
    ...(headers && { headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])) }),
  });
  return findingGroups(findings, language);
}

/** Findings by severity, each with its sentence, where it is and how to mend it. */
export function findingGroups(findings: readonly Finding[], language: Language) {
  return SEVERITIES.map((severity) => ({
    severity,
    findings: findings
      .filter((finding) => finding.severity === severity)
      .map((finding) => ({ ...finding.where, ...findingSentence(finding, language) })),
  })).filter((group) => group.findings.length > 0);
}
