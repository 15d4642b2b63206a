// Steps are sent one after the other, each from the text that the one before left behind.
import { regions, show } from "./regions.js";

const PAUSE_MILLISECONDS = 1000;
const AGAIN_MILLISECONDS = 6000;

export class Steps {
  #queue = Promise.resolve();
  #timer = 0;
  #typed = 0;
  #saved = 0;

  constructor(builder) {
    this.builder = builder;
    this.told = builder.querySelector("[data-told]");
    this.says("saved");
  }

  listen() {
    this.builder.addEventListener("input", ({ target }) => {
      if (target.closest("[data-properties]")) this.#noteTyping();
    });
    this.builder.addEventListener("change", ({ target }) => {
      const form = target.closest("[data-properties]");
      if (!form) return;
      if ("restructures" in target.dataset) this.step(form, null, { whole: true });
      else this.save();
    });
    this.builder.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.matches("[data-tried]")) return;
      event.preventDefault();
      const whole = !(event.submitter?.value === "properties");
      if (!form.matches("[data-properties]")) this.save();
      this.step(form, event.submitter, { whole });
    });
    this.builder.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-way]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.save();
      this.open(link.href, "leads" in link.dataset);
    });
    addEventListener("beforeunload", (event) => {
      if (this.#typed !== this.#saved) event.preventDefault();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save();
    });
  }

  // Sends what was typed into the properties, unless it was sent already.
  save() {
    clearTimeout(this.#timer);
    if (this.#typed === this.#saved) return;
    const form = this.builder.querySelector("[data-properties]");
    if (form) this.step(form, null, { whole: false, onlyNew: true });
  }

  // Sends one step; `extra` are values that no field of the form has.
  step(form, submitter, { whole, extra = {}, onlyNew = false }) {
    clearTimeout(this.#timer);
    this.says("waits");
    this.#queue = this.#queue.then(() => {
      // What was typed meanwhile went along with an earlier step.
      if (onlyNew && this.#typed === this.#saved) return this.says("saved");
      return this.#send(form, submitter, whole, extra);
    });
  }

  // Shows another item, or the preview in another way.
  open(address, leads) {
    this.#queue = this.#queue.then(async () => {
      const answer = await fetch(address);
      if (!answer.ok) return location.assign(address);
      show(this.builder, await read(answer), { whole: true });
      history.replaceState(null, "", answer.url);
      const target = this.builder.querySelector("[data-properties] [name=label], [data-properties] [name=title]");
      if (leads) target?.focus();
      else if (!this.builder.contains(document.activeElement)) this.focusChosen();
    });
  }

  focusChosen() {
    this.builder.querySelector(".form-item [aria-current], .form-whole [aria-current]")?.focus();
  }

  says(state) {
    this.builder.dataset.saved = state === "saved" && this.#typed === this.#saved;
  }

  #noteTyping() {
    this.#typed += 1;
    this.says("typing");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), PAUSE_MILLISECONDS);
  }

  async #send(form, submitter, whole, extra) {
    if (!form.isConnected) form = regions.sameForm(this.builder, form);
    if (!form) return;
    const carried = this.#typed;
    const body = new URLSearchParams(new FormData(form));
    if (submitter?.name) body.set(submitter.name, submitter.value);
    for (const [name, value] of Object.entries(extra)) body.set(name, value);
    // The newest text is what everything goes on from, whatever the page of this form was made of.
    body.set("revision", this.builder.querySelector("[data-region=bar] [name=revision]").value);
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (!answer.ok) throw new Error(answer.statusText);
      const page = await read(answer);
      if (form.matches("[data-properties]")) this.#saved = carried;
      show(this.builder, page, { whole, isTyping: this.#typed !== this.#saved, act: body.get("do") ?? "" });
      history.replaceState(null, "", answer.url);
      this.told.textContent = page.querySelector(".notices")?.textContent.trim() ?? "";
      this.told.classList.toggle("is-error", page.querySelector(".notices .notice-error") !== null);
      this.says("saved");
    } catch {
      this.told.textContent = this.builder.dataset.failed;
      this.#timer = setTimeout(() => this.save(), AGAIN_MILLISECONDS);
    }
  }
}

async function read(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
