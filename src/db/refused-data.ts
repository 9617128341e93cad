/**
 * Whether PostgreSQL refused what it was given (SQLSTATE classes 22, data exception, and 23, integrity constraint
 * violation): the same again would be refused again. Anything else may go away by itself.
 */
export function isRefusedData(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^2[23][0-9A-Z]{3}$/.test(code);
}
