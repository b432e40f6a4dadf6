import type { Duration } from './estimate.js';
import type { Setting } from './setting.js';

/** What detection costs a real program (a recorded workload), for each of its responses. */
export interface Program extends Setting {
  readonly memoryBytes: number;
  /** Mean of distinct pages that the program writes between two responses. */
  readonly pagesPerResponse: number;
  /** Cheapest collect first. */
  readonly costs: readonly ProgramCost[];
}

export interface ProgramCost {
  readonly scheme: string;
  readonly collect: Duration;
  readonly total: Duration;
  readonly withinFloor: boolean;
}
