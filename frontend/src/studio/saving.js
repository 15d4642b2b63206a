/*
 * Saves what is drawn, a moment after the last change, and says so.
 *
 * A save that comes too late is refused and kept aside by the server; then nothing is saved
 * any more until the person chose how to go on.
 */
const PAUSE = 1000;
const RETRY = 8000;

export class Saving {
  constructor(address, revision, collect, say) {
    Object.assign(this, { address, revision, collect, say });
    this.isDirty = false;
    this.isLate = false;
  }

  note() {
    this.isDirty = true;
    if (this.isLate) return;
    if (!this.busy) this.say.state("dirty");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  /* Answers when everything that was there at the call is saved, or could not be. */
  async now() {
    clearTimeout(this.timer);
    while (this.busy) await this.busy;
    if (!this.isDirty || this.isLate) return;
    this.busy = this.send();
    await this.busy;
    this.busy = null;
    if (this.isDirty && !this.isLate) this.timer = setTimeout(() => this.now(), this.hasFailed ? RETRY : PAUSE);
  }

  async send() {
    this.isDirty = false;
    this.hasFailed = false;
    this.say.state("saving");
    try {
      const source = await this.collect();
      const answer = await post(`${this.address}/save`, { revision: this.revision, source });
      const told = await answer.json().catch(() => ({}));
      if (answer.status === 409) {
        this.isDirty = this.isLate = true;
        this.say.late(told.text);
        return;
      }
      if (answer.redirected) throw new Error(this.say.signedOut);
      if (!answer.ok || told.revision === undefined) throw new Error(told.text || "");
      this.revision = told.revision;
      this.say.saved(told, this.isDirty);
    } catch (problem) {
      this.isDirty = this.hasFailed = true;
      this.say.state("failed", problem.message);
    }
  }

  /* Takes the draft over and goes on from the own text. */
  async insist() {
    const answer = await post(`${this.address}/take-over`, {});
    if (!answer.ok) return;
    this.revision = (await answer.json()).revision;
    this.isLate = false;
    this.isDirty = true;
    await this.now();
  }
}

/* Whoever signed in anew in another window has another token; it is fetched once. */
async function post(address, values) {
  const answer = await send(address, values);
  if (answer.status !== 400) return answer;
  const page = await (await fetch(location.pathname)).text();
  const fresh = new DOMParser().parseFromString(page, "text/html");
  tokenOf(document).content = tokenOf(fresh)?.content || "";
  return send(address, values);
}

function tokenOf(page) {
  return page.querySelector("meta[name=csrf-token]");
}

function send(address, values) {
  return fetch(address, {
    method: "POST",
    body: new URLSearchParams(values),
    headers: { "X-Requested-With": "fetch", "X-CSRF-Token": tokenOf(document).content },
  });
}
