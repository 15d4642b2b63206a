// feelin under measurement: it has no tables, and parses an expression each time.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';

const MOST_COMPARED = 200;
const LONGEST_COMPARISON = 1000;
const place = createRequire(import.meta.url).resolve('feelin');
const { evaluate } = await import('feelin');
const { version } = JSON.parse(readFileSync(place.replace(/dist.*$/, 'package.json'), 'utf8'));

const decide = ({ conditions, results }, inputs) =>
  results[conditions.findIndex((condition) => evaluate(condition, inputs).value === true)];

const kinds = {
  table: (job) => ({ items: job.inputs, work: (inputs) => decide(job.forms, inputs) }),
  condition: (job) => ({ items: job.inputs, work: (inputs) => evaluate(job.feel, inputs).value }),
};

function answers({ items, work }) {
  const end = performance.now() + LONGEST_COMPARISON;
  const found = [];
  for (const item of items.slice(0, MOST_COMPARED)) {
    found.push(work(item));
    if (performance.now() > end) {
      break;
    }
  }
  return found;
}

function rate({ items, work }, seconds) {
  const began = performance.now();
  const spent = process.cpuUsage();
  let done = 0;
  let batch = 1;
  let before = began;
  for (;;) {
    for (let count = 0; count < batch; count += 1) {
      work(items[done % items.length]);
      done += 1;
    }
    const now = performance.now();
    if (now - began >= seconds * 1000) {
      const { user, system } = process.cpuUsage(spent);
      return (done / (user + system)) * 1e6;
    }
    if (now - before < 5) {
      batch *= 2;
    }
    before = now;
  }
}

function say(answer) {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

say({ version, kinds: Object.keys(kinds) });
let job;
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (request.kind) {
    job = kinds[request.kind](request);
    say({ answers: answers(job) });
  } else {
    say({ rate: rate(job, request.seconds) });
  }
}
