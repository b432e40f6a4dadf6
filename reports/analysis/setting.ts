import type { CacheState } from '../../results/cache.js';

/** What is held equal when schemes are compared. */
export interface Setting {
  readonly guest: string;
  readonly workload: string;
  readonly cache: CacheState;
  readonly vcpus: number;
  /** Guests that write and are collected at once; absent: it is alone. */
  readonly guests?: number | undefined;
  /** They are in one process; absent: each in its own. */
  readonly oneProcess?: true | undefined;
}

/** The setting alone, of anything that has one. */
export function settingOf({ guest, workload, cache, vcpus, guests, oneProcess }: Setting): Setting {
  const beside = guests === undefined ? {} : { guests };
  return { guest, workload, cache, vcpus, ...beside, ...(oneProcess === undefined ? {} : { oneProcess }) };
}

/** Equal for equal settings; further values tell apart what the setting does not. */
export function settingKey(setting: Setting, ...more: readonly (string | number)[]): string {
  const { guest, workload, cache, vcpus, guests = 1, oneProcess = false } = setting;
  return JSON.stringify([guest, workload, cache, vcpus, guests, oneProcess, ...more]);
}

/** A guest as most are measured: with one vCPU, and alone on its host. */
export function isSingle({ vcpus, guests }: Pick<Setting, 'vcpus' | 'guests'>): boolean {
  return vcpus === 1 && guests === undefined;
}

/** True where the guest has real memory, and its kernel tracks the writes. */
export function isReal(setting: Pick<Setting, 'guest'>): boolean {
  return setting.guest !== 'simulated';
}

/** True for a recorded workload: a real program's writes. */
export function isRecorded(setting: Setting): boolean {
  return setting.workload.startsWith('trace:');
}
