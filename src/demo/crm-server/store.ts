import type { DemoCompany } from '../company/company.ts';
import { iso } from '../company/record.ts';
import { ChangeFeed, propertyChanges } from './changes.ts';
import { Edges } from './edges.ts';
import { mergedProperties, older } from './merged.ts';
import { createdId, isGenerated, NAMING, OBJECT_TYPES, type ObjectType } from './object-types.ts';

/** A record as the API shows it. Times in epoch ms. */
export interface StoredRecord {
  id: number;
  properties: Record<string, string | null>;
  createdAt: number;
  updatedAt: number;
  archivedAt: number | null;
}

/** One state of a record that was changed or created after the company was generated. */
interface Version {
  /** When it came about; the search index follows this. */
  at: number;
  /** What the record shows as the time of its last change: some changes don't move it. */
  modifiedAt: number;
  /** Changed properties; everything for a created record. */
  properties: Record<string, string | null>;
  /** Null for generated records. */
  createdAt: number | null;
  archivedAt: number | null;
  /** Vanished without trace: merged into another, or deleted for privacy. */
  gone: boolean;
}

/** How a change is dated. */
export interface Dating {
  /** Does not move the time of the last change, as HubSpot's calculated properties don't. */
  silent?: boolean;
  /** Epoch ms; default now. Many records of a bulk edit share one. */
  at?: number;
}

/** Old versions are kept as long as a search index may lag behind. */
const LONGEST_LAG = 120_000;

/** The generated company with what has been changed since laid over it. */
export class Store {
  readonly company: DemoCompany;
  readonly edges: Edges;
  readonly feed = new ChangeFeed();
  /** The CRM's clock, epoch ms. */
  readonly now: () => number;
  private readonly changes = new Map<ObjectType, Map<number, Version[]>>();
  /** Merged records: old id to the id that lives on. */
  private readonly aliases = new Map<number, number>();
  private created = 0;

  constructor(company: DemoCompany, now: () => number) {
    this.company = company;
    this.now = now;
    this.edges = new Edges(company, (type, id) => this.read(type, id)?.archivedAt === null, this.feed);
    for (const type of OBJECT_TYPES) this.changes.set(type, new Map());
  }

  /** A record, archived ones too; `at` looks at an earlier state. */
  read(type: ObjectType, id: number, at = Number.POSITIVE_INFINITY): StoredRecord | undefined {
    const version = this.versionAt(type, id, at);
    if (version?.gone) return undefined;
    const base = isGenerated(type) ? this.company.get(type, id) : undefined;
    const createdAt = version?.createdAt ?? base?.createdAt;
    const updatedAt = version?.modifiedAt ?? base?.updatedAt;
    if (createdAt === undefined || updatedAt === undefined) return undefined;
    const { created, modified } = NAMING[type];
    const properties = {
      ...base?.properties,
      ...version?.properties,
      hs_object_id: String(id),
      [created]: iso(createdAt),
      [modified]: iso(updatedAt),
    };
    return { id, properties, createdAt, updatedAt, archivedAt: version?.archivedAt ?? null };
  }

  /** When a record was last changed, without building it. */
  modified(type: ObjectType, id: number, at: number): number {
    return (
      this.versionAt(type, id, at)?.modifiedAt ?? (isGenerated(type) ? this.company.modified(type, id) : 0)
    );
  }

  /** Whether a record existed, not archived, at a time; the id must be one of `ids`. */
  indexed(type: ObjectType, id: number, at: number): boolean {
    const version = this.versionAt(type, id, at);
    return version === undefined || (!version.gone && version.archivedAt === null);
  }

  /** Ids after the given one, ascending: generated, then created. Some may be archived or gone. */
  *ids(type: ObjectType, after = 0): Generator<number> {
    if (isGenerated(type)) yield* this.company.ids(type, after);
    for (const [id, versions] of this.changesOf(type)) {
      if (id > after && versions[0]?.createdAt !== null) yield id;
    }
  }

  /** Ids of everything changed or created since the company was generated, ascending. */
  changedIds(type: ObjectType): number[] {
    return [...this.changesOf(type).keys()].sort((a, b) => a - b);
  }

  /** The id a merged record lives on under. */
  resolve(id: number): number {
    const next = this.aliases.get(id);
    return next === undefined ? id : this.resolve(next);
  }

  create(type: ObjectType, properties: Record<string, string | null>): StoredRecord {
    const id = this.add(type, properties, this.now());
    this.feed.announce({ kind: 'creation', type, id });
    for (const change of propertyChanges(type, id, {}, properties)) this.feed.announce(change);
    return this.read(type, id) as StoredRecord;
  }

  /** Changes properties and the time of the last change; undefined if there is no such live record. */
  update(
    type: ObjectType,
    id: number,
    properties: Record<string, string | null>,
    dating?: Dating,
  ): StoredRecord | undefined {
    const before = this.read(type, id);
    if (!before || before.archivedAt !== null) return undefined;
    this.change(type, before, { properties }, dating);
    for (const change of propertyChanges(type, id, before.properties, properties)) this.feed.announce(change);
    return this.read(type, id);
  }

  /** Archives a record; false if there is no such live record. */
  archive(type: ObjectType, id: number): boolean {
    const before = this.read(type, id);
    if (!before || before.archivedAt !== null) return false;
    this.change(type, before, { archivedAt: this.now() });
    this.feed.announce({ kind: 'deletion', type, id });
    return true;
  }

  /** Brings an archived record back; false if there is none with this id. */
  restore(type: ObjectType, id: number, dating?: Dating): boolean {
    const before = this.read(type, id);
    if (!before || before.archivedAt === null) return false;
    this.change(type, before, { archivedAt: null }, dating);
    this.feed.announce({ kind: 'restore', type, id });
    return true;
  }

  /** Deletes a record for privacy: it never was. */
  forget(type: ObjectType, id: number): void {
    if (!this.read(type, id)) return;
    this.vanish(type, id);
    this.feed.announce({ kind: 'privacyDeletion', type, id });
  }

  /**
   * Merges two records: into a third with an id of its own, or into the winner. Old ids vanish without being archived
   * and lead to the one that lives on, which has the associations.
   */
  merge(type: ObjectType, winner: number, loser: number, makesNew: boolean): StoredRecord | undefined {
    const before = this.read(type, winner);
    const lost = this.read(type, loser);
    if (!before || !lost) return undefined;
    const { kept, moved } = mergedProperties(before, lost, makesNew);
    const born = { ...before.properties, ...kept };
    const into = makesNew ? this.add(type, born, older(before, lost)) : winner;
    for (const old of makesNew ? [winner, loser] : [loser]) {
      this.aliases.set(old, into);
      this.vanish(type, old);
      this.edges.move(type, old, into);
    }
    this.feed.announce({ kind: 'merge', type, winner, loser, into, moved });
    return makesNew ? this.read(type, into) : this.update(type, into, kept);
  }

  /** A new record, of which nobody is told. */
  private add(type: ObjectType, properties: Version['properties'], createdAt: number): number {
    const id = createdId(type, this.created++);
    const at = this.now();
    this.push(type, id, { at, modifiedAt: at, properties, createdAt, archivedAt: null, gone: false });
    return id;
  }

  private change(
    type: ObjectType,
    before: StoredRecord,
    change: Partial<Version>,
    dating: Dating = {},
  ): void {
    const last = this.versionAt(type, before.id, Number.POSITIVE_INFINITY);
    const at = dating.at ?? this.now();
    const modifiedAt = dating.silent ? before.updatedAt : at;
    const base = { createdAt: last?.createdAt ?? null, archivedAt: null, gone: false };
    const properties = { ...last?.properties, ...change.properties };
    this.push(type, before.id, { ...base, ...change, at, modifiedAt, properties });
  }

  private vanish(type: ObjectType, id: number): void {
    const last = this.versionAt(type, id, Number.POSITIVE_INFINITY);
    const at = this.now();
    this.push(type, id, {
      at,
      modifiedAt: at,
      properties: {},
      createdAt: last?.createdAt ?? null,
      archivedAt: null,
      gone: true,
    });
  }

  private push(type: ObjectType, id: number, version: Version): void {
    const versions = this.changesOf(type).get(id) ?? [];
    const settled = versions.findLastIndex(({ at }) => at <= version.at - LONGEST_LAG);
    this.changesOf(type).set(id, [...versions.slice(Math.max(0, settled)), version]);
  }

  /** The state at a time; a record not yet created then counts as gone, one not yet changed as generated. */
  private versionAt(type: ObjectType, id: number, at: number): Version | undefined {
    const versions = this.changesOf(type).get(id);
    const version = versions?.findLast((candidate) => candidate.at <= at);
    if (version) return version;
    const first = versions?.[0];
    return first && first.createdAt !== null ? { ...first, gone: true } : undefined;
  }

  private changesOf(type: ObjectType): Map<number, Version[]> {
    return this.changes.get(type) as Map<number, Version[]>;
  }
}
