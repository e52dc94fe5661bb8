// Run by a Node that has feelin: parses distinct conditions; prints conditions per second of processor time.
import { readFileSync } from "node:fs";
import { parseExpression } from "feelin";

const texts = JSON.parse(readFileSync(0, "utf8"));
for (const text of texts.slice(0, 200)) parseExpression(text);
const started = process.cpuUsage();
for (const text of texts) parseExpression(text);
const used = process.cpuUsage(started);
console.log(texts.length / ((used.user + used.system) / 1e6));
