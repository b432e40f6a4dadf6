import { Companions } from './companions.js';
import { runInFreshIsolate } from './isolate.js';
import type { RoundTask } from './round.js';
import type { RoundOutcome } from './worker.js';

/** What a process for rounds is asked: to run a round, or to have guests beside one; they end with the process. */
export type LaneRequest =
  | { readonly kind: 'round'; readonly task: RoundTask }
  | { readonly kind: 'accompany'; readonly task: RoundTask; readonly first: number; readonly count: number };

/** What it answers. `accompanied`: the guests beside are warm. */
export type LaneAnswer = RoundOutcome | { readonly kind: 'accompanied' };
/** The same; `broken`: an error that no round should have. */
export type LaneReply = LaneAnswer | { readonly kind: 'broken'; readonly message: string };

// Ctrl-C in a terminal reaches every process of the group; the one that started this one decides what ends when.
process.on('SIGINT', () => {});
// Nobody is left to answer, however that came.
process.on('disconnect', () => process.exit());

process.on('message', (request: LaneRequest) => {
  switch (request.kind) {
    case 'round':
      answer(runInFreshIsolate(request.task));
      break;
    case 'accompany':
      accompany(request);
      break;
  }
});

function accompany({ task, first, count }: LaneRequest & { readonly kind: 'accompany' }): void {
  const companions = new Companions(runInFreshIsolate, task, first, count);
  answer(companions.failed);
  answer(companions.ready().then(() => ({ kind: 'accompanied' as const })));
}

async function answer(replied: Promise<LaneReply>): Promise<void> {
  const reply = await replied.catch((error: unknown) => ({
    kind: 'broken' as const,
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  process.send?.(reply);
}
