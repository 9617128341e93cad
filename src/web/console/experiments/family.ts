import type { VariantState } from '../../../domain/learning.ts';
import { encoded, LETTERS } from '../plots/draw.ts';
import { cut } from '../plots/intervals.ts';

/** A form of an offer as the family tree shows it. Texts come ready to read. */
export interface Member {
  variantId: string;
  /** Its number in the order of birth. */
  number: number;
  label: string;
  state: VariantState;
  promoted: boolean;
  /** Null: since nobody knows when. */
  bornAt: Date | null;
  endedAt: Date | null;
  parents: readonly string[];
  /** What it earns, in full and in short; empty: not known. */
  rate: string;
  shortRate: string;
}

/** Parents come before their children, and children stand under the first parent, in the order of birth. */
export function inFamilyOrder<T extends Pick<Member, 'variantId' | 'parents'>>(members: readonly T[]): T[] {
  const ids = new Set(members.map(({ variantId }) => variantId));
  const placed = new Set<string>();
  const order: T[] = [];
  const place = (member: T): void => {
    if (placed.has(member.variantId)) return;
    placed.add(member.variantId);
    order.push(member);
    for (const child of members) if (child.parents[0] === member.variantId) place(child);
  };
  for (const member of members) if (!member.parents.some((id) => ids.has(id))) place(member);
  // what is its own ancestor, by somebody's hand in the database, is shown all the same
  for (const member of members) place(member);
  return order;
}

/** What a drawing needs besides the members. */
export interface FamilyFrame {
  /** What it shows, for those who hear the page. */
  label: string;
  width: number;
  now: Date;
  day(when: Date): string;
  today: string;
}

const ROW = 50;
const EDGE = 10;
const AXIS = 24;

/**
 * The lives of an offer's forms: each a line from its birth to its end, joined to the forms it was bred from. The SVG
 * has neither style nor script in it.
 */
export function drawFamily(given: readonly Member[], frame: FamilyFrame): string {
  const members = inFamilyOrder(given);
  const { width, now } = frame;
  const wide = width > 500;
  const gutter = wide ? 132 : 52;
  const births = members.flatMap(({ bornAt }) => bornAt?.getTime() ?? []);
  const from = Math.min(now.getTime() - 1, ...births);
  const place = (at: Date | null, otherwise: number): number => {
    const time = Math.min(now.getTime(), Math.max(from, at?.getTime() ?? otherwise));
    return EDGE + ((width - 2 * EDGE - gutter) * (time - from)) / (now.getTime() - from);
  };
  const rows = new Map(
    members.map((member, row) => [
      member.variantId,
      {
        member,
        y: row * ROW + 34,
        start: place(member.bornAt, from),
        end: place(member.endedAt, now.getTime()),
      },
    ]),
  );
  const branches: string[] = [];
  const lives: string[] = [];
  for (const { member, y, start, end } of rows.values()) {
    const colour = colourOf(member);
    for (const id of member.parents) {
      const parent = rows.get(id);
      if (!parent || parent.member === member) continue;
      const bend = Math.sign(y - parent.y) * Math.min(14, Math.abs(y - parent.y));
      branches.push(
        `<path d="M${round(start - 12)} ${parent.y}Q${round(start)} ${parent.y} ${round(start)} ${parent.y + bend}V${y}" fill="none" stroke="var(--grey)" stroke-width="1.5"></path>`,
      );
    }
    const name = cut(shown(`${member.number} · ${member.label}`), width);
    lives.push(
      `<text x="${EDGE}" y="${y - 14}" font-size="${LETTERS}" fill="var(--ink)" stroke="var(--paper)" stroke-width="9" stroke-linejoin="round" paint-order="stroke">${encoded(name)}</text>`,
      `<line x1="${round(start)}" y1="${y}" x2="${round(Math.max(end, start + 1))}" y2="${y}" stroke="${colour}" stroke-width="3" stroke-linecap="round"></line>`,
      `<circle cx="${round(start)}" cy="${y}" r="4" fill="var(--paper)" stroke="${colour}" stroke-width="2"></circle>`,
      ending(member, end, y, colour),
      `<text x="${width - EDGE}" y="${y + 4}" font-size="${LETTERS}" text-anchor="end" fill="${member.state === 'alive' ? 'var(--ink)' : 'var(--muted)'}">${encoded(wide ? member.rate : member.shortRate)}</text>`,
    );
  }
  const height = members.length * ROW + AXIS;
  const axis =
    births.length === 0
      ? ''
      : `<text x="${EDGE}" y="${height - 6}" font-size="12" fill="var(--muted)">${encoded(frame.day(new Date(from)))}</text>` +
        `<text x="${width - EDGE - gutter}" y="${height - 6}" font-size="12" text-anchor="end" fill="var(--muted)">${encoded(frame.today)}</text>`;
  return `<svg role="img" aria-label="${encoded(frame.label)}" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">${branches.join('')}${lives.join('')}${axis}</svg>`;
}

/** A dot: it goes on. A stroke: others were better. A cross: it did harm. */
function ending({ state }: Member, x: number, y: number, colour: string): string {
  if (state === 'alive') return `<circle cx="${round(x)}" cy="${y}" r="5.5" fill="${colour}"></circle>`;
  const shape = state === 'stopped' ? 'm-5 -5l10 10m0 -10l-10 10' : 'm0 -6v12';
  return `<path d="M${round(x)} ${y}${shape}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linecap="round"></path>`;
}

function colourOf({ state, promoted }: Member): string {
  if (promoted) return 'var(--petrol)';
  if (state === 'alive') return 'var(--copper)';
  return state === 'stopped' ? 'var(--red)' : 'var(--grey)';
}

/** Letters that turn the order of what follows have no place in a drawing. */
const shown = (text: string): string => text.replace(/[\u202a-\u202e\u2066-\u2069\p{Cc}]/gu, '');

const round = (value: number): number => Math.round(10 * value) / 10;
