// SOLAPI's library knows one address. Processes that are started with this reach it on loopback, and nowhere else.
const direct = globalThis.fetch;
const detour = process.env.SOLAPI_DETOUR;

globalThis.fetch = (address, options) => {
  const url = String(address);
  return direct(
    url.startsWith('https://api.solapi.com/') ? url.replace('https://api.solapi.com', detour) : url,
    options,
  );
};
