/** The steps from "which product?" to "sent", in their order. */
export const SETUP_STEPS = [
  'products',
  'audience',
  'content',
  'timing',
  'dry-run',
  'test',
  'approval',
  'start',
] as const;
export type SetupStep = (typeof SETUP_STEPS)[number];

/** The steps that this campaign has; approval is one only where a second person is asked for. */
export const stepsOf = (needsApproval: boolean): SetupStep[] =>
  SETUP_STEPS.filter((step) => needsApproval || step !== 'approval');
