// bpmn-engine under measurement: its whole state goes into one SQLite row after each user task.
// It keeps no answers by itself; an extension does, as its documentation shows.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventEmitter } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { DatabaseSync } from 'node:sqlite';

const place = createRequire(import.meta.url).resolve('bpmn-engine');
const manifest = place.replace(/(node_modules.bpmn-engine.).*$/, '$1package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
const { Engine } = await import('bpmn-engine');

const reviewers = ['review_1', 'review_2', 'review_3'];
const flow = (one, other) =>
  `<sequenceFlow id="${one}_${other}" sourceRef="${one}" targetRef="${other}"/>`;
const reviewer = (name) =>
  `<userTask id="${name}"/><endEvent id="told_${name}"/>` +
  `<boundaryEvent id="late_${name}" attachedToRef="${name}" cancelActivity="false">` +
  '<timerEventDefinition><timeDuration xsi:type="tFormalExpression">P14D</timeDuration>' +
  '</timerEventDefinition></boundaryEvent>' +
  flow('split', name) + flow(name, 'join') + flow(`late_${name}`, `told_${name}`);
const source =
  '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:bench"' +
  ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><process id="review" isExecutable="true">' +
  '<startEvent id="start"/><userTask id="self_assessment"/><parallelGateway id="split"/>' +
  '<parallelGateway id="join"/>' +
  `<serviceTask id="score" implementation="\${environment.services.score}"/>` +
  '<exclusiveGateway id="enough" default="low"/>' +
  '<userTask id="sign_off"/><userTask id="correct"/><endEvent id="end"/>' +
  reviewers.map(reviewer).join('') + flow('start', 'self_assessment') +
  flow('self_assessment', 'split') + flow('join', 'score') + flow('score', 'enough') +
  flow('sign_off', 'end') + flow('correct', 'end') +
  '<sequenceFlow id="low" sourceRef="enough" targetRef="correct"/>' +
  '<sequenceFlow id="high" sourceRef="enough" targetRef="sign_off">' +
  '<conditionExpression xsi:type="tFormalExpression" language="javascript">' +
  'next(null, environment.output.score[0] &gt;= 60)' +
  '</conditionExpression></sequenceFlow></process></definitions>';

const keepAnswers = (activity, { environment }) => {
  activity.on('end', ({ id, content }) => {
    if (content.output !== undefined) {
      environment.output[id] = content.output;
    }
  });
};
const score = (scope, next) => next(null, scope.environment.output.review_3.score);
const options = { extensions: { keepAnswers }, services: { score } };

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const rows = new DatabaseSync(join(folder, 'engine.sqlite'));
rows.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE engine (id INTEGER PRIMARY KEY, data TEXT)');
const insert = rows.prepare('INSERT INTO engine (data) VALUES (?)');
const read = rows.prepare('SELECT data FROM engine WHERE id = ?');
const update = rows.prepare('UPDATE engine SET data = ? WHERE id = ?');

async function start() {
  const engine = new Engine({ name: 'review', source, ...options });
  await engine.execute({ listener: new EventEmitter() });
  const { lastInsertRowid } = insert.run(JSON.stringify(await engine.getState()));
  engine.stop();
  return lastInsertRowid;
}

async function complete(number, answer) {
  rows.exec('BEGIN IMMEDIATE');
  const engine = new Engine(options).recover(JSON.parse(read.get(number).data));
  const execution = await engine.resume({ listener: new EventEmitter() });
  const [waiting] = execution.getPostponed().filter((api) => api.type === 'bpmn:UserTask');
  waiting.signal(answer);
  const isOver = execution.completed || execution.state === 'idle';
  update.run(JSON.stringify(await engine.getState()), number);
  rows.exec('COMMIT');
  if (!isOver) {
    engine.stop();
  }
  return !isOver;
}

function check(number, answer) {
  const { output } = JSON.parse(read.get(number).data).environment;
  const names = ['self_assessment', ...reviewers, 'sign_off'];
  if (!names.every((name) => isDeepStrictEqual(output[name], answer))) {
    throw new Error(`kept ${Object.keys(output)}`);
  }
}

async function review({ count, answer }) {
  const cases = [];
  const until = performance.now() + 5000;
  for (let one = 0; one < count && performance.now() < until; one += 1) {
    const number = await start();
    const spent = [];
    for (let goesOn = true; goesOn; ) {
      const begun = performance.now();
      goesOn = await complete(number, answer);
      spent.push((performance.now() - begun) / 1000);
    }
    if (spent.length !== 5) {
      throw new Error(`${spent.length} user tasks instead of 5`);
    }
    check(number, answer);
    cases.push(spent);
  }
  return cases;
}

const say = (answer) => process.stdout.write(`${JSON.stringify(answer)}\n`);
say({ version, kinds: ['review'] });
for await (const line of createInterface({ input: process.stdin })) {
  try {
    say({ answers: await review(JSON.parse(line)) });
  } catch (error) {
    say({ error: String(error) });
  }
}
rmSync(folder, { recursive: true, force: true });
process.exit(0);
