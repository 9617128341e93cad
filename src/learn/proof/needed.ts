/** Chance that anything at all is ever put forward wrongly, and the same again that anything is stopped wrongly. */
export const ERROR = 0.025;

/**
 * How large an e-value has to be for the `number`th test of the installation. The chance of an error is `ERROR` parted
 * among all tests that there will ever be: 1/2 + 1/6 + 1/12 + … = 1. The number is fixed before the test begins.
 * @param number from 1
 */
export const needed = (number: number): number => (number * (number + 1)) / ERROR;
