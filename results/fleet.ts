import { resultsIn } from './file.js';
import { ResultsError, readLines, refuseForeign } from './lines.js';
import type { Header, Host, Results, Round, Sharing, WrongSet } from './schema.js';
import { isStream, openWriter, type Writer } from './stream.js';

/** What identifies a round of a fleet. */
export type RoundOfHost = Pick<Round, 'point' | 'twin' | 'round'> & { readonly host?: string | null | undefined };

/** What tells a round of a fleet from every other: where hosts share them, whoever measured it is no part of that. */
export function fleetKey(hosts: Sharing, { point, twin, round, host }: RoundOfHost): string {
  const key = `${point}.${twin ? 'twin' : 'first'}.${round}`;
  return hosts === 'each' ? `${key}.${host ?? ''}` : key;
}

/**
 * The results file of a fleet, open for appending: each line is on disk before `append` returns. Of a round in it only the key
 * is kept in memory, to know one that comes twice.
 */
export class FleetFile {
  readonly header: Header;
  readonly #writer: Writer;
  readonly #sharing: Sharing;
  readonly #hosts = new Map<string, Host>();
  readonly #rounds = new Set<string>();
  readonly #wrongSets: WrongSet[] = [];

  private constructor(writer: Writer, header: Header, held: Results | null) {
    this.header = header;
    this.#writer = writer;
    this.#sharing = sharingOf(header);
    for (const host of held?.hosts ?? []) this.#hosts.set(host.name, host);
    for (const round of held?.rounds ?? []) this.#rounds.add(fleetKey(this.#sharing, round));
    this.#wrongSets.push(...(held?.wrongSets ?? []));
  }

  /**
   * Opens the file, or makes it. `make` gets what is in it, and says with which header it is gone on with or begun.
   * @throws ResultsError if the file cannot be written or holds something else; what `make` throws.
   */
  static async open(path: string, make: (held: Results | null) => Promise<Header>): Promise<FleetFile> {
    if (isStream(path)) throw new ResultsError(`'${path}' is a stream: a fleet needs a file, to go on from if it ends`);
    const writer = openWriter(path);
    try {
      const lines = readLines(path);
      refuseForeign(path, lines);
      const results = resultsIn(lines, path);
      if (results !== null && results.header.fleet === undefined) {
        throw new ResultsError(`'${path}' holds the run of one machine: name another file with --out, or remove it`);
      }
      const header = await make(results);
      writer.keep(lines.bytes);
      if (results === null) writer.append(header);
      return new FleetFile(writer, header, results);
    } catch (error) {
      writer.close();
      throw error;
    }
  }

  /** The hosts in it, in the order they came. */
  get hosts(): readonly Host[] {
    return [...this.#hosts.values()];
  }

  /** Rounds whose tracker found the wrong pages. */
  get wrongSets(): readonly WrongSet[] {
    return this.#wrongSets;
  }

  hasHost(name: string): boolean {
    return this.#hosts.has(name);
  }

  appendHost(host: Host): void {
    this.#writer.append(host);
    this.#hosts.set(host.name, host);
  }

  has(round: RoundOfHost): boolean {
    return this.#rounds.has(fleetKey(this.#sharing, round));
  }

  /** How many rounds are in it. */
  get rounds(): number {
    return this.#rounds.size;
  }

  /** @returns false if that round is in the file already: it came twice, and is left out. */
  append(round: Round): boolean {
    if (this.has(round)) return false;
    this.#writer.append(round);
    this.#rounds.add(fleetKey(this.#sharing, round));
    return true;
  }

  appendWrongSet(wrongSet: WrongSet): void {
    this.#writer.append(wrongSet);
    this.#wrongSets.push(wrongSet);
  }

  close(): void {
    this.#writer.close();
  }
}

function sharingOf({ fleet }: Header): Sharing {
  if (fleet === undefined) throw new Error('the header is not that of a fleet');
  return fleet.hosts;
}
