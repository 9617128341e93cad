import type { DrawnBlock } from './block.ts';

/** Of each block: weighted reward, weight, weighted expectation of what was shown, expectation of the policy, 1. */
const PARTS = 5;

/**
 * Everything that the estimates and their intervals need, added up over blocks. With the candidates k of a block, its
 * probabilities p, the other policy's π, and what each is expected to earn, m: the weight of what was shown is π/p.
 */
export interface Sums {
  blocks: number;
  customers: number;
  /** Σ of the weights and of their squares, and the largest one. */
  weight: number;
  squaredWeight: number;
  heaviest: number;
  /** Blocks that earned anything. */
  answered: number;
  /** Σ of the rewards, their squares and cubes. */
  reward: [number, number, number];
  /** Σ of each part, and of each product of two parts, block by block and customer by customer. */
  parts: Float64Array;
  byBlock: Float64Array;
  byCustomer: Float64Array;
  /** Σ over blocks and candidates of π²/p · mʲ, j from 0 to 2: what the square of a weight may be, not what it was. */
  second: Float64Array;
  /** The same with π³/p², j from 0 to 3. */
  third: Float64Array;
}

/** Adds up blocks that come customer by customer. */
export class Summing {
  readonly #sums: Sums = {
    blocks: 0,
    customers: 0,
    answered: 0,
    weight: 0,
    squaredWeight: 0,
    heaviest: 0,
    reward: [0, 0, 0],
    parts: new Float64Array(PARTS),
    byBlock: new Float64Array(PARTS ** 2),
    byCustomer: new Float64Array(PARTS ** 2),
    second: new Float64Array(3),
    third: new Float64Array(4),
  };
  readonly #block = new Float64Array(PARTS);
  readonly #customer = new Float64Array(PARTS);
  #customerId: string | null = null;

  /**
   * @param policy probabilities of the other policy; or by how much they exceed those it was drawn with, to find out
   *   how much more it would have earned
   * @param expected what the block's candidates are expected to earn
   */
  add(block: DrawnBlock, policy: ArrayLike<number>, expected: ArrayLike<number>): void {
    const { probabilities, chosen, reward, customerId } = block;
    if (customerId !== this.#customerId) this.#closeCustomer(customerId);
    const sums = this.#sums;
    const { second, third } = sums;
    let value = 0;
    for (let k = 0; k < probabilities.length; k += 1) {
      const pi = policy[k] as number;
      if (pi === 0) continue;
      const m = expected[k] as number;
      const weight = pi / (probabilities[k] as number);
      value += pi * m;
      let term = pi * weight;
      for (let j = 0; j < 3; j += 1) {
        second[j] = (second[j] as number) + term;
        third[j] = (third[j] as number) + term * weight;
        term *= m;
      }
      third[3] = (third[3] as number) + term * weight;
    }
    const weight = (policy[chosen] as number) / (probabilities[chosen] as number);
    const x = this.#block;
    x[0] = weight * reward;
    x[1] = weight;
    x[2] = weight * (expected[chosen] as number);
    x[3] = value;
    x[4] = 1;
    for (let i = 0; i < PARTS; i += 1) {
      sums.parts[i] = (sums.parts[i] as number) + (x[i] as number);
      this.#customer[i] = (this.#customer[i] as number) + (x[i] as number);
    }
    addProducts(sums.byBlock, x);
    sums.blocks += 1;
    sums.weight += weight;
    sums.squaredWeight += weight ** 2;
    sums.heaviest = Math.max(sums.heaviest, weight);
    if (reward > 0) sums.answered += 1;
    sums.reward[0] += reward;
    sums.reward[1] += reward ** 2;
    sums.reward[2] += reward ** 3;
  }

  /** After the last block. */
  done(): Sums {
    this.#closeCustomer(null);
    return this.#sums;
  }

  #closeCustomer(next: string | null): void {
    if (this.#customerId !== null) {
      addProducts(this.#sums.byCustomer, this.#customer);
      this.#sums.customers += 1;
      this.#customer.fill(0);
    }
    this.#customerId = next;
  }
}

function addProducts(into: Float64Array, x: Float64Array): void {
  for (let i = 0; i < PARTS; i += 1)
    for (let j = 0; j <= i; j += 1)
      into[i * PARTS + j] = (into[i * PARTS + j] as number) + (x[i] as number) * (x[j] as number);
}

/** Σ of the square of a combination of the parts, from the sums of their products. */
export function squares(products: Float64Array, combination: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < PARTS; i += 1)
    for (let j = 0; j <= i; j += 1)
      sum +=
        (i === j ? 1 : 2) *
        (combination[i] as number) *
        (combination[j] as number) *
        (products[i * PARTS + j] as number);
  return sum;
}
