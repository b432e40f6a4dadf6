import type { Environment } from '../../results/schema.js';
import type { Synchronisation } from '../analysis/analysis.js';
import { formatMemory, formatNumber } from '../units.js';
import { listed, nothing } from './prose.js';
import { blocks, type Section } from './section.js';
import { toMarkdown } from './table.js';

/** The machine, beside the paper's. */
export const environmentSection: Section = {
  heading: "Environment, beside the paper's",
  needs: 'a results file',
  write({ analysis }) {
    const { environment, load } = analysis.run;
    return blocks([
      toMarkdown({
        of: 'words',
        header: ['', "the paper's Table 2", 'this machine'],
        rows: rows(environment, load, networkOf(analysis)),
      }),
      'The paper prints the CPU as “X565”; X5650 is the Xeon of that clock.',
    ]);
  },
};

/** What the network was used for. */
function networkOf({ transactions, migrations }: Synchronisation): string {
  const uses = [...(transactions === null ? [] : ['transactions']), ...(migrations === null ? [] : ['migrations'])];
  return uses.length === 0 ? 'not used' : `loopback, for ${listed(uses)}`;
}

function rows(here: Environment, load: number, network: string): string[][] {
  const cache = (bytes: number | null) => (bytes === null ? 'not said' : formatMemory(bytes));
  return [
    ['machine', 'HP DL380 G7', here.hypervisor === null ? 'no hypervisor seen' : `virtual: ${here.hypervisor}`],
    ['CPU', '2 x Intel Xeon X5650, 2.67 GHz, hyper-threading off', here.cpu],
    ['cores', '12', String(here.cores)],
    ['caches L1d, L2, L3', nothing, [here.l1dBytes, here.l2Bytes, here.l3Bytes].map(cache).join(', ')],
    ['memory', '12 GB', `${formatNumber(here.memoryBytes / 2 ** 30)} GiB`],
    ['network', 'Broadcom BCM5709 1 GbE (service), NetXen NX3031 10 GbE (synchronisation)', network],
    ['system', 'CentOS 6.2', `Linux ${here.kernel}, ${here.arch}`],
    ['guest', '1 vCPU, 512 MB, 1 GB or 4 GB, CentOS 6.2', 'as in each table'],
    ['software', 'QEMU 1.0 with Kemari (kemari-next d162772)', `Node ${here.node}, V8 ${here.v8}`],
    ['KVM', 'of CentOS 6.2', describeKvm(here.kvm)],
    ['governor', nothing, here.governor ?? 'not said'],
    ['transparent huge pages', nothing, here.transparentHugePages ?? 'not said'],
    ['load at the start', nothing, formatNumber(load)],
  ];
}

/** The KVM of a machine, in words. */
export function describeKvm(host: Environment['kvm']): string {
  if (host === null) return 'none';
  const pml = host.pml === null ? 'PML unknown' : `${host.pml ? 'with' : 'without'} PML`;
  const facts = [host.backend.toUpperCase(), `${host.paging} page tables`, pml, ...(host.nested ? ['nested'] : [])];
  return [facts.join(', '), ...host.warnings].join('. ');
}
