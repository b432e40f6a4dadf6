import type { CacheState } from '../../results/cache.js';

/** What is held equal when schemes are compared. */
export interface Setting {
  readonly guest: string;
  readonly workload: string;
  readonly cache: CacheState;
  readonly vcpus: number;
}

/** The setting alone, of anything that has one. */
export function settingOf({ guest, workload, cache, vcpus }: Setting): Setting {
  return { guest, workload, cache, vcpus };
}

/** Equal for equal settings; further values tell apart what the setting does not. */
export function settingKey({ guest, workload, cache, vcpus }: Setting, ...more: readonly (string | number)[]): string {
  return JSON.stringify([guest, workload, cache, vcpus, ...more]);
}

/** True where the guest has real memory, and its kernel tracks the writes. */
export function isReal(setting: Pick<Setting, 'guest'>): boolean {
  return setting.guest !== 'simulated';
}

/** True for a recorded workload: a real program's writes. */
export function isRecorded(setting: Setting): boolean {
  return setting.workload.startsWith('trace:');
}
