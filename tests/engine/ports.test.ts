import { createServer } from 'node:net';
import { checkPorts, freePort } from '../../engine/ports';

const listening = async (port: number) => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
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
