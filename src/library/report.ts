import type { Problem } from './problem.ts';
import type { Path, YamlFile } from './yaml-file.ts';

/** What a check found wrong, in terms of the content; the file's lines are added by the reporter. */
export interface Slip extends Pick<Problem, 'code' | 'message'> {
  path: Path;
  hint?: string | null;
  severity?: Problem['severity'];
  /** The words within the value at `path` that are meant, as they stand in the file. */
  words?: string;
}

export type Report = (slip: Slip) => void;

/** A piece of content together with the file it came from, so that slips are found to the line. */
export interface Sourced<T> {
  content: T;
  yaml: YamlFile;
}

/** Collects slips of one file as problems with their positions. */
export function reporter(yaml: YamlFile, problems: Problem[]): Report {
  return ({ path, code, message, hint = null, severity = 'error', words }) => {
    const position = words === undefined ? yaml.at(path) : yaml.atText(path, words);
    problems.push({ file: yaml.file, ...position, severity, code, message, hint });
  };
}
