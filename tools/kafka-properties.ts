/** By TLS, for who gives a name and a password: by PLAIN or SCRAM-SHA-256. */
export interface SecureListener {
  /** PKCS #12, for "localhost". */
  keystore: string;
  keystorePassword: string;
  user: { name: string; password: string };
}

interface Ports {
  plain: number;
  secure: number;
  controller: number;
}

/** Of one broker, which is its own controller, on 127.0.0.1. @param data its folder */
export const propertiesOf = (ports: Ports, data: string, secure: SecureListener | undefined): string => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports.controller}
listeners=PLAINTEXT://127.0.0.1:${ports.plain},${secure ? `SASL_SSL://127.0.0.1:${ports.secure},` : ''}\
CONTROLLER://127.0.0.1:${ports.controller}
advertised.listeners=PLAINTEXT://127.0.0.1:${ports.plain}${secure ? `,SASL_SSL://localhost:${ports.secure}` : ''}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL
log.dirs=${data}
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
${secure ? securityOf(secure) : ''}`;

const MODULES = 'org.apache.kafka.common.security';

const securityOf = ({ keystore, keystorePassword, user }: SecureListener) => `
ssl.keystore.type=PKCS12
ssl.keystore.location=${keystore}
ssl.keystore.password=${keystorePassword}
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256
listener.name.sasl_ssl.plain.sasl.jaas.config=${MODULES}.plain.PlainLoginModule required \
  user_${user.name}="${user.password}";
listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config=${MODULES}.scram.ScramLoginModule required;
`;

/** What a broker's data begin with, so that the user is known by SCRAM as well. */
export const scramOf = ({ user }: SecureListener): string =>
  `SCRAM-SHA-256=[name=${user.name},password=${user.password}]`;
