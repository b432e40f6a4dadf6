import { Command } from 'commander';
import { formatAddress } from '../replication/address.js';
import { Standby } from '../replication/standby.js';
import { formatSize } from '../results/size.js';
import { printLine, untilAsked } from './serving.js';
import { portNumber, readSecret, sizeInBytes } from './values.js';

interface StandbyFlags {
  host: string;
  port: number;
  mostMemory: number;
  secretFile?: string;
}

/** `dirtybench standby`: keeps the memory and vCPU state of a primary's guest, until asked to end. */
export function standbyCommand(): Command {
  return new Command('standby')
    .description("keep a primary's guest, epoch by epoch")
    .requiredOption('--port <port>', 'where the primary connects; 0 for any that is free', portNumber)
    .option('--host <host>', 'address to listen on', '127.0.0.1')
    .option('--most-memory <size>', 'largest guest to keep', sizeInBytes, 2 ** 39)
    .option('--secret-file <file>', 'the secret that both sides share; needed to listen beyond loopback')
    .action(async ({ host, port, mostMemory, secretFile }: StandbyFlags) => {
      const secret = readSecret(secretFile);
      const asked = untilAsked();
      const standby = await Standby.open({
        address: { host, port },
        secret,
        mostMemoryBytes: mostMemory,
        log: printLine,
      });
      const kept = `guests up to ${formatSize(mostMemory)}`;
      printLine(
        `ready: standby on ${formatAddress(standby.address)}, ${kept}, ${secret === '' ? 'no' : 'with a'} secret`,
      );
      await asked;
      standby.close();
      printLine('standby: ended as asked');
    });
}
