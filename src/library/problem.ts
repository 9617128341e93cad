/** Stable names of what can be wrong with the library; tests and scripts rely on them. */
export type ProblemCode =
  | 'folder_missing'
  | 'file_missing'
  | 'bad_file_name'
  | 'file_too_large'
  | 'not_utf8'
  | 'yaml_syntax'
  | 'duplicate_key'
  | 'yaml_alias'
  | 'yaml_tag'
  | 'missing'
  | 'wrong_type'
  | 'unknown_key'
  | 'unknown_value'
  | 'invalid_value'
  | 'unknown_product'
  | 'unknown_family'
  | 'about_nothing'
  | 'unknown_picture'
  | 'unknown_content'
  | 'broken_picture'
  | 'heavy_picture'
  | 'huge_picture'
  | 'picture_without_alt'
  | 'until_before_published'
  | 'missing_language'
  | 'no_language'
  | 'duplicate_sku'
  | 'duplicate_name'
  | 'duplicate_id'
  | 'duplicate_bridge'
  | 'bridge_without_source'
  | 'bridge_with_two_sources'
  | 'bridge_from_itself'
  | 'allele_without_text'
  | 'duplicate_allele'
  | 'bad_cron'
  | 'bad_time_zone'
  | 'empty_window'
  | 'unknown_country'
  | 'unknown_placeholder'
  | 'bad_link'
  | 'unsupported_markdown'
  | 'link_without_label'
  | 'label_without_link'
  | 'nothing_to_answer'
  | 'duplicate_choice'
  | 'choice_without_words'
  | 'choice_without_product'
  | 'later_without_months'
  | 'months_without_later';

/** One thing wrong with the library, said so that the person who wrote the file can mend it. */
export interface Problem {
  /** Relative to the library's folder, with forward slashes. */
  file: string;
  /** Both count from 1; 1:1 when the whole file is meant. */
  line: number;
  column: number;
  /** Errors keep the library from being used; warnings are worth a look. */
  severity: 'error' | 'warning';
  code: ProblemCode;
  message: string;
  /** What to do about it, when there is one clear answer. */
  hint: string | null;
}

/** One problem as one line for a terminal: `offers/a.yaml:3:5 error: … (…) [code]`. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, severity, code, message, hint } = problem;
  return `${file}:${line}:${column} ${severity}: ${message}${hint ? ` (${hint})` : ''} [${code}]`;
}

/** Thrown by `requireLibrary`: lists every error, so that all can be mended in one go. */
export class LibraryError extends Error {
  readonly problems: readonly Problem[];

  constructor(dir: string, problems: readonly Problem[]) {
    const errors = problems.filter((problem) => problem.severity === 'error');
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
    super(
      `The library in ${dir} has ${count}:\n${errors.map((problem) => `  ${formatProblem(problem)}`).join('\n')}`,
    );
    this.name = 'LibraryError';
    this.problems = problems;
  }
}
