import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { askQemu } from '../../qemu/machine.js';
import { QemuError } from '../../qemu/problem.js';
import { Qmp } from '../../qemu/qmp.js';
import { run } from '../scripts/command.js';
import { bootSector } from './boot.js';

const folder = mkdtempSync(join(tmpdir(), 'dirtybench-qmp-'));
afterAll(() => rmSync(folder, { recursive: true }));

const greeting =
  '{"QMP": {"version": {"qemu": {"major": 7, "minor": 2, "micro": 0}, "package": ""}, "capabilities": []}}\n';

/** A server that does this with each who connects; its path. */
async function serving(name: string, act: (socket: Socket) => void): Promise<string> {
  const path = join(folder, name);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    act(socket);
  }).listen(path);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return path;
}

async function refusal(asked: Promise<unknown>): Promise<string> {
  const error = await asked.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(QemuError);
  const message = error instanceof Error ? error.message : '';
  expect(message).not.toContain('\n');
  return message;
}

describe('a socket that is not a QEMU’s', () => {
  it.each<[string, string, (socket: Socket) => void]>([
    ['talks otherwise', 'is no QMP socket of QEMU: it says', (socket) => socket.write('220 mail.example ESMTP\r\n')],
    ['greets with other JSON', 'greets with something else', (socket) => socket.write('{"hello": 1}\n')],
    ['says nothing', 'does not greet within 0.2 s: QMP serves one client at a time', () => {}],
    ['closes at once', 'does not greet: it closed the connection', (socket) => socket.end()],
    ['closes after its greeting', "does not answer 'qmp_capabilities': it closed", (socket) => socket.end(greeting)],
    [
      'resets the connection',
      'it closed the connection',
      (socket) => {
        socket.pause().write(greeting);
        setTimeout(() => socket.destroy(), 50);
      },
    ],
  ])('is told in one line if it %s', async (name, why, act) => {
    const patienceMs = name === 'says nothing' ? 200 : 10_000;
    expect(await refusal(Qmp.open(await serving(name, act), patienceMs))).toContain(why);
  });

  it('is told in one line if it is not there, or no socket', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await refusal(askQemu(join(folder, 'nothing'), 1))).toContain('there is no such socket');
    expect(await refusal(askQemu(file, 1))).toContain(`cannot connect to '${file}'`);
  });

  it('passes over events, and tells what is refused', async () => {
    const path = await serving('events', (socket) => {
      socket.write(greeting);
      socket.on('data', (chunk) => {
        const isReady = chunk.toString().includes('qmp_capabilities');
        socket.write('{"event": "RESUME", "timestamp": {"seconds": 1, "microseconds": 1}}\n');
        socket.write(
          isReady ? '{"return": {}}\n' : '{"error": {"class": "CommandNotFound", "desc": "no such command"}}\n',
        );
      });
    });
    const qmp = await Qmp.open(path, 1000);
    expect(await qmp.ask('query-anything')).toEqual({ ok: false, why: 'no such command' });
    qmp.close();
    expect(await refusal(askQemu(path, 1))).toContain(
      `QEMU at '${path}' refuses 'query-memory-size-summary': no such command`,
    );
  });
});

const hasQemu = spawnSync('qemu-system-x86_64', ['--version']).error === undefined;
if (!hasQemu) console.info('skipped: a running QEMU: there is no qemu-system-x86_64');

describe.skipIf(!hasQemu)('a running QEMU', () => {
  let qemu: ChildProcess;

  it('tells its memory, its I/Os and how much it writes, and is advised', async () => {
    const disk = join(folder, 'disk.img');
    const socket = join(folder, 'qmp.sock');
    // The BIOS reads no disk that is smaller than a cylinder.
    const image = new Uint8Array(2 ** 20);
    image.set(bootSector);
    writeFileSync(disk, image);
    const machine = ['-accel', 'tcg', '-m', '256', '-display', 'none', '-nodefaults'];
    const drive = ['-drive', `file=${disk},format=raw,snapshot=on`];
    qemu = spawn('qemu-system-x86_64', [...machine, ...drive, '-qmp', `unix:${socket},server=on,wait=off`], {
      stdio: 'ignore',
    });
    onTestFinished(async () => {
      qemu.kill('SIGKILL');
      await once(qemu, 'exit');
    });
    await expect
      .poll(
        () =>
          askQemu(socket, 1).then(
            ({ ioFrequency }) => ioFrequency > 1,
            () => false,
          ),
        { timeout: 30_000 },
      )
      .toBe(true);
    const { code, stdout, stderr } = await run(['advise', '--qmp', socket, '--guest', 'kvm', '--json'], folder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const answer: { observed: { ioFrequency: number; pages: number }; question: object } = JSON.parse(stdout);
    expect(answer.question).toMatchObject({ memoryBytes: 256 * 2 ** 20, guest: 'kvm' });
    expect(answer.observed.ioFrequency).toBeGreaterThan(0);
    // It writes 45 056 pages between two reads; QEMU counts a page once a second.
    expect(answer.observed.pages * answer.observed.ioFrequency).toBeGreaterThan(1000);
    // How often it is synchronised may be given: then so many pages are written between two of these.
    const seldom = await run(['advise', '--qmp', socket, '--guest', 'kvm', '--json', '--io-frequency', '0.5'], folder);
    const { observed, question } = JSON.parse(seldom.stdout);
    expect(observed.ioFrequency).toBe(0.5);
    expect(observed.pages).toBeGreaterThan(2000);
    expect(question).toMatchObject({ ioFrequency: 0.5, pages: observed.pages });
    expect(qemu.exitCode).toBeNull();
  });
});
