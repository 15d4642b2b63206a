// Ask the server which fields apply to what is entered so far, and show or hide them.
const listening = new WeakSet();

export function refreshConditionalFields(part = document) {
  for (const form of part.querySelectorAll("form[data-conditions]")) {
    if (listening.has(form)) continue;
    listening.add(form);
    let latest = 0;
    const ask = async () => {
      const ticket = ++latest;
      const answer = await fetch(form.dataset.conditions, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
      });
      if (!answer.ok || ticket !== latest) return;
      const { hidden } = await answer.json();
      for (const part of form.querySelectorAll("[data-part]")) {
        part.toggleAttribute("data-conditional", hidden.includes(part.dataset.part));
      }
    };
    form.addEventListener("change", ask);
    form.addEventListener("conditions", ask);
  }
}
