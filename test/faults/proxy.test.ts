import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { Proxy } from './proxy';

// A server that answers each line with "done <line>" and remembers it.
let server: Server;
let proxy: Proxy;
const done: string[] = [];

beforeAll(async () => {
  server = createServer((socket) => {
    let left = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      const lines = (left + chunk.toString()).split('\n');
      left = lines.pop() ?? '';
      for (const line of lines) {
        done.push(line);
        socket.write(`done ${line}\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
});
beforeEach(async () => {
  done.length = 0;
  proxy = await Proxy.open(() => (server.address() as AddressInfo).port);
});
afterEach(() => proxy.close());

async function open(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** What comes back for a line: the answer, or that the connection ended without one. */
async function ask(socket: Socket, line: string): Promise<string> {
  const answer = new Promise<string>((resolve) => {
    socket.once('data', (chunk) => {
      resolve(chunk.toString().trim());
    });
    socket.once('error', () => {
      resolve('cut');
    });
    socket.once('close', () => {
      resolve('cut');
    });
  });
  socket.write(`${line}\n`);
  return answer;
}

describe('the proxy', () => {
  it('lets everything pass unchanged while 0 faults are set', async () => {
    const socket = await open();
    expect(await ask(socket, 'one')).toBe('done one');
    expect(await ask(socket, 'two')).toBe('done two');
    expect(proxy.passed).toEqual([]);
    socket.destroy();
  });

  it('swallows the 2nd answer of its kind: the request is done, nobody hears of it', async () => {
    proxy.add({ text: 'pay', hit: 2, does: 'swallow' });
    const socket = await open();
    expect(await ask(socket, 'pay 1')).toBe('done pay 1');
    expect(await ask(socket, 'look')).toBe('done look');
    expect(await ask(socket, 'pay 2')).toBe('cut');
    expect(done).toEqual(['pay 1', 'look', 'pay 2']);
    const again = await open();
    expect(await ask(again, 'pay 3')).toBe('done pay 3');
    expect(proxy.seen('pay')).toBe(3);
    again.destroy();
  });

  it('cuts all connections before the request is through, for a while', async () => {
    proxy.add({ text: 'pay', hit: 1, does: 'cut', forMs: 50 });
    const [one, other] = [await open(), await open()];
    const closed = once(other, 'error');
    expect(await ask(one, 'pay')).toBe('cut');
    await closed;
    expect(done).toEqual([]);
    let again = 'cut';
    while (again === 'cut') again = await ask(connect(proxy.port, '127.0.0.1'), 'pay');
    expect(again).toBe('done pay');
    expect(Date.now()).toBeGreaterThanOrEqual(proxy.passed[0]!.freeAt);
  });

  it('delays what comes after a request, and loses 0 bytes of it', async () => {
    proxy.add({ text: 'pay', hit: 1, does: 'delay', forMs: 50 });
    const socket = await open();
    expect(await ask(socket, 'pay')).toBe('done pay');
    expect(Date.now()).toBeGreaterThanOrEqual(proxy.passed[0]!.freeAt);
    socket.destroy();
  });

  it('lets 3 bytes of a request pass and ends the connection', async () => {
    proxy.add({ text: 'pay', hit: 1, does: 'limit', bytes: 3 });
    const socket = await open();
    expect(await ask(socket, 'pay')).toBe('cut');
    expect(done).toEqual([]);
  });

  it('finds a text that comes in 2 pieces', async () => {
    proxy.add({ text: '\r\n.\r\n', hit: 1, does: 'swallow' });
    const socket = await open();
    socket.write('mail\r\n');
    await once(socket, 'data');
    expect(await ask(socket, '.\r')).toBe('cut');
  });
});
