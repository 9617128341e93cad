import type { Cell } from '../../src/learn/model/cell.ts';
import type { Arm, Delay } from './bandit.ts';

/** What was shown and answered, added up as the product does: open blocks by their chance, all by their age. */
export class Memory {
  readonly #shown: { key: string; arm: Arm; night: number; late: number | null }[] = [];
  readonly #delay: Delay;
  readonly #halfLife: number;

  constructor(delay: Delay, halfLife: number) {
    this.#delay = delay;
    this.#halfLife = halfLife;
  }

  /** @param late nights until it is answered; null: never */
  show(arm: Arm, night: number, late: number | null): void {
    const key = `${arm.offerId} ${arm.productKey} ${arm.variantId}`;
    this.#shown.push({ key, arm, night, late });
  }

  cells(now: number): Cell[] {
    const cells = new Map<string, Cell>();
    for (const { key, arm, night, late } of this.#shown) {
      const cell = cells.get(key) ?? { ...arm, trials: 0, earned: 0 };
      const age = now - night;
      const weight = 0.5 ** (age / this.#halfLife);
      cell.trials += weight * this.#delay.come(age);
      if (late !== null && late <= age) cell.earned += weight;
      cells.set(key, cell);
    }
    return [...cells.values()].map((cell) => ({ ...cell, trials: Math.max(cell.trials, cell.earned) }));
  }
}
