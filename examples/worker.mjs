// A worker for external jobs in JavaScript (Node 18 or later, no packages): fetch and lock, work, complete or fail.
//
// Start the platform (`make up`), deploy a process with a service task of type `ship-parcel`, then:
// `node examples/worker.mjs [http://127.0.0.1:8080] [--once]`

import { randomUUID } from "node:crypto";
import { hostname } from "node:os";

const args = process.argv.slice(2).filter((arg) => arg !== "--once");
const once = process.argv.includes("--once");
const url = (args[0] ?? "http://127.0.0.1:8080").replace(/\/$/, "");
const worker = `${hostname()}-${process.pid}`;

async function post(path, body, headers = {}) {
  const answer = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

// On AWS the token comes from the tenant's user pool, by client credentials.
const token = async () => (await post("/_local/token", { scopes: ["jobs:work"] })).token;

const jobs = async (path, body, key = randomUUID()) =>
  post(`/jobs/${path}`, body, { Authorization: `Bearer ${await token()}`, "Idempotency-Key": key });

async function ship(job) {
  console.log(`Shipping ${job.id} by ${job.headers.carrier ?? "post"}`);
  return { tracking: randomUUID() };
}

async function work(job) {
  let outcome;
  try {
    outcome = ["complete", { variables: await ship(job) }];
  } catch (error) {
    // With no tries left the job is an incident, which an operator retries or skips.
    outcome = ["fail", { retries: Math.max(0, job.retries - 1), retryBackoff: "PT10S", errorMessage: String(error) }];
  }
  await jobs(`${job.id}/${outcome[0]}`, { ...outcome[1], worker });
}

do {
  const asked = { type: "ship-parcel", worker, maxJobs: 5, lockDuration: "PT1M", requestTimeout: once ? "PT0S" : "PT20S" };
  for (const job of (await jobs("activate", asked)).jobs) {
    await work(job).catch((error) => console.error(error.message)); // gone, or another worker's by now
  }
} while (!once);
