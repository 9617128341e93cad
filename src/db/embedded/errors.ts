/** Why the embedded database can't be had. Stable codes. */
export type EmbeddedDatabaseErrorCode =
  | 'platform_unsupported'
  | 'binaries_missing'
  | 'binaries_broken'
  | 'no_account'
  | 'folder_unreachable'
  | 'not_yours'
  | 'lock_timeout'
  | 'settings_missing'
  | 'other_version'
  | 'disk_full'
  | 'no_shared_memory'
  | 'password_wrong'
  | 'in_use_elsewhere'
  | 'initialise_failed'
  | 'not_starting';

/** An embedded database that can't be had: what, where, and what to do. */
export class EmbeddedDatabaseError extends Error {
  readonly code: EmbeddedDatabaseErrorCode;
  constructor(code: EmbeddedDatabaseErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedDatabaseError';
    this.code = code;
  }
}

export function diskFull(dir: string, cause?: unknown): EmbeddedDatabaseError {
  return new EmbeddedDatabaseError(
    'disk_full',
    `The disk is full: the embedded database needs room in ${dir}. Free at least 200 MB and start again; nothing that was saved is lost.`,
    { cause },
  );
}

/** What PostgreSQL's tools said (`output`), as an error with a way out; `fallback` if it is nothing we know. */
export function explainOutput(
  output: string,
  dir: string,
  fallback: { code: EmbeddedDatabaseErrorCode; message: string },
): EmbeddedDatabaseError {
  if (/No space left on device|disk full|Check free disk space/i.test(output)) {
    return diskFull(dir);
  }
  if (
    /could not (create|resize) (shared memory segment|semaphores)|could not map anonymous shared memory/i.test(
      output,
    )
  ) {
    return new EmbeddedDatabaseError(
      'no_shared_memory',
      `The system gives the embedded database not enough shared memory (it asks for about 150 MB). Close other programs or give the container more memory.\n${lastLines(output)}`,
    );
  }
  if (/error while loading shared libraries|Library not loaded|GLIBC_/i.test(output)) {
    return new EmbeddedDatabaseError(
      'binaries_broken',
      `The embedded PostgreSQL can't run on this system. Reinstall it with: npm ci\nIf that does not help, set DATABASE_URL to a PostgreSQL of your own.\n${lastLines(output)}`,
    );
  }
  if (/incompatible with server|was initialized by PostgreSQL version/i.test(output)) {
    return new EmbeddedDatabaseError(
      'other_version',
      `The data in ${dir} belongs to another version of PostgreSQL.\n${lastLines(output)}`,
    );
  }
  if (/Permission denied|Operation not permitted/i.test(output)) {
    return new EmbeddedDatabaseError(
      'not_yours',
      `The embedded database is not allowed to use its files in ${dir}. Start Spielbein as the user who made that folder, or choose another SPIELBEIN_HOME.\n${lastLines(output)}`,
    );
  }
  return new EmbeddedDatabaseError(fallback.code, `${fallback.message}\n${lastLines(output)}`);
}

function lastLines(output: string): string {
  return output
    .trim()
    .split('\n')
    .slice(-6)
    .map((line) => `  | ${line.trim()}`)
    .join('\n');
}
