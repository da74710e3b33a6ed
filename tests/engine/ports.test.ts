import { createServer } from 'node:net';
import { checkPorts, freePort, onFreePort } from '../../engine/ports';

const listening = async (port: number) => {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { close: () => new Promise((resolve) => server.close(resolve)) };
};

test('a taken port is named with the variable to set, and one that is free', async () => {
  const port = await freePort();
  const occupant = await listening(port);
  try {
    const refusal = await checkPorts([{ port, variable: 'PORT' }]).then(() => 'none', String);
    expect(refusal).toMatch(new RegExp(`Port ${port} \\(PORT\\) is taken: .* PORT=\\d+ npm start$`));
    const suggested = Number(/PORT=(\d+)/.exec(refusal)?.[1]);
    await (await listening(suggested)).close();
  } finally {
    await occupant.close();
  }
});

test('every taken port gets a line of its own', async () => {
  const ports = [await freePort(), await freePort()];
  const occupants = await Promise.all(ports.map(listening));
  try {
    await expect(
      checkPorts(ports.map((port, index) => ({ port, variable: `PORT_${index}` }))),
    ).rejects.toThrow(/PORT_0.*\n.*PORT_1/);
  } finally {
    await Promise.all(occupants.map((occupant) => occupant.close()));
  }
});

test('free ports pass', async () => {
  await expect(checkPorts([{ port: await freePort(), variable: 'PORT' }])).resolves.toBeUndefined();
});

test('what finds its port taken in the meantime starts on another one', async () => {
  const occupants: Awaited<ReturnType<typeof listening>>[] = [];
  try {
    const started = await onFreePort(async (port) => {
      if (occupants.length < 2) occupants.push(await listening(port));
      return listening(port);
    });
    await started.close();
    expect(occupants).toHaveLength(2);
  } finally {
    await Promise.all(occupants.map((occupant) => occupant.close()));
  }
  const inVain = onFreePort(() => Promise.reject(new Error('never')));
  await expect(inVain).rejects.toThrow('never');
});
