// A WebKitWebDriver and the window that it started: made together, ended together.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Builder } from "selenium-webdriver";

const START_MS = 20_000;
const COMMAND_MS = 25_000;
const QUIT_MS = 5_000;

/** Sessions that a test left open; ended when the test process ends, however it does. */
const open = new Set();

/** Starts the driver on a free port and lets it start `binary` with `args`. */
export async function openSession(binary, args) {
  const port = await freePort();
  // Ignored output: a pipe that nobody reads keeps a failing test from ending. Its own group: one signal ends
  // the driver, the window and the window's web processes.
  const driverProcess = spawn("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], {
    stdio: "ignore",
    detached: true,
  });
  const session = { driver: null, driverProcess };
  open.add(session);
  try {
    await answers(`http://127.0.0.1:${port}/status`, driverProcess);
    const building = new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities({ browserName: "wry", "webkitgtk:browserOptions": { binary, args } })
      .build();
    session.driver = await within(START_MS, building, `${binary} opened no window`);
    bound(session.driver);
    await session.driver.manage().setTimeouts({ script: 20_000, pageLoad: 20_000, implicit: 0 });
    return session;
  } catch (error) {
    await closeSession(session);
    throw error;
  }
}

/** No command to the window may wait for ever: a test that hangs says nothing, one that fails says where. */
function bound(driver) {
  const execute = driver.execute.bind(driver);
  driver.execute = (command) => within(COMMAND_MS, execute(command), `the window did not answer ${command.getName()}`);
}

/** Ends the window and the driver; never fails and never hangs. */
export async function closeSession(session) {
  if (session.driver) await within(QUIT_MS, session.driver.quit(), "").catch(() => {});
  killGroup(session, "SIGTERM");
  await within(2_000, new Promise((done) => whenGone(session, done)), "").catch(() => {});
  killGroup(session, "SIGKILL");
  open.delete(session);
}

process.on("exit", () => {
  for (const session of open) killGroup(session, "SIGKILL");
});

function killGroup(session, signal) {
  try {
    process.kill(-session.driverProcess.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

function whenGone(session, done) {
  const { driverProcess } = session;
  if (driverProcess.exitCode !== null || driverProcess.signalCode !== null) done();
  else driverProcess.once("exit", done);
}

/** A port of this machine that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((done, failed) => server.once("error", failed).listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

async function answers(address, driverProcess) {
  let spawnError = null;
  driverProcess.once("error", (error) => (spawnError = error));
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline) {
    if (spawnError) throw spawnError;
    if (driverProcess.exitCode !== null) throw new Error(`WebKitWebDriver ended with ${driverProcess.exitCode}`);
    try {
      const reply = await fetch(address);
      if (reply.ok) return;
    } catch {
      // Not listening yet.
    }
    await sleep(50);
  }
  throw new Error("WebKitWebDriver did not answer within 10 s");
}

async function within(ms, promise, message) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${message} within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
