import { type Command, InvalidArgumentError, Option } from 'commander';

/** `--customers 5000` and the like. */
export function whole(min: number, max: number) {
  return (text: string): number => {
    const n = Number(text);
    if (!Number.isInteger(n) || n < min || n > max) {
      throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
    }
    return n;
  };
}

/** A number that the program gave out: a send, a report. */
export const number = whole(1, Number.MAX_SAFE_INTEGER);

/** An option that may be given several times. */
export const collect = (value: string, before: string[] = []) => [...before, value];
export const collectNumbers = (text: string, before: number[] = []) => [...before, number(text)];

/** `--spread-hours 2.5` */
export function spread(text: string): number {
  const n = Number(text);
  if (text.trim() === '' || !(n >= 0 && n <= 720)) {
    throw new InvalidArgumentError('must be a number from 0 to 720.');
  }
  return n;
}

export const json = () => new Option('--json', 'print JSON for scripts');

/** Adds what every command's help ends with. */
export const example = (command: Command, text: string) =>
  command.addHelpText('after', `\nExample:\n  $ spielbein ${text}`);
