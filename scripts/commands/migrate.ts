import { Command, Option } from 'commander';
import { type Address, formatAddress } from '../../replication/address.js';
import { askMigration, type Moved } from '../../replication/client/operator.js';
import { type Divergence, divergences } from '../../replication/wire/migration.js';
import { formatBytes, formatTime } from '../../reports/units.js';
import { downtimeNs, downtimeParts, type PrecopyRound } from '../../results/migrations.js';
import { downtimeOption, hostAndPort, readSecret } from '../options/values.js';
import { printLine } from '../terminal/serving.js';

interface MigrateFlags {
  from: Address;
  to: Address;
  downtime: number;
  ifDiverging: Divergence;
  secretFile?: string;
  json?: true;
}

/** `dirtybench migrate`: moves a running guest, and its clients' connections, to another process. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('move a running guest to another process, while it serves')
    .requiredOption('--from <host:port>', 'the primary that runs it, started with --standby none', hostAndPort)
    .requiredOption('--to <host:port>', 'as that reaches it: a standby started with --serve-port', hostAndPort)
    .addOption(downtimeOption(50))
    .addOption(
      new Option(
        '--if-diverging <what>',
        'if it writes faster than its memory can be sent: stop it all the same, or not',
      )
        .choices(divergences)
        .default('cancel'),
    )
    .option('--secret-file <file>', 'the secret that all sides share')
    .option('--json', 'print the rounds and the move as JSON, when it has moved')
    .action(migrate);
}

async function migrate({ from, to, downtime, ifDiverging, secretFile, json }: MigrateFlags): Promise<void> {
  const rounds: PrecopyRound[] = [];
  const moved = await askMigration({
    address: from,
    secret: readSecret(secretFile),
    timeoutMs: 5000,
    order: { to, downtimeMs: downtime, ifDiverging },
    round: (round) => {
      rounds.push(round);
      if (!json) printLine(describeRound(rounds.length, round));
    },
  });
  printLine(json ? JSON.stringify({ rounds, ...moved, downtimeNs: downtimeNs(moved.move) }) : describeMove(moved));
}

function describeRound(number: number, { pages, bytes, ns, found, detectionNs }: PrecopyRound): string {
  return (
    `round ${number}: ${pages} pages, ${formatBytes(bytes)} in ${formatTime(ns)}; ` +
    `written meanwhile: ${found} pages, found in ${formatTime(detectionNs)}`
  );
}

function describeMove({ move, serving }: Moved): string {
  const { converged, pages, bytes, clients, downtime } = move;
  const parts = downtimeParts.map((part) => `${part} ${formatTime(downtime[part])}`);
  return [
    ...(converged ? [] : ['it did not converge, and was stopped all the same']),
    `at the end: ${pages} pages, ${formatBytes(bytes)}`,
    `downtime ${formatTime(downtimeNs(move))}: ${parts.join(', ')}`,
    `moved: it serves on ${formatAddress(serving)}; ${clients === 1 ? '1 connection was' : `${clients} connections were`} redirected`,
  ].join('\n');
}
