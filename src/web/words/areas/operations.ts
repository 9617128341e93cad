/** Operations and API tokens: German, and the same in English. */
export const operationsDe = {
  'nav.operations': 'Betrieb',
};

export const operationsEn: Record<keyof typeof operationsDe, string> = {
  'nav.operations': 'Operations',
};
