// A wire between the program and a provider on loopback, which a test cuts and mends: the network, as far as that
// provider is concerned. It knows nothing of what goes through it.
import { connect, createServer } from "node:net";

/** Opens a wire to a provider's address; the program is given the wire's own. */
export async function openWire(to) {
  const { hostname, port: farPort } = new URL(to);
  const ends = new Set();
  const server = () =>
    createServer((near) => {
      const far = connect(Number(farPort), hostname);
      for (const [end, other] of [[near, far], [far, near]]) {
        ends.add(end);
        // One that breaks takes the other with it; its own complaint is of no interest.
        end.on("error", () => {});
        end.once("close", () => {
          ends.delete(end);
          other.destroy();
        });
        end.pipe(other);
      }
    });
  let listening;
  let port = 0;
  const mend = async () => {
    listening = server();
    await new Promise((done, failed) => listening.once("error", failed).listen(port, "127.0.0.1", done));
    port = listening.address().port;
  };
  /** Whoever asks now finds nobody, and who was speaking hears nothing more. */
  const cut = async () => {
    const closed = new Promise((done) => listening.close(done));
    for (const end of ends) end.destroy();
    await closed;
  };
  await mend();
  return { url: `http://127.0.0.1:${port}`, cut, mend };
}
