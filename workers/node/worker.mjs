// A worker for external jobs in JavaScript (Node 18 or later, no packages): fetch and lock, keep the lock, complete or
// fail. Take it as a pattern for any language; what each call means stands in docs/workers.md.
//
// Start the platform (`make up`), deploy a process with a service task of type `ship-parcel`
// (`workers/ship-parcel.bpmn`), then: `node workers/node/worker.mjs [http://127.0.0.1:8080]`
// On AWS, the environment says where the tokens come from: DPC_TOKEN_URL, DPC_CLIENT_ID and DPC_CLIENT_SECRET.

import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

const url = (process.argv[2] ?? "http://127.0.0.1:8080").replace(/\/$/, "");
const type = "ship-parcel";
const worker = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
const lockSeconds = 60;

class BpmnError extends Error {
  constructor(code, message, variables = {}) {
    super(message);
    Object.assign(this, { code, variables });
  }
}

// The work itself. What it answers are variables of the process; a BpmnError leaves by an error boundary event.
async function ship(job) {
  if (!job.variables.address) throw new BpmnError("NO_ADDRESS", "There is nowhere to ship to.");
  console.log(`Shipping ${job.id} by ${job.headers.carrier ?? "post"}`);
  return { tracking: randomUUID() };
}

let token = { text: "", until: 0 };

async function bearer() {
  if (Date.now() > token.until) {
    const client = `${process.env.DPC_CLIENT_ID ?? "worker"}:${process.env.DPC_CLIENT_SECRET ?? "none"}`;
    const answer = await fetch(process.env.DPC_TOKEN_URL ?? `${url}/_local/oauth2/token`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa(client)}`, "Content-Type": "application/x-www-form-urlencoded" },
      body: "grant_type=client_credentials",
    });
    if (!answer.ok) throw new Error(`no token: ${answer.status}`);
    const given = await answer.json();
    token = { text: given.access_token, until: Date.now() + (given.expires_in - 60) * 1000 };
  }
  return token.text;
}

async function post(path, body, key) {
  const headers = { Authorization: `Bearer ${await bearer()}`, "Content-Type": "application/json" };
  if (key) headers["Idempotency-Key"] = key;
  const options = { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(35_000) };
  const answer = await fetch(`${url}/jobs/${path}`, options);
  if (answer.ok) return answer.json();
  if (answer.status === 401) token.until = 0;
  throw Object.assign(new Error(`${path}: ${answer.status} ${await answer.text()}`), { status: answer.status });
}

// A call that ends a job is told again under one key while the platform does not answer, so that it counts once.
async function end(job, how, body) {
  const key = randomUUID();
  for (const seconds of [1, 2, 4, 8, 16, 0]) {
    try {
      return await post(`${job.id}/${how}`, { ...body, worker }, key);
    } catch (error) {
      const final = error.status && error.status < 500 && error.status !== 429 && error.status !== 401;
      if (final || !seconds) return console.error(error.message); // gone, or another worker's by now
      await pause(seconds * 1000);
    }
  }
}

async function work(job) {
  const extend = () => post(`${job.id}/extend`, { worker, lockDuration: `PT${lockSeconds}S` });
  const keeping = setInterval(() => extend().catch((error) => console.error(error.message)), (lockSeconds * 1000) / 3);
  try {
    await end(job, "complete", { variables: await ship(job) });
  } catch (error) {
    if (error instanceof BpmnError) {
      const { code, message, variables } = error;
      await end(job, "error", { errorCode: code, errorMessage: message, variables });
    } else {
      // With no tries left the job is an incident, which an operator retries or skips.
      const retries = Math.max(0, job.retries - 1);
      await end(job, "fail", { retries, retryBackoff: job.retryBackoff ?? "PT10S", errorMessage: String(error) });
    }
  } finally {
    clearInterval(keeping);
  }
}


const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => stop.abort());

let seconds = 1;
while (!stop.signal.aborted) {
  try {
    const asked = { type, worker, maxJobs: 5, lockDuration: `PT${lockSeconds}S`, requestTimeout: "PT20S" };
    const { jobs } = await post("activate", asked);
    seconds = 1;
    await Promise.all(jobs.map(work));
  } catch (error) {
    console.error(`again in ${seconds} s: ${error.message}`);
    await pause(seconds * 1000);
    seconds = Math.min(seconds * 2, 30);
  }
}
