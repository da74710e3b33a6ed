import { connect } from 'node:http2';

const FRONTEND = 'temporal.api.workflowservice.v1.WorkflowService';
const SERVING = 1;

/** Asks the standard gRPC health service, over plain HTTP/2: the full client takes longer to load than the server to start. */
export function isServing(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect(`http://${address}`);
    const answer = (serving: boolean) => {
      session.destroy();
      resolve(serving);
    };
    session.on('error', () => answer(false));
    session.setTimeout(1_000, () => answer(false));
    const request = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => answer(false));
    // Frame header of 5 bytes, then field 1 (enum) = SERVING.
    request.on('end', () => answer(Buffer.concat(chunks)[6] === SERVING));
    request.end(frame(Buffer.from([0x0a, FRONTEND.length, ...Buffer.from(FRONTEND)])));
  });
}

function frame(message: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);
  return Buffer.concat([header, message]);
}
